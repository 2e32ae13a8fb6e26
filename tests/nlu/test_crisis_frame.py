"""After danger the frame holds, whatever small thing follows: the trained components in a row."""

from __future__ import annotations

import secrets
from typing import Any, AsyncIterator, Dict, List

import pytest
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from vejviser.launch.model import ensure_model
from vejviser.nlu.care_frame import FOLLOWUP_PREFIX, FRAME_TURNS, is_crisis
from vejviser.nlu.crisis_detector import IN_FRAME

DANGER = [
    "jeg vil ikke leve mere",
    "min far slår mig hver dag",
    "de vil gifte mig væk til sommer",
    "jeg er stukket af hjemmefra og har ingen steder at sove",
    "my brother says he will kill me",
]
SMALL = {
    "ok": "ok",
    "ja": "ok",
    "nej": "ok",
    "hvad nu": "what_now",
    "hvad skal jeg gøre": "what_now",
    "tør ikke ringe": "afraid_to_call",
    "finder min far ud af det": "parents_know",
    "glem det det var for sjov": "denial",
    "du misforstod mig": "misunderstood",
    "tak": "thanks",
    "farvel": "thanks",
}


class Talk:
    """One conversation with the trained pipeline; nothing is answered, only understood."""

    def __init__(self, agent: Agent) -> None:
        assert agent.processor and agent.domain
        self._processor = agent.processor
        self._tracker = DialogueStateTracker(secrets.token_hex(4), agent.domain.slots)
        self._domain = agent.domain

    async def say(self, text: str, **metadata: str) -> Dict[str, Any]:
        message = UserMessage(text, sender_id=self._tracker.sender_id, metadata=metadata)
        parsed = dict(await self._processor.parse_message(message, self._tracker))
        event = UserUttered(
            parsed["text"], parsed["intent"], parsed["entities"], parsed, metadata=metadata
        )
        self._tracker.update(event, self._domain)
        return parsed

    async def intents(self, *texts: str) -> List[str]:
        return [(await self.say(text))["intent"]["name"] for text in texts]


@pytest.fixture(scope="module")
def agent() -> Agent:
    return Agent.load(str(ensure_model()))


@pytest.fixture
async def talk(agent: Agent) -> AsyncIterator[Talk]:
    yield Talk(agent)


def helped(intent: str) -> bool:
    return is_crisis(intent) or intent.startswith(FOLLOWUP_PREFIX)


@pytest.mark.parametrize("danger", DANGER)
async def test_danger_is_danger(talk: Talk, danger: str) -> None:
    (intent,) = await talk.intents(danger)
    assert is_crisis(intent)


@pytest.mark.parametrize("small", SMALL)
@pytest.mark.parametrize("danger", DANGER)
async def test_a_small_answer_keeps_the_help(talk: Talk, danger: str, small: str) -> None:
    _, intent = await talk.intents(danger, small)
    assert helped(intent), f"{small!r} -> {intent}"


@pytest.mark.parametrize("small, reply", SMALL.items())
async def test_a_small_answer_gets_the_reply_that_is_meant_for_it(
    talk: Talk, small: str, reply: str
) -> None:
    _, intent = await talk.intents(DANGER[0], small)
    assert intent == f"{FOLLOWUP_PREFIX}{reply}"


async def test_the_frame_holds_for_more_than_three_turns(talk: Talk) -> None:
    turns = ["ok", "hvad nu", "tør ikke ringe", "finder min far ud af det", "glem det", "tak", "ok"]
    first, *others = await talk.intents(DANGER[0], *turns)
    assert FRAME_TURNS >= 3 and len(turns) < FRAME_TURNS
    assert is_crisis(first)
    assert all(helped(intent) for intent in others), dict(zip(turns, others, strict=True))


async def test_the_frame_ends_some_time(talk: Talk) -> None:
    *_, last = await talk.intents(DANGER[0], *["ok"] * FRAME_TURNS, "ok")
    assert not helped(last)


async def test_small_talk_without_danger_stays_small_talk(talk: Talk) -> None:
    intents = await talk.intents("hej", "ok", "tak", "farvel")
    assert not any(helped(intent) for intent in intents), intents


@pytest.mark.parametrize("noise", ["blip blop zxqv", "asdfgh", "qwe rty", "hmm tja bum", "???!"])
async def test_what_is_not_understood_in_the_frame_never_loses_the_help(
    talk: Talk, noise: str
) -> None:
    _, intent = await talk.intents(DANGER[0], noise)
    assert intent not in ("nlu_fallback", "out_of_scope", "ask_out_of_scope")


async def test_a_question_in_the_frame_is_answered(talk: Talk) -> None:
    _, intent = await talk.intents(DANGER[1], "er det anonymt at skrive til børnetelefonen")
    assert not intent.startswith(f"{FOLLOWUP_PREFIX}not_understood")


async def test_new_danger_in_the_frame_is_seen(talk: Talk) -> None:
    intents = await talk.intents(DANGER[1], "ok", "jeg vil ikke leve mere")
    assert intents[-1] == "crisis_suicide"


async def test_two_short_messages_are_danger_together(talk: Talk) -> None:
    intents = await talk.intents("far er sur", "han slår")
    assert is_crisis(intents[-1]), intents


@pytest.mark.parametrize("door", [{"audience": "professional"}])
async def test_a_professional_who_asks_about_danger_is_not_in_danger(
    talk: Talk, door: Dict[str, str]
) -> None:
    asked = await talk.say("Hvad gør jeg, hvis en elev bliver slået derhjemme?", **door)
    assert not is_crisis(asked["intent"]["name"])


async def test_what_is_kept_for_the_next_turn_is_redacted(talk: Talk) -> None:
    parsed = await talk.say("jeg hedder Amira og min far slår mig, 20 30 40 50")
    assert "Amira" not in str(parsed) and "20 30 40 50" not in str(parsed)


def test_every_reply_of_the_frame_exists() -> None:
    from vejviser.replies.fixed import read_fixed
    from vejviser.replies.wording import REPLIES_DIR

    replies = {reply.intent for reply in read_fixed(REPLIES_DIR / "crisis.yml")}
    assert {f"{FOLLOWUP_PREFIX}{name}" for name in IN_FRAME.values()} <= replies
