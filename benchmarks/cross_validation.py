"""How well topics and danger are told apart: cross-validation over all written examples.

    .venv/bin/python -m benchmarks.cross_validation [--parts 5]

Each part is held back once; the two classifiers learn from the rest and from the knowledge.
Results: benchmarks/results/cross_validation.json, and the confusion between intents as a picture.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any, Dict, Iterator, List, NamedTuple, Tuple

import matplotlib
import numpy as np
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from benchmarks.peers.questions import ROOT
from vejviser.nlu.care_frame import is_crisis
from vejviser.nlu.crisis_detector import CrisisDetector
from vejviser.nlu.importer import TOPIC, KnowledgeImporter
from vejviser.nlu.topic_classifier import TOPICS, TopicClassifier
from vejviser.nlu.training_texts import LOOK_ALIKE, look_alikes

RESULTS = ROOT / "benchmarks" / "results" / "cross_validation.json"
SEED = 7
EVERYDAY = "say_everyday"
HARMLESS = (LOOK_ALIKE, EVERYDAY)


class Judged(NamedTuple):
    """A held-back example: what it is and what the classifiers made of it."""

    label: str
    topics: List[str]
    intent: str
    danger: bool


def examples() -> Tuple[List[Message], List[Message], List[str]]:
    """Written examples (held back in turn), those made from the knowledge, and look-alikes."""
    files = (str(ROOT / "config.yml"), str(ROOT / "domain.yml"), [str(ROOT / "data")])
    written = {str(m.get(TEXT)) for m in RasaFileImporter(*files).get_nlu_data().training_examples}
    everything = KnowledgeImporter(*files).get_nlu_data().training_examples
    ours = [m for m in everything if str(m.get(TEXT)) in written]
    made = [m for m in everything if str(m.get(TEXT)) not in written]
    return ours, made, list(look_alikes())


def judge(parts: int) -> Iterator[Judged]:
    """Every written example and look-alike, judged by classifiers that have not seen it."""
    written, made, harmless = examples()
    rng = np.random.default_rng(SEED)
    part_of = rng.integers(0, parts, len(written))
    harmless_part = rng.integers(0, parts, len(harmless))
    for part in range(parts):
        print(f"part {part + 1} of {parts} …", flush=True)
        learned = [m for m, own in zip(written, part_of, strict=True) if own != part]
        seen = [t for t, own in zip(harmless, harmless_part, strict=True) if own != part]
        topics, danger = _train(TrainingData([*learned, *made]), seen)
        asked = [m for m, own in zip(written, part_of, strict=True) if own == part]
        for original in asked:
            label = str(original.get(TOPIC) or original.get(INTENT))
            yield _judged(str(original.get(TEXT)), label, topics, danger)
        for text, own in zip(harmless, harmless_part, strict=True):
            if own == part:
                yield _judged(text, LOOK_ALIKE, topics, danger)


def _train(data: TrainingData, harmless: List[str]) -> Tuple[TopicClassifier, CrisisDetector]:
    storage = LocalModelStorage(Path(tempfile.mkdtemp()))
    topics = TopicClassifier(TopicClassifier.get_default_config(), storage, Resource("topics"))
    topics.train(data)
    danger = CrisisDetector(CrisisDetector.get_default_config(), storage, Resource("danger"))
    danger.learn(data, harmless)
    return topics, danger


def _judged(text: str, label: str, topics: TopicClassifier, danger: CrisisDetector) -> Judged:
    message = Message({TEXT: text})
    topics.process([message])
    found = [str(topic["topic"]) for topic in message.get(TOPICS)]
    intent = str(message.get(INTENT)["name"])
    return Judged(label, found, intent, danger.verdict(message, text).kind is not None)


def figures(judged: List[Judged]) -> Dict[str, float]:
    """Shares between 0 and 1."""
    harmless = [j for j in judged if j.label in HARMLESS]
    asked = [j for j in judged if not is_crisis(j.label) and j.label not in HARMLESS]
    unsure = [j for j in asked if j.intent == "nlu_fallback"]
    sure = [j for j in asked if j.intent != "nlu_fallback"]
    return {
        "questions": len(asked),
        "right_topic": _share(j.topics[0] == j.label for j in asked),
        "right_among_three": _share(j.label in j.topics[:3] for j in asked),
        "right_intent": _share(_intent(j.topics[0]) == _intent(j.label) for j in asked),
        "unsure": len(unsure) / len(asked),
        "unsure_although_right": _share(j.topics[0] == j.label for j in unsure),
        "sure_although_wrong": _share(j.topics[0] != j.label for j in sure),
        "danger": sum(is_crisis(j.label) for j in judged),
        "danger_found": _share(j.danger for j in judged if is_crisis(j.label)),
        "look_alikes": len(harmless),
        "look_alikes_taken_for_danger": _share(j.danger for j in harmless),
        "everyday_talk_known_as_such": _share(
            j.topics[0] == EVERYDAY for j in harmless if j.label == EVERYDAY
        ),
        "questions_taken_for_danger": _share(j.danger for j in asked),
    }


def _share(truths: Any) -> float:
    counted = list(truths)
    return round(sum(counted) / max(len(counted), 1), 4)


def _intent(topic: str) -> str:
    return topic.split("/")[0]


def draw(judged: List[Judged], path: Path) -> None:
    """Rows: what was asked. Columns: what it was taken for. Each row adds up to one."""
    matplotlib.use("Agg")
    from matplotlib import pyplot

    asked = [j for j in judged if "/" in j.label]
    names = sorted({_intent(j.label) for j in asked})
    place = {name: number for number, name in enumerate(names)}
    counts = np.zeros((len(names), len(names) + 1))
    for j in asked:
        counts[place[_intent(j.label)], place.get(_intent(j.topics[0]), len(names))] += 1
    shares = counts / counts.sum(axis=1, keepdims=True)
    figure, axis = pyplot.subplots(figsize=(10, 8.5))
    axis.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for (row, column), share in np.ndenumerate(shares):
        if share >= 0.005:
            colour = "white" if share > 0.5 else "black"
            axis.text(
                column, row, f"{share:.0%}", ha="center", va="center", fontsize=7, color=colour
            )
    plain = [name.replace("ask_", "").replace("_", " ") for name in names]
    axis.set_xticks(range(len(names) + 1), [*plain, "without entry"], rotation=60, ha="right")
    axis.set_yticks(range(len(names)), plain)
    axis.set_xlabel("taken for")
    axis.set_ylabel("asked")
    figure.tight_layout()
    figure.savefig(path, dpi=110)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parts", type=int, default=5)
    judged = list(judge(parser.parse_args().parts))
    RESULTS.write_text(json.dumps(figures(judged), indent=1), encoding="utf-8")
    print(json.dumps(figures(judged), indent=1))
    draw(judged, RESULTS.with_name("confusion.png"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
