"""The Danish spaCy pipeline: the official one where it is installed, otherwise the shipped one."""

from __future__ import annotations

import importlib.util
from typing import Any, Dict, List, Text

from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.utils.spacy_utils import SpacyModel, SpacyNLP
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from vejviser.privacy.names import may_hold_name

OFFICIAL = "da_core_news_sm"
SHIPPED = "da_ddt_sm"
UNUSED = ("lemmatizer", "parser")


class PipelineMissing(Exception):
    """Neither Danish pipeline is installed; the text says what to do."""


def installed_pipeline() -> str:
    """The name of the pipeline to use. Raises PipelineMissing when there is none."""
    for name in (OFFICIAL, SHIPPED):
        if importlib.util.find_spec(name):
            return name
    raise PipelineMissing(
        f"Neither {OFFICIAL} nor {SHIPPED} is installed: 'make install' brings {SHIPPED}."
    )


@DefaultV1Recipe.register(
    [
        DefaultV1Recipe.ComponentType.MODEL_LOADER,
        DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER,
    ],
    is_trainable=False,
    model_from="DanishSpacy",
)
class DanishSpacy(SpacyNLP):
    """Rasa's SpacyNLP with the model chosen by what is installed."""

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "DanishSpacy":
        """Load the installed pipeline (see `installed_pipeline`)."""
        model = cls.load_model(installed_pipeline())
        # Nothing asks for lemmas: stems earned more in the classifier (docs/understanding.md).
        model.model.select_pipes(disable=[p for p in UNUSED if p in model.model.pipe_names])
        return cls(model, config)

    def process(self, messages: List[Message], model: SpacyModel) -> List[Message]:
        """Read the messages that may hold a name of a person, which is what the reading is for."""
        super().process([m for m in messages if may_hold_name(str(m.get(TEXT) or ""))], model)
        return messages

    def process_training_data(self, training_data: TrainingData, model: SpacyModel) -> TrainingData:
        """Leave the examples alone: the classifiers learn from words and stems, and parsing all
        examples (and Rasa's hashing of the parses) would be most of the training time."""
        return training_data
