"""Who is asking: a young person or a professional, told by a button or by how they write."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.training_data.message import Message

from vejviser.knowledge.base import ENTRY_KINDS
from vejviser.nlu.care_frame import CRISIS_PREFIX
from vejviser.nlu.conversation import add_entity, intent_name, known_audience

CHOSEN = {"choose_young": "young", "choose_professional": "professional"}


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class AudienceFinder(GraphComponent, EntityExtractorMixin):
    """Adds the entity "audience" where it is known or can be inferred from the intent."""

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "AudienceFinder":
        """See parent class."""
        return cls()

    def process(
        self, messages: List[Message], tracker: Optional[DialogueStateTracker] = None
    ) -> List[Message]:
        """Add the audience of each message; an explicit choice wins over everything."""
        for message in messages:
            intent = intent_name(message)
            told = CHOSEN.get(intent) or known_audience(message, tracker)
            audience = told or infer(intent)
            if audience:
                add_entity(message, "audience", audience)
        return messages


def infer(intent: str) -> Optional[str]:
    """The audience that an intent belongs to; None where anybody may mean it."""
    if intent.startswith((CRISIS_PREFIX, "ask_young")):
        return "young"
    kind = intent[len("ask_") :] if intent.startswith("ask_") else ""
    return "professional" if kind in ENTRY_KINDS and kind != "out_of_scope" else None
