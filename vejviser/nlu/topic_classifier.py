"""Which entry a message asks about: a linear classifier, with the conversation as its prior."""

from __future__ import annotations

import re
from typing import Any, Dict, List, Optional, Text

import joblib
import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC

from vejviser.knowledge.base import load
from vejviser.knowledge.search import Search
from vejviser.nlu.audience import infer
from vejviser.nlu.care_frame import is_crisis
from vejviser.nlu.conversation import known_audience, last_topic, user_turns
from vejviser.nlu.features import TextFeatures, fit
from vejviser.nlu.importer import TOPIC
from vejviser.nlu.one_against_rest import OneAgainstRest, margin
from vejviser.nlu.training_texts import LOOK_ALIKE, look_alikes, training_texts
from vejviser.text import normalise, words

TOPICS = "topics"
LEAD = "danger_lead"  # TopicClassifier.lead, for the component that looks for danger
LINEAR = "linear_scores"  # text -> the score of each label
# Openings that go on from what was said: "og hos teenagere?", "hvad med Odense?".
_LEANS = re.compile(r"^(og|men|hvad med|eller|and|what about|how about)\b")
FALLBACK = "nlu_fallback"
VOICES = {"young": 1.0, "professional": -1.0}


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TopicClassifier(GraphComponent, IntentClassifier):
    """Sets `intent`, `intent_ranking` and `topics` (the best topics with their probabilities).

    A topic is "ask_<kind>/<entry id>", or an intent without entries. Below `threshold` the intent
    is "nlu_fallback"; `topics` still holds the candidates.
    """

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """See docs/understanding.md for how these were measured."""
        return {
            "C": 0.5,
            "full_text": 0.4,
            "sharpness": 10.0,
            "threshold": 0.25,
            "before": 0.5,
            "whole": 4.0,
            "same_entry": 6.0,
            "related_entry": 4.5,
            "same_kind": 1.5,
            "other_audience": 2.5,
            "other_voice": 4.0,
            "ranking_length": 5,
        }

    def __init__(self, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource):
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._features: Optional[TextFeatures] = None
        self._linear: Optional[OneAgainstRest] = None
        self._voice: Optional[LinearSVC] = None
        self._full_text: Optional[Search] = None
        self._set_labels([])
        self._exact: Dict[str, str] = {}
        self._related: Dict[str, List[str]] = {}

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "TopicClassifier":
        """An untrained classifier (see parent class)."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "TopicClassifier":
        """The trained classifier from the bot's archive."""
        classifier = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as directory:
            state = joblib.load(directory / "topics.joblib")
        classifier._features = state["features"]
        classifier._linear = state["linear"]
        classifier._voice = state["voice"]
        classifier._full_text = state["full_text"]
        classifier._exact = state["exact"]
        classifier._related = state["related"]
        classifier._set_labels(state["linear"].labels)
        return classifier

    def train(self, training_data: TrainingData) -> Resource:
        """Learn topics from the examples, and beside them danger and its look-alikes, which are
        never reported as topics (see `lead`)."""
        examples = [
            (str(m.get(TEXT)), str(m.get(TOPIC) or m.get(INTENT)))
            for m in training_data.training_examples
        ]
        fitted = fit(training_texts(training_data))
        self._features = fitted.features
        everything = [*examples, *((text, LOOK_ALIKE) for text in look_alikes())]
        texts, labels = (list(column) for column in zip(*everything, strict=True))
        matrix = fitted.rows(texts)
        self._linear = OneAgainstRest.fit(matrix, labels, self._config["C"])
        self._set_labels(self._linear.labels)
        self._voice = _learn_voice(matrix, labels)
        documents: Dict[str, str] = {}
        for text, label in examples:
            documents[label] = f"{documents.get(label, '')} {text}"
        self._full_text = Search({topic: documents[topic] for topic in self._topics})
        self._exact = _exact_titles()
        self._related = _related_topics()
        self._persist()
        return self._resource

    def _set_labels(self, labels: List[str]) -> None:
        """The topics in their order, and what is asked of all of them with every message."""
        topics = [label for label in labels if label != LOOK_ALIKE and not is_crisis(label)]
        self._dangerous = np.array([is_crisis(label) for label in labels], bool)
        self._reported = np.isin(labels, topics)
        self._topics = topics
        self._places = {topic: place for place, topic in enumerate(topics)}
        self._intents = sorted({topic.split("/")[0] for topic in topics})
        number = {intent: place for place, intent in enumerate(self._intents)}
        self._intent_of = np.array([number[topic.split("/")[0]] for topic in topics], int)
        self._voices = _voices(topics)

    def _persist(self) -> None:
        state = {
            "features": self._features,
            "linear": self._linear,
            "voice": self._voice,
            "full_text": self._full_text,
            "exact": self._exact,
            "related": self._related,
        }
        with self._model_storage.write_to(self._resource) as directory:
            joblib.dump(state, directory / "topics.joblib", compress=1)

    def process(
        self, messages: List[Message], tracker: Optional[DialogueStateTracker] = None
    ) -> List[Message]:
        """Classify each message, given the conversation so far."""
        for message in messages:
            turns = user_turns(tracker)
            before = str(turns[-1].text or "") if turns else ""
            audience = known_audience(message, tracker)
            self._set_results(
                message, self.probabilities(message, last_topic(turns), audience, before)
            )
            message.set(LEAD, self.lead)
        return messages

    def _set_results(self, message: Message, probabilities: np.ndarray) -> None:
        order = np.argsort(-probabilities)
        length = self._config["ranking_length"]
        best = [(self._topics[i], float(probabilities[i])) for i in order[:length]]
        message.set(
            TOPICS, [{"topic": t, "score": round(p, 4)} for t, p in best], add_to_output=True
        )
        shares = np.bincount(self._intent_of, weights=probabilities)
        intents = [
            {"name": self._intents[i], "confidence": float(shares[i])}
            for i in np.argsort(-shares)[:length]
        ]
        top_topic, top_probability = best[0]
        if top_probability < self._config["threshold"]:
            intent = {"name": FALLBACK, "confidence": 1.0 - top_probability}
        else:
            intent = {"name": top_topic.split("/")[0], "confidence": top_probability}
        message.set(INTENT, intent, add_to_output=True)
        message.set(INTENT_RANKING_KEY, intents, add_to_output=True)

    def probabilities(
        self,
        message: Message,
        previous: Optional[str] = None,
        audience: Optional[str] = None,
        before: str = "",
    ) -> np.ndarray:
        """The probability of each topic (in the order of `topics`), summing to one.

        `previous` is the topic last spoken of and `before` the user's message before this one:
        both count only as far as the message leans on them. The title of an entry, which is what
        a button sends, is always that entry.
        """
        text = str(message.get(TEXT) or "")
        exact = self._exact.get(normalise(text))
        if exact in self._places:
            return np.eye(1, len(self._topics), self._places[exact])[0]
        scores = self._scores(message, text)
        # "ja" and "hvem ringer jeg til?" are whole messages: they lean on nothing.
        leaning = 0.0 if self._whole(scores) else ellipsis(text)
        if leaning and before:
            together = self._scores(message, f"{before} {text}")
            scores = scores + leaning * self._config["before"] * together
        if leaning and previous:
            scores = scores + leaning * self._prior(previous)
        scores = scores - self._other_audience(message, text, audience)
        exponentials = np.exp(scores - scores.max())
        return np.asarray(exponentials / exponentials.sum())

    def _whole(self, scores: np.ndarray) -> bool:
        """Whether a text is surely one of the intents without entries."""
        best = int(scores.argmax())
        return "/" not in self._topics[best] and scores[best] >= self._config["whole"]

    def _scores(self, message: Message, text: str) -> np.ndarray:
        """The score of each topic for a text by itself."""
        assert self._full_text, "not trained"
        scores = self._linear_scores(message, text)[self._reported]
        # Word matches over whole entries help where nobody has asked in these words before.
        scores = scores + self._config["full_text"] * self._full_text.relative_scores(text)
        return scores * self._config["sharpness"]

    def _linear_scores(self, message: Message, text: str) -> np.ndarray:
        """The score of each label for a text that belongs to a message, worked out once."""
        assert self._features and self._linear, "not trained"
        known: Dict[str, np.ndarray] = message.get(LINEAR) or {}
        if text not in known:
            known[text] = self._linear.scores(self._features.of(message, text))
            message.set(LINEAR, known)
        return known[text]

    def lead(self, message: Message, text: str) -> float:
        """How far the likeliest kind of danger is ahead of the likeliest harmless meaning, for a
        text that belongs to a message."""
        scores = self._linear_scores(message, text)
        danger, harmless = scores[self._dangerous], scores[~self._dangerous]
        return float(danger.max(initial=-1.0) - harmless.max(initial=-1.0))

    def _other_audience(self, message: Message, text: str, audience: Optional[str]) -> np.ndarray:
        """What the topics of the other audience lose; where it is not known, those of the voice
        that is not heard."""
        if audience:
            heard, loss = VOICES[audience], self._config["other_audience"]
        else:
            assert self._features and self._voice
            row = self._features.of(message, text)
            heard = float(np.clip(margin(self._voice, row), -1.0, 1.0))
            loss = self._config["other_voice"]
        return np.maximum(-self._voices * heard, 0.0) * loss

    def _prior(self, previous: str) -> np.ndarray:
        """What follows a topic: itself, its relatives, its kind (added to the scores)."""
        bonus = np.zeros(len(self._topics))
        kind = previous.split("/")[0]
        if kind in self._intents:
            bonus[self._intent_of == self._intents.index(kind)] = self._config["same_kind"]
        for topic in self._related.get(previous, []):
            bonus[self._places.get(topic, [])] = self._config["related_entry"]
        bonus[self._places.get(previous, [])] = self._config["same_entry"]
        return bonus


def _voices(topics: List[str]) -> np.ndarray:
    """Whose topic each one is: 1.0 a young person's, -1.0 a professional's, 0.0 anybody's."""
    return np.array([VOICES.get(infer(topic.split("/")[0]) or "", 0.0) for topic in topics])


def ellipsis(text: str) -> float:
    """How much a message leans on what was said before: 1 for "og hos teenagere?", 0 for a
    question that stands by itself."""
    if _LEANS.match(normalise(text)):
        return 1.0
    content = [word for word in words(text) if len(word) > 2]
    return float(np.clip(1.0 - (len(content) - 3) / 5.0, 0.0, 1.0))


def _learn_voice(matrix: csr_matrix, labels: List[str]) -> LinearSVC:
    """How young people write (positive) against how professionals do (negative)."""
    voices = [None if is_crisis(label) else infer(label.split("/")[0]) for label in labels]
    heard = [row for row, voice in enumerate(voices) if voice]
    young = [voices[row] == "young" for row in heard]
    return LinearSVC(C=0.2, class_weight="balanced", random_state=0).fit(matrix[heard], young)


def _exact_titles() -> Dict[str, str]:
    knowledge = load()
    exact = {}
    for entry_id in knowledge.kind_of:
        for language in ("da", "en"):
            exact[normalise(knowledge.title(entry_id, language))] = knowledge.topic(entry_id)
    return exact


def _related_topics() -> Dict[str, List[str]]:
    knowledge = load()
    entries = {**knowledge.entries, **knowledge.young}
    return {
        knowledge.topic(entry_id): [knowledge.topic(other) for other in entry.related]
        for entry_id, entry in entries.items()
    }
