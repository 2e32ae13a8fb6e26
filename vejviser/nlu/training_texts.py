"""Which texts the classifiers learn from, besides what Rasa hands them."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Tuple

import yaml
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.training_data import TrainingData

LOOK_ALIKE = "look_alike"  # what such a message is called among the labels
CRISIS_DIR = Path(__file__).resolve().parents[2] / "data" / "crisis"


@lru_cache(maxsize=1)
def look_alikes() -> Tuple[str, ...]:
    """Messages that sound like danger and are not (data/crisis/look_alikes.yml), read once."""
    content = yaml.safe_load((CRISIS_DIR / "look_alikes.yml").read_text(encoding="utf-8"))
    return tuple(str(text) for text in content["look_alikes"])


def training_texts(training_data: TrainingData) -> Tuple[str, ...]:
    """All texts that the features are trained on, each once, in a fixed order."""
    examples = [str(message.get(TEXT)) for message in training_data.training_examples]
    return tuple(dict.fromkeys([*examples, *look_alikes()]))
