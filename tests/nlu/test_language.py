"""Danish or English, message by message, and remembered where a message is too short to tell."""

from __future__ import annotations

from typing import Optional

import pytest
from rasa.shared.core.events import SlotSet
from rasa.shared.core.slots import TextSlot
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from vejviser.nlu.language import LANGUAGE, LanguageFinder

DANISH = [
    "Hvad er negativ social kontrol?",
    "min bror tjekker min tlf",
    "jeg ka ik mere",
    "far slaar mig naar jeg kommer for sent",
    "toer ikke gaa hjem",
    "Hvad er MindSpring for forældre?",
    "Gælder § 11, stk. 3 stadig?",
    "hvad koster det",
    "wallah de tjekker min snap hele tiden",
    "hvad er safehouse",
    "har i en chat der er open hele natten",
    "kan man skrive i stedet for at ringe",
    "Er der dokumenteret effekt af Mindspring?",
    "min kæreste er jaloux",
]
ENGLISH = [
    "my father hits me",
    "what is negative social control",
    "can I talk to someone without my parents knowing",
    "they want me to marry my cousin",
    "is it free to call",
    "i want to die",
    "do you save what i write",
    "where can i sleep tonight",
    "my brother checks my phone every day",
    "is the chat anonymous",
]


@pytest.fixture(scope="module")
def finder() -> LanguageFinder:
    return LanguageFinder()


def found(finder: LanguageFinder, text: str, known: Optional[str] = None) -> str:
    slot = TextSlot(LANGUAGE, mappings=[{"type": "from_entity", "entity": LANGUAGE}])
    tracker = DialogueStateTracker("a", [slot])
    if known:
        tracker.update(SlotSet(LANGUAGE, known))
    (message,) = finder.process([Message({TEXT: text})], tracker)
    values = [e["value"] for e in message.get(ENTITIES) if e["entity"] == LANGUAGE]
    assert len(values) == 1
    return str(values[0])


@pytest.mark.parametrize("text", DANISH)
def test_danish_is_answered_in_danish(finder: LanguageFinder, text: str) -> None:
    assert found(finder, text) == "da"


@pytest.mark.parametrize("text", ENGLISH)
def test_english_is_answered_in_english(finder: LanguageFinder, text: str) -> None:
    assert found(finder, text) == "en"


@pytest.mark.parametrize("text", ["ok", "112", "MindSpring", "?", "help", "hej"])
@pytest.mark.parametrize("known", ["da", "en"])
def test_a_word_keeps_the_language_of_the_conversation(
    finder: LanguageFinder, text: str, known: str
) -> None:
    assert found(finder, text, known) == known


def test_who_changes_language_is_followed(finder: LanguageFinder) -> None:
    assert found(finder, "can i ask in english please", "da") == "en"
    assert found(finder, "jeg vil hellere skrive på dansk", "en") == "da"


@pytest.mark.parametrize("text", ["", " ", "🙂 🙂 🙂", "1 2 3 4", "… …", "\n"])
def test_what_is_no_language_is_danish_until_known(finder: LanguageFinder, text: str) -> None:
    assert found(finder, text) == "da"
    assert found(finder, text, "en") in ("da", "en")
