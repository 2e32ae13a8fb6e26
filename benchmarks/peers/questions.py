"""The questions: what everybody learns from, and what everybody is asked."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, List, Tuple

from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.constants import INTENT, TEXT

from vejviser.nlu.importer import TOPIC, KnowledgeImporter

ROOT = Path(__file__).resolve().parents[2]
DEVELOPMENT = ROOT / "tests" / "conversations" / "development"
HELD_BACK = 2_000
SEED = 7
Example = Tuple[str, str]


@dataclass(frozen=True)
class Questions:
    """`train` and `held_back` are (text, label) pairs, `cases` written conversations of one turn.

    A label is "ask_<kind>/<entry>" or an intent without entries. No text stands in two of the
    three: the cases were written by somebody who had not read the training data.
    """

    train: List[Example]
    held_back: List[Example]
    cases: List[Dict[str, Any]]


def questions(share: float = 1.0) -> Questions:
    """Every example of the project, some of the written ones held back (the same ones always).

    `share` of the rest is learned from, evenly over the labels and at least two of each.
    """
    files = (str(ROOT / "config.yml"), str(ROOT / "domain.yml"), [str(ROOT / "data")])
    messages = KnowledgeImporter(*files).get_nlu_data().training_examples
    labels = {str(m.get(TEXT)): str(m.get(TOPIC) or m.get(INTENT)) for m in messages}
    written = RasaFileImporter(*files).get_nlu_data().training_examples
    texts = sorted({str(m.get(TEXT)) for m in written})
    held_back = set(random.Random(SEED).sample(texts, HELD_BACK))
    train = [(text, label) for text, label in labels.items() if text not in held_back]
    return Questions(
        train=_some(train, share),
        held_back=[(text, labels[text]) for text in sorted(held_back)],
        cases=_cases(),
    )


def _some(examples: List[Example], share: float) -> List[Example]:
    of_label: Dict[str, List[Example]] = {}
    for example in examples:
        of_label.setdefault(example[1], []).append(example)
    rng = random.Random(SEED)
    chosen: List[Example] = []
    for _, own in sorted(of_label.items()):
        chosen += rng.sample(own, min(len(own), max(2, round(share * len(own)))))
    return chosen


def _cases() -> List[Dict[str, Any]]:
    lines = [
        line
        for path in sorted(DEVELOPMENT.glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    return [case for case in map(json.loads, lines) if len(case["turns"]) == 1]
