"""Full-text search finds entries by Danish stems."""

from __future__ import annotations

import pytest

from vejviser.knowledge.base import load
from vejviser.knowledge.search import Search, stems

SEARCH = Search.over(load())


def test_inflected_and_unaccented_words_share_a_stem() -> None:
    assert stems("bydelsmødrene") == stems("bydelsmoedrene")
    assert stems("kommunerne") == stems("kommunernes")


@pytest.mark.parametrize(
    ("question", "word"),
    [("MindSpring for forældre", "mindspring"), ("penge til fodbold kontingent", "fritid")],
)
def test_finds_the_entry_that_the_words_are_about(question: str, word: str) -> None:
    found = [hit.entry_id for hit in SEARCH.find(question, limit=3)]
    assert any(word in entry_id for entry_id in found)


def test_words_that_are_nowhere_find_nothing() -> None:
    assert SEARCH.find("xylofonkvartet zzz") == []
