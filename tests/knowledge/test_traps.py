"""The report file has traps; none of them reaches an answer."""

from __future__ import annotations

import re

import pytest

from tests.knowledge.report import REPORT, passage
from vejviser.knowledge.base import load

KNOWLEDGE = load()
TEXTS = {
    entry.id: " ".join(fact.text for fact in entry.all_facts())
    for entry in KNOWLEDGE.entries.values()
}


def mentioning(pattern: str) -> "dict[str, str]":
    return {key: text for key, text in TEXTS.items() if re.search(pattern, text, re.I)}


def test_a_footnote_mark_is_not_part_of_the_number_of_unaccompanied_children() -> None:
    assert mentioning(r"\b439\b") and mentioning(r"\b173\b")
    assert not mentioning(r"17\.?312")


@pytest.mark.skipif(REPORT is None, reason="the report is not part of the project")
def test_the_report_reader_mends_the_glued_footnote() -> None:
    assert "tallet 173." in passage([(405, 405)])


def test_paragraph_11_is_answered_as_stk_3_and_the_slip_is_told() -> None:
    slips = mentioning(r"§ 11,? stk\.? 2")
    assert slips, "no entry tells of the report's slip"
    for key, text in slips.items():
        assert re.search(r"stk\.? 3", text), f"{key} names stk. 2 without stk. 3"


def test_the_contradiction_about_unaccompanied_children_is_told_as_one() -> None:
    entry = TEXTS["uledsagede_modsigelse"]
    assert re.search(r"fald", entry) and re.search(r"stig", entry)


def test_visos_facts_do_not_cite_the_footnote_about_the_course() -> None:
    for entry in KNOWLEDGE.entries.values():
        for fact in entry.all_facts():
            if "VISO" in fact.text and "note 33" not in fact.text.lower():
                assert not any(a <= 1529 <= b for a, b in fact.line_ranges), entry.id


@pytest.mark.parametrize("character", ["\uf070", "\u00ad"])
def test_no_private_use_bullets_or_soft_hyphens(character: str) -> None:
    assert not [key for key, text in TEXTS.items() if character in text]


@pytest.mark.parametrize("joined", ["foråret2018", "ogmangler", "ogsagsbehandlere", "15medtager"])
def test_joined_words_are_parted(joined: str) -> None:
    assert not mentioning(joined)


def test_statistics_about_non_western_origin_carry_their_caveat() -> None:
    for key, entry in KNOWLEDGE.entries.items():
        if KNOWLEDGE.kind_of[key] == "figures" and "ikke-vestlig" in TEXTS[key]:
            assert re.search(r"flygtning", " ".join(f.text for f in entry.caveats), re.I), key
