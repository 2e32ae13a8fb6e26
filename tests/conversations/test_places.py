"""Whoever names a municipality is told when the report says nothing about it there."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conversations.talk import Talk, everything

SILENT = "fortæller ikke noget om"
ELSEWHERE = "ikke i forbindelse med"


@pytest.mark.parametrize(
    "asked, told",
    [
        ("Findes DUÅ i Viborg?", f"{SILENT} Viborg"),
        ("findes duå i viborg", f"{SILENT} Viborg"),
        ("Findes DUÅ i Vejen?", f"{SILENT} Vejen"),
        ("Findes DUÅ i Hjoerring?", f"{SILENT} Hjørring"),
        ("findes duå i ålborg?", f"Aalborg, men {ELSEWHERE}"),
    ],
)
def test_a_place_that_the_entry_does_not_name_is_said(bot: Any, asked: str, told: str) -> None:
    assert told in everything(Talk(bot).say(asked))


@pytest.mark.parametrize(
    "asked",
    [
        "Hvad er MAMMA MIA i Odense?",
        "hvad gør man i Høje-Taastrup?",
        "Hvad er MindSpring, og hvem kan hjælpe på vejen?",
        "Hvad er tegn på traumer hos et barn på 8 år i Viborg?",
    ],
)
def test_nothing_is_said_of_a_place_where_it_is_known_or_no_matter(bot: Any, asked: str) -> None:
    answer = everything(Talk(bot).say(asked))
    assert SILENT not in answer and ELSEWHERE not in answer


@pytest.mark.parametrize(
    "place, told", [("Odense", f"Odense, men {ELSEWHERE}"), ("Viborg", f"{SILENT} Viborg")]
)
def test_a_place_may_be_asked_about_afterwards(bot: Any, place: str, told: str) -> None:
    talk = Talk(bot)
    talk.say("Hvad er fritidspas?")
    answer = everything(talk.say(f"findes det i {place}?"))
    assert "fritidspas" in answer.lower() and told in answer
