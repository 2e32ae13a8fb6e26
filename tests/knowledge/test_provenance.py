"""Promise 1: every fact has a source, and what it says with figures and names stands there."""

from __future__ import annotations

import re
from typing import List

import pytest

from tests.knowledge.report import REPORT, passage
from vejviser.knowledge.base import load
from vejviser.knowledge.schema import Entry, Fact

pytestmark = pytest.mark.skipif(REPORT is None, reason="the report is not part of the project")

KNOWLEDGE = load()
ENTRIES = [pytest.param(entry, id=entry.id) for entry in KNOWLEDGE.entries.values()]
_NUMBER = re.compile(r"\d+(?:[ .]\d{2,3}(?!\d))*")
_URL = re.compile(r"(?:https?://|www\.)[^\s,)]+|[\w.]+@[\w.]+\w")
_NAME = re.compile(r"(?<![.!?:»\"“] )(?<!^)\b[A-ZÆØÅ][\wæøåÆØÅé-]{2,}")
# Words that begin with a capital without being names of the report.
ORDINARY = {"Rapporten", "Rapportens", "Danmark", "Danmarks", "Danske", "LG", "Insight", "Insights"}


def digits(text: str) -> str:
    return re.sub(r"(?<=\d)[ .\u00a0](?=\d)", "", text)


def cited_facts(entry: Entry) -> List[Fact]:
    return [fact for fact in entry.all_facts() if fact.lines]


@pytest.mark.parametrize("entry", ENTRIES)
def test_numbers_stand_in_the_cited_lines(entry: Entry) -> None:
    for fact in cited_facts(entry):
        cited = digits(passage(fact.line_ranges))
        for match in _NUMBER.findall(_URL.sub(" ", fact.text)):
            number = digits(match).strip(" .,")
            if number == "2018":  # the report's own year, on its cover
                continue
            found = re.search(rf"(?<!\d){re.escape(number)}", cited)
            assert found, f"{number} is not in {fact.lines}"


@pytest.mark.parametrize("entry", ENTRIES)
def test_addresses_stand_in_the_cited_lines(entry: Entry) -> None:
    for fact in cited_facts(entry):
        cited = re.sub(r"\s", "", passage(fact.line_ranges)).lower()
        for url in _URL.findall(fact.text):
            assert url.rstrip(".").lower() in cited, f"{url} is not in {fact.lines}"


@pytest.mark.parametrize("entry", ENTRIES)
def test_names_stand_in_the_cited_lines(entry: Entry) -> None:
    for fact in cited_facts(entry):
        cited = passage(fact.line_ranges).lower()
        for name in _NAME.findall(_URL.sub(" ", fact.text)):
            stem = re.sub(r"(?:'?s|-\w+)$", "", name).lower()
            if name not in ORDINARY:
                assert stem in cited, f"{name} is not in {fact.lines}"
