"""The last look at a message before it is kept: personal data out, commands disarmed."""

from __future__ import annotations

from typing import Any, Dict, FrozenSet, List, Text

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
from vejviser.privacy.names import expects_name
from vejviser.privacy.redaction import public_forms, redact, told_in

PERSONAL = "personal_data"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class PersonalDataRemover(GraphComponent, EntityExtractorMixin):
    """Replaces the message text by its redacted form.

    The entity "personal_data" says whether anything was found. A leading slash goes too: Rasa
    would obey "/restart" typed by anybody.
    """

    def __init__(self, knowledge: Knowledge) -> None:
        self._public = _public(knowledge)

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
        found = [ent.text for ent in doc.ents if ent.label_ in ("PER", "PERSON") and _is_name(ent)]
        lower = [
            word.text
            for word in doc[2:]
            if word.pos_ == "PROPN" and expects_name(word.nbor(-2).text, word.nbor(-1).text)
        ]
        return found + lower


def _public(knowledge: Knowledge) -> FrozenSet[str]:
    """What anybody may write: names and numbers of the knowledge."""
    entries, young = knowledge.entries.values(), knowledge.young.values()
    contacts = knowledge.contacts.values()
    names = [name for entry in (*entries, *young) for name in entry.names]
    reached = [way for c in contacts for way in (c.name, c.phone, c.sms, c.mail) if way]
    texts = [fact.text for entry in entries for fact in entry.all_facts()]
    texts += [text for y in young for text in (y.reply.da, y.reply.en)]
    texts += [entry.title for entry in entries]
    return public_forms([*names, *reached, *told_in(texts)])


def _is_name(ent: Any) -> bool:
    """Whether the language model may be believed: in lower case, in abbreviations and at the
    beginning of a sentence it takes ordinary words for names."""
    words = [token for token in ent if token.is_alpha]
    if not words or not all(token.is_title for token in words):
        return False
    return len(words) > 1 or not ent[0].is_sent_start


def _still_there(message: Message, text: str) -> List[Dict[Text, Any]]:
    """The entities but those whose words were hidden or moved by the redaction."""
    unchanged = text == message.get(TEXT)
    entities = message.get(ENTITIES) or []
    return [entity for entity in entities if unchanged or entity["end"] == 0]
