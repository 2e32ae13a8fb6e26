"""Every reply becomes a card that Teams can draw, with nothing lost and nothing misread."""

import datetime as dt
import json
import subprocess
from functools import lru_cache
from pathlib import Path
from typing import Any, Iterator, List, Tuple

import pytest

from tests.channels.teams.fake_bot_framework import FakeBotFramework
from vejviser.channels.teams.activities import SUBMIT, read_activity
from vejviser.channels.teams.cards import BUTTONS_IN_ROW, MAX_BUTTON, card, plain
from vejviser.channels.teams.connector import encoded
from vejviser.channels.teams.messages import MAX_BYTES, answer, as_text, failed, welcome
from vejviser.channels.workplace import workplace_phrase
from vejviser.knowledge.base import Knowledge, load
from vejviser.replies import compose
from vejviser.replies.fixed import FILES, fixed_reply, read_fixed
from vejviser.replies.reply import ContactCard, Kind, Next, Note, Reply, SourceRef
from vejviser.replies.wording import REPLIES_DIR

PARSER = Path(__file__).parent / "parser"
MOMENT = dt.datetime(2026, 3, 4, 12, 0)
LANGUAGES = ("da", "en")
LONG = Reply(
    kind=Kind.answer,
    title="*Titel* med _tegn_ [1] #2",
    paragraphs=["1. januar 2018 skete det.", "- ikke en liste"],
    items=[f"{number}: " + "æøå 🧡 " * 60 for number in range(200)],
    notes=[Note(label="Forbehold", text="**ikke fed**")],
    contacts=[
        ContactCard(
            name="Hjælp_linjen",
            phone="116 111",
            chat="bornetelefonen.dk",
            web="via hjemmesiden",
            hours="8-16",
            anonymity="Anonym",
            for_whom="Børn",
            checked="Kontrolleret 2026-01-01",
        )
    ],
    sources=[SourceRef(url="https://example.org/a_b_c", text="Ikke fra rapporten: a_b_c")],
    next=[Next(title=f"{n} " + "meget langt " * 10, payload=f"spørgsmål {n}") for n in range(13)],
)


def objections(cards: List[Any]) -> List[List[str]]:
    """What Microsoft's own parser (npm package adaptivecards) objects to in each card."""
    if not (PARSER / "node_modules").exists():
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=PARSER, check=True)
    given = json.dumps(cards).encode()
    done = subprocess.run(
        ["node", "check.cjs"], cwd=PARSER, input=given, stdout=subprocess.PIPE, check=True
    )
    return json.loads(done.stdout)


@lru_cache(maxsize=None)
def incoming():
    fake = FakeBotFramework()
    fake.url = "http://127.0.0.1:1"
    return read_activity(fake.activity())


@lru_cache(maxsize=None)
def knowledge() -> Knowledge:
    return load()


@lru_cache(maxsize=None)
def every_reply() -> List[Tuple[str, Reply]]:
    return list(_every_reply(knowledge()))


def _every_reply(knowledge: Knowledge) -> Iterator[Tuple[str, Reply]]:
    for language in LANGUAGES:
        for entry_id in (*knowledge.entries, *knowledge.young):
            reply = compose.answer(entry_id, knowledge, language=language, moment=MOMENT)
            yield f"{entry_id}/{language}", reply
        for stem, kind in FILES.items():
            for fixed in read_fixed(REPLIES_DIR / f"{stem}.yml"):
                yield f"{fixed.intent}/{language}", fixed_reply(fixed, kind, knowledge, language)


def message_of(reply: Reply, first: bool = True) -> Any:
    return answer(incoming(), {"text": reply.text(), "custom": reply.data()}, first=first)


def content(message) -> Any:
    return message["attachments"][0]["content"]


def texts(element: Any) -> List[str]:
    """All that a card shows, in order."""
    if isinstance(element, list):
        return [text for item in element for text in texts(item)]
    if not isinstance(element, dict):
        return []
    own = [str(element[key]) for key in ("text", "value") if isinstance(element.get(key), str)]
    inner = [element[k] for k in ("body", "items", "inlines", "facts", "actions") if k in element]
    return own + [text for part in inner for text in texts(part)]


def actions(element: Any) -> List[Any]:
    if isinstance(element, list):
        return [action for item in element for action in actions(item)]
    if not isinstance(element, dict):
        return []
    found = [element] if str(element.get("type", "")).startswith("Action.") else []
    return found + [a for key in ("body", "items", "actions") for a in actions(element.get(key))]


@pytest.mark.parametrize(
    "element",
    [
        {"type": "Nonsense"},
        {"type": "TextBlock", "text": "a", "size": "Gigantic"},
        {"type": "ActionSet", "actions": [{"type": "Action.OpenUrl", "title": "uden adresse"}]},
        {"type": "ActionSet", "actions": [{"type": "Action.Nonsense"}]},
    ],
)
def test_the_parser_can_say_no(element):
    assert objections([{"type": "AdaptiveCard", "version": "1.5", "body": [element]}])[0]


def test_every_reply_fits_into_a_message_of_teams_whole():
    for name, reply in every_reply():
        message = message_of(reply)
        assert len(encoded(message)) <= MAX_BYTES, name
        assert workplace_phrase("shortened", reply.language) not in str(message), name


def test_every_reply_is_a_card_that_microsofts_parser_takes():
    named = [(name, content(message_of(reply))) for name, reply in every_reply()]
    named += [("long", content(message_of(LONG))), ("welcome", content(welcome(incoming())))]
    assert len(named) > 100
    found = objections([drawn for _, drawn in named])
    assert {n: o for (n, _), o in zip(named, found, strict=True) if o} == {}


def test_nothing_of_a_reply_is_missing_on_its_card():
    for name, reply in every_reply():
        shown = "\n".join(texts(content(message_of(reply))))
        said = [*reply.paragraphs, *reply.items, *(note.text for note in reply.notes)]
        said += [source.text for source in reply.sources]
        for contact in reply.contacts:
            ways = [contact.phone, contact.sms, contact.chat, contact.mail, contact.hours]
            said += [plain(way) for way in (contact.name, *ways, contact.anonymity) if way]
        missing = [part for part in said if part not in shown]
        assert not missing, (name, missing)


def test_each_next_question_is_a_button_that_sends_what_stands_behind_it():
    for name, reply in every_reply():
        buttons = [a for a in actions(content(message_of(reply))) if a["type"] == "Action.Submit"]
        assert [b["data"][SUBMIT] for b in buttons] == [n.payload for n in reply.next], name
        assert [b["data"]["msteams"]["text"] for b in buttons] == [n.payload for n in reply.next]


def test_an_answer_too_long_for_teams_is_shortened_and_says_so_but_keeps_help_and_sources():
    message = message_of(LONG)
    shown = "\n".join(texts(content(message)))
    assert len(encoded(message)) <= MAX_BYTES
    assert workplace_phrase("shortened", "da") in shown
    assert "116 111" in shown
    assert LONG.sources[0].text in shown


def test_many_long_questions_stay_readable():
    drawn = card(LONG.copy(update={"items": []}).data(), "")
    rows = [element for element in drawn["body"] if element["type"] == "ActionSet"]
    assert all(len(row["actions"]) <= BUTTONS_IN_ROW for row in rows)
    assert sum(len(row["actions"]) for row in rows) == len(LONG.next)
    for row in rows:
        for button in row["actions"]:
            assert len(button["title"]) <= MAX_BUTTON
            assert button["tooltip"].startswith(button["title"][:-1].rstrip())


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2018. Det år", "2018\\. Det år"),
        ("- nej", "\\- nej"),
        ("a_b *c* [d](e)", "a\\_b \\*c\\* \\[d\\](e)"),
        ("116 111, kl. 8-16", "116 111, kl. 8-16"),
    ],
)
def test_what_looks_like_markdown_is_shown_as_it_stands(text, shown):
    assert plain(text) == shown


def test_a_link_is_only_made_of_an_address():
    links = [a["url"] for a in actions(card(LONG.data(), "")) if a["type"] == "Action.OpenUrl"]
    assert links == ["https://bornetelefonen.dk"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_crisis_message_is_whole_without_its_card(language):
    for stem, kind in FILES.items():
        for fixed in read_fixed(REPLIES_DIR / f"{stem}.yml"):
            reply = fixed_reply(fixed, kind, knowledge(), language)
            if kind != Kind.crisis:
                continue
            text = as_text(message_of(reply))["text"]
            assert reply.text() in text
            assert workplace_phrase("notice_crisis", language) in text


def test_a_reply_without_data_is_sent_as_text():
    message = answer(incoming(), {"text": "Hej"}, first=True)
    assert message["text"] == f"{workplace_phrase('notice', 'da')}\n\nHej"


def test_the_apology_names_the_emergency_number():
    assert "112" in failed(incoming())["text"]
