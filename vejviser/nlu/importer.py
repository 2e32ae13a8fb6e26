"""Training data from one list: Rasa's own files plus the names that stand in the knowledge."""

from __future__ import annotations

from typing import Any, Dict, Iterator, List, Optional, Set, Text, Union

from rasa.shared.core.domain import Domain
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.constants import INTENT, INTENT_RESPONSE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils.common import cached_method

from vejviser.knowledge.base import Knowledge, load
from vejviser.privacy.places import is_word_as_well, municipality_names
from vejviser.replies.fixed import fixed_responses
from vejviser.text import fold

# The full label of an example, "ask_<kind>/<entry id>", or the intent where it has no entry.
TOPIC = "topic"
# These entries tell what lies near; their words belong to the entries that they point to.
OUT_OF_SCOPE = "out_of_scope"


class KnowledgeImporter(RasaFileImporter):
    """Adds the knowledge to what Rasa reads below data/.

    - Every entry's names and statements become examples of the topic that answers about it.
    - The municipalities become a lookup table and synonyms for the entity "municipality".
    - The replies that must not depend on the action server become domain responses, with their
      telephone numbers taken from the contacts.
    """

    def __init__(
        self,
        config_file: Optional[Text] = None,
        domain_path: Optional[Text] = None,
        training_data_paths: Optional[Union[List[Text], Text]] = None,
    ) -> None:
        super().__init__(config_file, domain_path, training_data_paths)
        self._knowledge = load()

    def get_nlu_data(self, language: Optional[Text] = "da") -> TrainingData:
        """Rasa's examples with their topics, and those made from the knowledge."""
        return self._everything()

    @cached_method  # Rasa asks several times, and reading takes eight seconds
    def _everything(self) -> TrainingData:
        written = super().get_nlu_data()
        examples = [_with_topic(message) for message in written.training_examples]
        # A sentence that two entries share, or that somebody wrote as a question, teaches nothing.
        known = {str(message.get(TEXT)) for message in examples}
        for message in knowledge_examples(self._knowledge):
            if str(message.get(TEXT)) not in known:
                known.add(str(message.get(TEXT)))
                examples.append(message)
        spellings = municipality_spellings()
        lookup = {"name": "municipality", "elements": sorted(spellings)}
        return TrainingData(
            examples,
            entity_synonyms={**written.entity_synonyms, **spellings},
            regex_features=written.regex_features,
            lookup_tables=[*written.lookup_tables, lookup],
        )

    def get_domain(self) -> Domain:
        """The domain file, completed with the responses that hold telephone numbers."""
        responses = fixed_responses(self._knowledge)
        return super().get_domain().merge(Domain.from_dict({"responses": responses}))


def municipality_spellings() -> Dict[str, str]:
    """Each spelling of a municipality that people use, and its name.

    Rasa looks for them only because an example in data/nlu/cases.yml is marked with the entity.
    """
    return {spelling: name for name in municipality_names() for spelling in _spellings(name)}


def _spellings(name: str) -> Set[str]:
    """ "Høje-Taastrup", "høje tåstrup", "Hoeje-Taastrup" ...; never "vejen", which is a word."""
    forms = {name}
    forms |= {form.replace("-", " ") for form in forms}
    forms |= {form.replace("Aa", "Å").replace("aa", "å") for form in forms}
    forms |= {fold(form).title() for form in forms}
    return forms if is_word_as_well(name) else forms | {form.lower() for form in forms}


def _with_topic(message: Message) -> Message:
    data: Dict[Text, Any] = dict(message.data)
    topic = data.pop(INTENT_RESPONSE_KEY, None) or data.get(INTENT)
    return Message(data={**data, TOPIC: topic})


def knowledge_examples(knowledge: Knowledge) -> Iterator[Message]:
    """Examples that follow from the entries alone: a new entry is understood without more work."""
    entries = {**knowledge.entries, **knowledge.young}
    for entry_id, entry in entries.items():
        topic = knowledge.topic(entry_id)
        texts = {name for name in [knowledge.title(entry_id), *entry.names]}
        if entry_id in knowledge.entries and knowledge.kind_of[entry_id] != OUT_OF_SCOPE:
            texts.update(fact.text for fact in knowledge.entries[entry_id].all_facts())
        for text in sorted(texts):
            yield Message(data={TEXT: text, INTENT: topic.split("/")[0], TOPIC: topic})
        for name in entry.names:
            question = f"hvad er {name}"
            yield Message(data={TEXT: question, INTENT: topic.split("/")[0], TOPIC: topic})
