"""Whoever asks for the source is told lines, and whom the report has it from."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conversations.talk import Talk, text


@pytest.mark.parametrize(
    "asked, origin",
    [
        ("Tegn på traumer hos børn på 6-12 år", "Malte"),
        ("Hvor mange børn oplever vold i hjemmet?", "Københavns Kommune"),
    ],
)
def test_the_source_of_a_fact_names_whom_the_report_has_it_from(
    bot: Any, asked: str, origin: str
) -> None:
    talk = Talk(bot)
    talk.say(asked)
    told = text(talk.say("hvad er kilden?"))
    assert "linje" in told.lower() and origin in told
