"""From an entry to a reply: what it must carry for whom, whatever the knowledge says."""

from __future__ import annotations

import datetime as dt
from typing import List

import pytest

from vejviser.knowledge.base import load
from vejviser.knowledge.schema import parse_lines
from vejviser.replies.compose import (
    MAX_CONTACTS,
    MAX_NEXT,
    answer,
    buttons,
    choice,
    ordered_facts,
)
from vejviser.replies.opening import COPENHAGEN
from vejviser.replies.reply import Reply
from vejviser.replies.wording import phrase

KNOWLEDGE = load()
NIGHT = dt.datetime(2026, 11, 18, 3, 0, tzinfo=COPENHAGEN)
ENTRIES, YOUNG = sorted(KNOWLEDGE.entries), sorted(KNOWLEDGE.young)
LANGUAGES = ("da", "en")


def reply(entry_id: str, **how: object) -> Reply:
    return answer(entry_id, KNOWLEDGE, moment=NIGHT, **how)  # type: ignore[arg-type]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("entry_id", ENTRIES)
def test_an_answer_says_where_every_fact_comes_from(entry_id: str, language: str) -> None:
    entry, said = KNOWLEDGE.entries[entry_id], reply(entry_id, language=language)
    lines = [pair for fact in entry.all_facts() for pair in fact.line_ranges]
    outside = {fact.source for fact in entry.all_facts() if fact.source}
    assert any(source.section for source in said.sources) == bool(lines)
    urls = {source.url for source in said.sources if source.url}
    assert urls == {KNOWLEDGE.sources[source].url for source in outside}
    shown = [parse_lines(source.lines) for source in said.sources if source.lines]
    for first, last in lines:
        assert any(a <= first and last <= b for a, b in shown[0]), (first, last, shown)


@pytest.mark.parametrize("entry_id", ENTRIES)
def test_what_is_not_from_the_report_is_marked_with_page_and_day(entry_id: str) -> None:
    for source in reply(entry_id).sources:
        if source.url:
            assert "ikke fra rapporten" in source.text.lower()
            assert source.url in source.text and str(source.verified_on) in source.text


@pytest.mark.parametrize("entry_id", ENTRIES)
def test_caveats_and_what_holds_today_travel_with_the_facts(entry_id: str) -> None:
    entry = KNOWLEDGE.entries[entry_id]
    for young in (False, True):
        notes = [note.text for note in reply(entry_id, young=young).notes]
        assert notes == [fact.text for fact in (*entry.caveats, *entry.today)]


@pytest.mark.parametrize("entry_id", ENTRIES)
def test_a_question_changes_the_order_of_the_facts_and_loses_none(entry_id: str) -> None:
    entry = KNOWLEDGE.entries[entry_id]
    for fact in entry.facts:
        ordered = ordered_facts(entry, fact.text)
        assert sorted(f.text for f in ordered) == sorted(f.text for f in entry.facts)
        rest = [f for f in entry.facts if f is not ordered[0]]
        assert ordered[1:] == rest
    assert ordered_facts(entry, "") == list(entry.facts)
    assert ordered_facts(entry, "zxqv") == list(entry.facts)


def test_the_fact_that_is_asked_for_comes_first_nearly_always() -> None:
    asked = [(e, f) for e in KNOWLEDGE.entries.values() for f in e.facts if len(e.facts) > 1]
    first = [ordered_facts(entry, fact.text)[0] is fact for entry, fact in asked]
    assert sum(first) > 0.9 * len(first)


@pytest.mark.parametrize("entry_id", ENTRIES)
def test_a_young_reader_gets_at_most_two_facts_of_a_professional_entry(entry_id: str) -> None:
    assert len(reply(entry_id, young=True).items) <= 2
    assert len(reply(entry_id).items) == len(KNOWLEDGE.entries[entry_id].facts)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("entry_id", [*ENTRIES, *YOUNG])
def test_a_reply_is_bounded_and_its_buttons_are_what_can_be_typed(
    entry_id: str, language: str
) -> None:
    said = reply(entry_id, language=language)
    assert len(said.contacts) <= MAX_CONTACTS and len(said.next) <= MAX_NEXT
    for button in said.next:
        assert button.payload == button.title and not button.payload.startswith("/")
        titles = {KNOWLEDGE.title(known, language) for known in (*ENTRIES, *YOUNG)}
        assert button.title in titles
    assert said.language == language and said.topic == KNOWLEDGE.topic(entry_id)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("entry_id", YOUNG)
def test_a_young_person_can_always_reach_somebody_at_night(entry_id: str, language: str) -> None:
    said = reply(entry_id, language=language)
    if said.contacts:
        assert said.contacts[0].open_now is not False
    for card in said.contacts:
        assert card.anonymity.strip() and card.checked.strip()


@pytest.mark.parametrize("entry_id", ENTRIES)
def test_in_english_it_is_said_that_the_facts_are_danish(entry_id: str) -> None:
    assert reply(entry_id, language="en").paragraphs[0] == phrase("english_lead", "en")


@pytest.mark.parametrize("entry_id", [*ENTRIES, *YOUNG])
def test_the_plain_text_holds_all_that_the_data_say(entry_id: str) -> None:
    said = reply(entry_id)
    text = " ".join(said.text().split())
    pieces: List[str] = [*said.paragraphs, *said.items, *(note.text for note in said.notes)]
    pieces += [card.phone for card in said.contacts if card.phone]
    pieces += [source.text for source in said.sources]
    for piece in pieces:
        assert " ".join(piece.split()) in text


def test_what_may_have_been_meant_as_well_is_told_in_notes_of_its_own() -> None:
    first, second, young = ENTRIES[0], ENTRIES[1], YOUNG[0]
    labels = [note.label for note in reply(first, also=[second, young]).notes]
    assert labels[:2] == [KNOWLEDGE.title(second), KNOWLEDGE.title(young)]
    assert labels[2:] == [note.label for note in reply(first).notes]


def test_an_unknown_entry_is_an_error() -> None:
    with pytest.raises(KeyError):
        reply("nothing")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_question_back_is_one_question_with_a_button_for_each_meaning(language: str) -> None:
    asked = choice(YOUNG[:3], KNOWLEDGE, language)
    assert asked.kind == "choice" and len(asked.paragraphs) == 1
    assert [button.title for button in asked.next] == [
        KNOWLEDGE.title(entry_id, language) for entry_id in YOUNG[:3]
    ]
    assert len(buttons(YOUNG[:9], KNOWLEDGE, language)) == MAX_NEXT
