"""Promise 1: every fact has a source, and what it says with figures and names stands there."""

from __future__ import annotations

import re

import pytest

from tests.knowledge.report import REPORT, passage
from vejviser.knowledge.base import load
from vejviser.knowledge.schema import Fact

pytestmark = pytest.mark.skipif(REPORT is None, reason="the report is not part of the project")

KNOWLEDGE = load()
FACTS = [
    pytest.param(fact, id=f"{entry.id}-{number}")
    for entry in KNOWLEDGE.entries.values()
    for number, fact in enumerate(entry.all_facts())
    if fact.lines
]
_NUMBER = re.compile(r"\d+(?:[ .]\d{2,3}(?!\d))*")
_URL = re.compile(r"(?:https?://|www\.)[^\s,)]+|[\w.]+@[\w.]+\w")
_NAME = re.compile(r"(?<![.!?:»\"“] )(?<!^)\b[A-ZÆØÅ][\wæøåÆØÅé-]{2,}")
# Words that begin with a capital without being names of the report.
ORDINARY = {"Rapporten", "Rapportens", "Danmark", "Danmarks", "Danske", "LG", "Insight", "Insights"}


def digits(text: str) -> str:
    return re.sub(r"(?<=\d)[ .\u00a0](?=\d)", "", text)


@pytest.mark.parametrize("fact", FACTS)
def test_numbers_stand_in_the_cited_lines(fact: Fact) -> None:
    cited = digits(passage(fact.line_ranges))
    for match in _NUMBER.findall(_URL.sub(" ", fact.text)):
        number = digits(match).strip(" .,")
        if number == "2018":  # the report's own year, on its cover
            continue
        assert re.search(rf"(?<!\d){re.escape(number)}", cited), f"{number} is not in {fact.lines}"


@pytest.mark.parametrize("fact", FACTS)
def test_addresses_stand_in_the_cited_lines(fact: Fact) -> None:
    cited = re.sub(r"\s", "", passage(fact.line_ranges)).lower()
    for url in _URL.findall(fact.text):
        assert url.rstrip(".").lower() in cited, f"{url} is not in {fact.lines}"


@pytest.mark.parametrize("fact", FACTS)
def test_names_stand_in_the_cited_lines(fact: Fact) -> None:
    cited = passage(fact.line_ranges).lower()
    for name in _NAME.findall(_URL.sub(" ", fact.text)):
        stem = re.sub(r"(?:'?s|-\w+)$", "", name).lower()
        if name not in ORDINARY:
            assert stem in cited, f"{name} is not in {fact.lines}"
