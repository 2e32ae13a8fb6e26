"""Everyday talk gets no answer about something else, and help stays in sight all the same."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conversations.talk import Talk, everything, is_crisis


@pytest.mark.parametrize(
    "said",
    [
        "vores hamster er sluppet ud af buret igen",
        "jeg fik 7 i fransk og min bror griner stadig",
        "vi tabte 4-1 til naboskolen i håndbold i går",
        "our bus broke down on the way to the museum lol",
    ],
)
def test_everyday_talk_is_no_danger_and_no_topic(bot: Any, said: str) -> None:
    replies = Talk(bot).say(said)
    assert not is_crisis(replies)
    assert replies[0]["custom"]["topic"] in ("say_everyday", "maybe_danger")
    assert "116 111" in everything(replies) and "112" in everything(replies)


def test_a_question_after_everyday_talk_is_answered(bot: Any) -> None:
    talk = Talk(bot)
    talk.say("vores hamster er sluppet ud af buret igen")
    answer = everything(talk.say("Hvad er negativ social kontrol?"))
    assert "frihed" in answer or "begræns" in answer
