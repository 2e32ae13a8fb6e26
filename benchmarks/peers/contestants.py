"""The ways to understand a question that are compared. Each learns labels and predicts one."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Dict, List, Optional, Protocol

import numpy as np
import yaml
from rank_bm25 import BM25Okapi
from rasa.core.agent import load_agent
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from benchmarks.peers.questions import Example
from vejviser.launch.model import environment
from vejviser.nlu.crisis_detector import CrisisDetector
from vejviser.nlu.importer import TOPIC
from vejviser.nlu.topic_classifier import TopicClassifier

HERE = Path(__file__).parent


class Contestant(Protocol):
    """One way to understand. `predict` gives a label, or None for "I do not know"."""

    name: str

    def train(self, examples: List[Example]) -> None: ...

    def predict(self, text: str) -> Optional[str]: ...


class Vejviser:
    """The two components of this bot, as they stand in the pipeline."""

    name = "Vejviser"

    def train(self, examples: List[Example]) -> None:
        messages = [
            Message({TEXT: text, INTENT: label.split("/")[0], TOPIC: label})
            for text, label in examples
        ]
        storage = LocalModelStorage(Path(tempfile.mkdtemp()))
        data = TrainingData(messages)
        self._topics = TopicClassifier(
            TopicClassifier.get_default_config(), storage, Resource("topics")
        )
        self._topics.train(data)
        self._crisis = CrisisDetector(
            CrisisDetector.get_default_config(), storage, Resource("crisis")
        )
        self._crisis.train(data)

    def predict(self, text: str) -> Optional[str]:
        message = Message({TEXT: text})
        self._topics.process([message])
        topic = message.get("topics")[0]["topic"]
        self._crisis.process([message])
        intent = str(message.get(INTENT)["name"])
        if intent == "nlu_fallback":
            return None
        return topic if topic.split("/")[0] == intent else intent


class LinearSvm:
    """TF-IDF over words with a linear support vector machine; unsure when no class claims it."""

    name = "TF-IDF + linear SVM"

    def train(self, examples: List[Example]) -> None:
        self._model = make_pipeline(TfidfVectorizer(), LinearSVC())
        self._model.fit([text for text, _ in examples], [label for _, label in examples])

    def predict(self, text: str) -> Optional[str]:
        scores = self._model.decision_function([text])[0]
        best = int(np.argmax(scores))
        return str(self._model.classes_[best]) if scores[best] > -0.5 else None


class Bm25:
    """The nearest of all training texts by BM25 over plain words."""

    name = "BM25 over questions and knowledge"

    def train(self, examples: List[Example]) -> None:
        self._labels = [label for _, label in examples]
        self._index = BM25Okapi([text.lower().split() for text, _ in examples])

    def predict(self, text: str) -> Optional[str]:
        scores = self._index.get_scores(text.lower().split())
        best = int(np.argmax(scores))
        return self._labels[best] if scores[best] > 0 else None


class RasaInit:
    """`rasa init`'s pipeline (DIET, 100 epochs, fallback at 0.3), every label an intent."""

    name = "rasa init (DIET)"
    PIPELINE: List[Dict[str, Any]] = [
        {"name": "WhitespaceTokenizer"},
        {"name": "RegexFeaturizer"},
        {"name": "LexicalSyntacticFeaturizer"},
        {"name": "CountVectorsFeaturizer"},
        {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
        {"name": "DIETClassifier", "epochs": 100, "constrain_similarities": True},
        {"name": "EntitySynonymMapper"},
        {"name": "FallbackClassifier", "threshold": 0.3, "ambiguity_threshold": 0.1},
    ]

    def __init__(self, epochs: int) -> None:
        self._epochs = epochs
        if epochs != 100:
            self.name = f"rasa init (DIET, {epochs} epochs)"

    def train(self, examples: List[Example]) -> None:
        folder = Path(tempfile.mkdtemp())
        labels = sorted({label for _, label in examples})
        self._label = {f"i{number}": label for number, label in enumerate(labels)}
        number = {label: intent for intent, label in self._label.items()}
        pipeline = [dict(part) for part in self.PIPELINE]
        pipeline[5]["epochs"] = self._epochs
        config = {"recipe": "default.v1", "assistant_id": "peer", "language": "da"}
        (folder / "config.yml").write_text(
            json.dumps({**config, "pipeline": pipeline, "policies": [{"name": "RulePolicy"}]})
        )
        (folder / "domain.yml").write_text(json.dumps({"version": "3.1", "intents": [*number]}))
        nlu = [
            {"intent": intent, "examples": _listed([t for t, label in examples if label == full])}
            for full, intent in number.items()
        ]
        text = yaml.safe_dump({"version": "3.1", "nlu": nlu}, allow_unicode=True, width=10_000)
        (folder / "nlu.yml").write_text(text, encoding="utf-8")
        command = [sys.executable, "-m", "rasa", "train", "nlu", "--quiet", "--nlu", "nlu.yml"]
        subprocess.run(command, cwd=folder, env=environment(), check=True)
        model = next((folder / "models").glob("*.tar.gz"))
        self._loop = asyncio.new_event_loop()
        self._agent = self._loop.run_until_complete(load_agent(str(model)))

    def predict(self, text: str) -> Optional[str]:
        return self._label.get(self.parse(text)["intent"]["name"])

    def best_guess(self, text: str) -> Optional[str]:
        """The likeliest label, however unlikely."""
        ranking = [each["name"] for each in self.parse(text)["intent_ranking"]]
        return next((self._label[name] for name in ranking if name in self._label), None)

    def parse(self, text: str) -> Dict[str, Any]:
        """What Rasa understands."""
        parsed: Dict[str, Any] = self._loop.run_until_complete(self._agent.parse_message(text))
        return parsed


class RasaInitUnafraid:
    """The same trained bot without its fallback, which takes nearly everything here: among five
    hundred labels DIET is hardly ever 30 % sure."""

    def __init__(self, trained: RasaInit) -> None:
        self._trained = trained
        self.name = f"{trained.name}, without fallback"

    def train(self, examples: List[Example]) -> None:
        """Nothing: it is trained already."""

    def predict(self, text: str) -> Optional[str]:
        return self._trained.best_guess(text)


def _listed(texts: List[str]) -> str:
    # Brackets and a leading slash mean something to Rasa's reader.
    plain = (" ".join(t.split()).translate(str.maketrans("[](){}", "      ")) for t in texts)
    return "".join(f"- {text.strip().lstrip('/') or 'tom'}\n" for text in plain)


class NlpJs:
    """nlp.js with Danish (npm: @nlpjs/basic, @nlpjs/lang-da), threshold 0.5, in a Node process."""

    name = "nlp.js, Danish"

    def train(self, examples: List[Example]) -> None:
        folder = Path(tempfile.mkdtemp())
        for name in ("nlpjs.js", "package.json", "package-lock.json"):
            (folder / name).write_bytes((HERE / name).read_bytes())
        install = ["npm", "ci", "--silent", "--no-audit", "--no-fund"]
        subprocess.run(install, cwd=folder, check=True)
        self._node = subprocess.Popen(
            ["node", "--max-old-space-size=8000", "nlpjs.js"],
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._say(examples)

    def predict(self, text: str) -> Optional[str]:
        return self._say(text)

    def _say(self, what: Any) -> Any:
        assert self._node.stdin and self._node.stdout
        self._node.stdin.write(json.dumps(what) + "\n")
        self._node.stdin.flush()
        return json.loads(self._node.stdout.readline())
