"""Conversations in memory: they end by themselves, are bounded, and hold no words of the bot."""

from __future__ import annotations

import secrets
from typing import List

import pytest
from cachetools import TLRUCache
from rasa.core.tracker_store import FailSafeTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, Event, SlotSet, UserUttered

from vejviser.privacy import store as module
from vejviser.privacy.store import MAX_EVENTS, ExpiringTrackerStore

DOMAIN = Domain.from_dict(
    {"slots": {"audience": {"type": "text", "mappings": [{"type": "custom"}]}}}
)
MINUTE = 60.0
SAID, KEPT = "jeg hedder Amira, 20 30 40 50", "jeg hedder [skjult], [skjult]"


class Clock:
    """The time that the store believes in."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(module.time, "monotonic", clock)
    return clock


@pytest.fixture
def store(clock: Clock) -> ExpiringTrackerStore:
    return ExpiringTrackerStore(DOMAIN)


def turn(text: str = SAID, kept: str = KEPT, intent: str = "x") -> UserUttered:
    parsed = {"text": kept, "intent": {"name": intent}, "entities": []}
    return UserUttered(text, intent=parsed["intent"], parse_data=parsed)


async def saved(store: ExpiringTrackerStore, sender: str, *events: Event) -> None:
    tracker = await store.get_or_create_tracker(sender)
    for event in events:
        tracker.update(event)
    await store.save(tracker)


def professional() -> SlotSet:
    return SlotSet("audience", "professional")


async def test_a_young_persons_conversation_is_gone_after_five_idle_minutes(store, clock):
    await saved(store, "a", SlotSet("audience", "young"), turn())
    clock.now += 5 * MINUTE - 1
    assert await store.retrieve("a") is not None
    clock.now += 1
    assert await store.retrieve("a") is None


async def test_who_is_not_known_is_treated_as_young(store, clock):
    await saved(store, "a", turn())
    clock.now += 5 * MINUTE
    assert await store.retrieve("a") is None


async def test_a_professionals_conversation_is_gone_after_thirty_idle_minutes(store, clock):
    await saved(store, "a", professional(), turn())
    clock.now += 30 * MINUTE - 1
    assert await store.retrieve("a") is not None
    clock.now += 1
    assert await store.retrieve("a") is None


async def test_the_minutes_count_from_the_last_message(store, clock):
    for _ in range(4):
        await saved(store, "a", turn())
        clock.now += 4 * MINUTE
    assert await store.retrieve("a") is not None
    clock.now += MINUTE
    assert await store.retrieve("a") is None


async def test_reading_does_not_prolong(store, clock):
    await saved(store, "a", turn())
    clock.now += 4 * MINUTE
    assert await store.retrieve("a") is not None
    clock.now += MINUTE
    assert await store.retrieve("a") is None


async def test_a_professional_who_turns_out_to_be_young_gets_the_short_time(store, clock):
    await saved(store, "a", professional(), turn())
    await saved(store, "a", SlotSet("audience", "young"), turn())
    clock.now += 5 * MINUTE
    assert await store.retrieve("a") is None


async def test_what_has_expired_is_not_in_memory_after_the_next_message_of_anybody(store, clock):
    await saved(store, "a", turn(kept="et gammelt ord"))
    clock.now += 5 * MINUTE
    await saved(store, "b", turn())
    assert "et gammelt ord" not in str(dict.items(store._conversations._Cache__data))
    assert list(await store.keys()) == ["b"]


async def test_slet_samtalen_deletes_at_once(store):
    await saved(store, "a", turn())
    await saved(store, "a", turn("slet samtalen", "slet samtalen", "delete_data"))
    assert await store.retrieve("a") is None and list(await store.keys()) == []


async def test_leaving_deletes_at_once_and_only_ones_own(store):
    await saved(store, "a", turn())
    await saved(store, "b", turn())
    await store.delete("a")
    await store.delete("nobody")
    assert await store.retrieve("a") is None and await store.retrieve("b") is not None


async def test_however_many_conversations_there_are_memory_is_bounded(store, monkeypatch):
    assert store._conversations.maxsize == module.MAX_CONVERSATIONS == 20_000
    monkeypatch.setattr(module, "MAX_CONVERSATIONS", 50)
    small = ExpiringTrackerStore(DOMAIN)
    for number in range(200):
        await saved(small, f"s{number}", turn())
    alive = list(await small.keys())
    assert len(alive) <= 50 and "s199" in alive and "s0" not in alive


async def test_one_conversation_is_bounded_too(store):
    for _ in range(10):
        await saved(store, "a", *[turn() for _ in range(60)])
    tracker = await store.retrieve("a")
    assert len(tracker.events) <= MAX_EVENTS
    assert len(store._conversations["a"][1]) < 500_000


async def test_no_word_of_the_bot_is_kept(store):
    said = BotUttered("Er der fare, så ring 112", data={"custom": {"kind": "crisis"}})
    await saved(store, "a", turn(), said)
    assert not _found(store, ["112", "fare", "crisis"])


async def test_nothing_is_kept_as_it_was_written_not_even_the_first_message(store):
    wrapped = FailSafeTrackerStore(store)  # Rasa's; it makes the first tracker itself
    tracker = await wrapped.get_or_create_tracker("a")
    tracker.update(turn())
    tracker.update(BotUttered("ring 112"))
    await wrapped.save(tracker)
    assert not _found(store, ["Amira", "20 30 40 50", "112"])
    assert (await store.retrieve("a")).latest_message.text == KEPT


async def test_what_is_remembered_is_what_the_next_answer_needs(store):
    await saved(store, "a", professional(), turn(intent="ask_law"))
    tracker = await store.retrieve("a")
    assert tracker.get_slot("audience") == "professional"
    assert tracker.latest_message.intent_name == "ask_law"


async def test_nobody_reads_a_conversation_of_somebody_else(store):
    await saved(store, "a", turn())
    assert await store.retrieve(secrets.token_hex(4)) is None


async def test_nothing_is_written_to_disk(store, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    await saved(store, "a", turn())
    await store.retrieve("a")
    assert not list(tmp_path.rglob("*"))


def test_endpoints_name_the_expiring_store() -> None:
    from vejviser.launch.model import ROOT

    text = (ROOT / "endpoints.yml").read_text(encoding="utf-8")
    assert "vejviser.privacy.store.ExpiringTrackerStore" in text
    assert "event_broker" not in text and "lock_store" not in text


def _found(store: ExpiringTrackerStore, words: List[str]) -> List[str]:
    conversations = store._conversations
    assert isinstance(conversations, TLRUCache) and len(conversations) > 0
    kept = str([conversations[key] for key in conversations])
    return [word for word in words if word in kept]
