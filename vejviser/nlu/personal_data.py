"""The last look at a message before it is kept: personal data out, commands disarmed."""

from __future__ import annotations

from typing import Any, Dict, List, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import SPACY_DOCS
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from vejviser.knowledge.base import Knowledge, load
from vejviser.nlu.conversation import add_entity
from vejviser.privacy.redaction import redact
from vejviser.text import fold

PERSONAL = "personal_data"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class PersonalDataRemover(GraphComponent, EntityExtractorMixin):
    """Replaces the message text by its redacted form.

    The entity "personal_data" says whether anything was found. A leading slash goes too: Rasa
    would obey "/restart" typed by anybody.
    """

    def __init__(self, knowledge: Knowledge) -> None:
        contacts = knowledge.contacts.values()
        self._public = [number for c in contacts for number in (c.phone, c.sms) if number]
        named = [*knowledge.entries.values(), *knowledge.young.values()]
        self._known = {fold(name) for entry in named for name in entry.names}

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "PersonalDataRemover":
        """Knows the public numbers and the names of the knowledge, which stay."""
        return cls(load())

    def process(self, messages: List[Message]) -> List[Message]:
        """Redact each message; entity values that were hidden go too."""
        for message in messages:
            text = str(message.get(TEXT) or "")
            redacted = redact(text, self._persons(message), keep=self._public)
            message.set(ENTITIES, _still_there(message, redacted.text), add_to_output=True)
            message.set(TEXT, redacted.text.lstrip("/ \t\n"), add_to_output=True)
            add_entity(message, PERSONAL, bool(redacted.found))
        return messages

    def _persons(self, message: Message) -> List[str]:
        doc = message.get(SPACY_DOCS[TEXT])
        if doc is None:
            return []
        persons = [ent.text for ent in doc.ents if ent.label_ in ("PER", "PERSON")]
        return [name for name in persons if fold(name) not in self._known and len(name) > 1]


def _still_there(message: Message, text: str) -> List[Dict[Text, Any]]:
    """The entities but those whose words were hidden or moved by the redaction."""
    unchanged = text == message.get(TEXT)
    entities = message.get(ENTITIES) or []
    return [entity for entity in entities if unchanged or entity["end"] == 0]
