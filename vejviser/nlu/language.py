"""Danish or English: decided for each message, remembered for the short ones."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Text

from lingua import Language, LanguageDetector, LanguageDetectorBuilder
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from vejviser.nlu.conversation import add_entity

LANGUAGE = "language"
# A message shorter than this keeps the language of the conversation ("ok", "MindSpring").
MIN_WORDS = 2
# How sure the detector must be of English; names and loanwords look English in Danish sentences.
SURE = 0.75
# With one of these in front it is enough that English is the likelier.
ENGLISH_OPENINGS = frozenset(
    ["what", "who", "how", "where", "when", "why", "which", "are", "does", "the", "my"]
)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class LanguageFinder(GraphComponent, EntityExtractorMixin):
    """Adds the entity "language" ("da" or "en"), which fills the slot of the same name."""

    def __init__(self) -> None:
        self._detector: LanguageDetector = LanguageDetectorBuilder.from_languages(
            Language.DANISH, Language.ENGLISH
        ).build()

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "LanguageFinder":
        """A detector for two languages (see parent class)."""
        return cls()

    def process(
        self, messages: List[Message], tracker: Optional[DialogueStateTracker] = None
    ) -> List[Message]:
        """Add the language of each message to its entities."""
        known = tracker.get_slot(LANGUAGE) if tracker else None
        for message in messages:
            language = self.language_of(str(message.get(TEXT) or ""), str(known or "da"))
            add_entity(message, LANGUAGE, language)
        return messages

    def language_of(self, text: str, known: str = "da") -> str:
        """ "da" or "en"; `known`, the language so far, where the text is too short to tell."""
        if len(text.split()) < MIN_WORDS:
            return known
        if any(letter in text.lower() for letter in "æøå"):
            return "da"
        english = self._detector.compute_language_confidence(text, Language.ENGLISH)
        opened = text.split()[0].lower() in ENGLISH_OPENINGS
        if english >= (0.5 if opened else SURE):
            return "en"
        return "da" if english <= 1 - SURE else known
