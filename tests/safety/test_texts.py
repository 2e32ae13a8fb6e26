"""What the bot may and may not say to a young person: R2, R5, R8, R10, R11, R12, R22, R27."""

from __future__ import annotations

import re

import pytest
import textstat

from tests.safety.family import sent_to_family
from tests.safety.texts import (
    CRISIS,
    KNOWLEDGE,
    Said,
    crisis_replies,
    texts_for_the_young,
)
from vejviser.replies.reply import Reply

TEXTS = [pytest.param(said, id=f"{said.where}-{said.language}") for said in texts_for_the_young()]
DANISH = [
    pytest.param(said, id=said.where)
    for said in texts_for_the_young()
    if said.language == "da" and said.where in KNOWLEDGE.young
]
REPLIES = [pytest.param(reply, id=f"{reply.topic}-{reply.language}") for reply in crisis_replies()]
HONOUR = ("marriage", "trip", "abroad", "threat", "locked", "ran_away", "friend_in_danger")

PRETENDS = re.compile(
    r"\bjeg (?:føler|elsker|savner|holder af|er (?:så )?(?:ked af|glad for|bekymret))\b"
    r"|\bjeg forstår,? hvordan du\b|\bjeg er din ven\b"
    r"|\bI (?:feel|love|miss|care about|am (?:so )?(?:sad|worried))\b"
    r"|\bI understand how you\b|\bI am your friend\b",
    re.I,
)
WHY = re.compile(r"\bhvorfor\b[^.!?]*\?|\bwhy\b[^.!?]*\?", re.I)


def words(text: str) -> int:
    return len(re.findall(r"\w+(?:[-.@/]\w+)*", text))


@pytest.mark.parametrize("said", TEXTS)
def test_nobody_is_sent_to_the_family_they_may_hide_from(said: Said) -> None:
    assert not sent_to_family(said.text)


@pytest.mark.parametrize("said", TEXTS)
def test_the_bot_never_pretends_to_feel(said: Said) -> None:
    assert not PRETENDS.search(said.text)


@pytest.mark.parametrize("said", TEXTS)
def test_nobody_is_asked_why(said: Said) -> None:
    assert not WHY.search(said.text)


@pytest.mark.parametrize("said", TEXTS)
def test_an_answer_to_the_young_has_at_most_80_words(said: Said) -> None:
    assert words(said.text) <= 80


@pytest.mark.parametrize("said", DANISH)
def test_an_answer_to_the_young_is_easy_to_read(said: Said) -> None:
    assert textstat.lix(said.text) <= 30


@pytest.mark.parametrize("reply", REPLIES)
def test_a_crisis_reply_has_at_most_80_words_contacts_included(reply: Reply) -> None:
    without_addresses = re.sub(r"https?://\S+", "", reply.text())
    assert words(without_addresses) <= 80


@pytest.mark.parametrize("reply", REPLIES)
def test_a_crisis_reply_offers_day_and_night_and_a_silent_way(reply: Reply) -> None:
    contacts = [KNOWLEDGE.contacts[c] for c in fixed_contacts(reply)]
    assert 1 <= len(contacts) <= 3
    assert any(contact.always_open for contact in contacts)
    assert any(contact.chat or contact.sms for contact in contacts)


@pytest.mark.parametrize("reply", REPLIES)
def test_livslinien_never_stands_alone(reply: Reply) -> None:
    contacts = fixed_contacts(reply)
    assert contacts != ["livslinien"]
    if "livslinien" in contacts:
        others = [KNOWLEDGE.contacts[c] for c in contacts if c != "livslinien"]
        assert any(contact.always_open and contact.id != "alarm_112" for contact in others)


@pytest.mark.parametrize("reply", REPLIES)
def test_a_crisis_reply_asks_for_no_details(reply: Reply) -> None:
    questions = [p for p in reply.paragraphs if p.rstrip().endswith("?")]
    assert not questions or reply.topic in ("crisis_unclear", "crisis_followup_misunderstood")


@pytest.mark.parametrize("topic", ["crisis_acute_danger", "crisis_overdose"])
def test_112_comes_first_where_life_is_in_danger_now(topic: str) -> None:
    fixed = next(reply for reply in CRISIS if reply.intent == topic)
    assert fixed.contacts[0] == "alarm_112"


@pytest.mark.parametrize("reply", REPLIES)
def test_honour_replies_point_outside_the_family(reply: Reply) -> None:
    honour = any(word in str(reply.topic) for word in HONOUR)
    adult = "lærer" in reply.text() or "voksen" in reply.text()
    if reply.language == "da" and honour and adult:
        assert "uden for familien" in reply.text()


def test_every_line_says_what_it_sees_keeps_and_must_do() -> None:
    for contact in KNOWLEDGE.contacts.values():
        label = contact.anonymity
        for texts in (label.label, label.they_see, label.kept, label.must_act, label.phone_bill):
            assert texts.da.strip() and texts.en.strip(), contact.id


def test_every_contact_has_a_source_and_a_day_it_was_checked() -> None:
    for contact in KNOWLEDGE.contacts.values():
        assert KNOWLEDGE.sources[contact.source].verified_on


@pytest.mark.parametrize("dead", ["72142333", "72142700", "72142214"])
def test_numbers_of_2018_are_no_contact_of_today(dead: str) -> None:
    for contact in KNOWLEDGE.contacts.values():
        digits = re.sub(r"\D", "", f"{contact.phone}{contact.sms}{contact.note}")
        assert dead not in digits
        assert "@siri.dk" not in str(contact.mail)


def fixed_contacts(reply: Reply) -> "list[str]":
    return next(fixed.contacts for fixed in CRISIS if fixed.intent == reply.topic)
