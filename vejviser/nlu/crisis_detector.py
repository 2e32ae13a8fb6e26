"""Danger first: looks at every message before its topic decides anything.

A lexicon and a learned model look at the message, and at it together with the one before (young
people write "far er sur" and "han slår" as two). Either can raise the alarm; look-alikes were
part of the training.
"""

from __future__ import annotations

from typing import Any, Dict, FrozenSet, List, NamedTuple, Optional, Sequence, Text, Tuple

import joblib
import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.svm import LinearSVC

from vejviser.nlu.care_frame import FOLLOWUP_PREFIX, danger_told, is_crisis
from vejviser.nlu.conversation import intent_name, known_audience, user_turns
from vejviser.nlu.crisis_lexicon import Lexicon
from vejviser.nlu.features import TextFeatures, fit
from vejviser.nlu.one_against_rest import margin
from vejviser.nlu.topic_classifier import LEAD, TOPICS
from vejviser.nlu.training_texts import LOOK_ALIKE, look_alikes, training_texts
from vejviser.text import normalise

WORRY = "worry"
# A message that may be danger and has no answer of its own is asked about, help in sight.
WITHOUT_ANSWER = ("say_everyday", "nlu_fallback")
MAYBE_DANGER = "maybe_danger"
LEANING_WORDS = 6

# How a message is answered while the care frame holds: the intent it has by itself -> the reply
# that keeps the help in sight. Anything else that carries information is answered as usual.
IN_FRAME = {
    "say_ok": "ok",
    "affirm": "ok",
    "deny": "ok",
    "greet": "ok",
    "goodbye": "thanks",
    "say_thanks": "thanks",
    "ask_what_now": "what_now",
    "ask_abilities": "what_now",
    "afraid_to_call": "afraid_to_call",
    "ask_parents_know": "parents_know",
    "deny_crisis": "denial",
    "say_misunderstood": "misunderstood",
    "say_everyday": "not_understood",
    "nlu_fallback": "not_understood",
    "out_of_scope": "not_understood",
    "ask_out_of_scope": "not_understood",
}


class Verdict(NamedTuple):
    """What the detector thinks of a text: the kind of danger (None for none), and why.

    `score` is the distance from the border between danger (positive) and everything else, moved by
    how far the likeliest kind of danger is ahead of the likeliest topic.
    """

    kind: Optional[str]
    score: float
    reason: str


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class CrisisDetector(GraphComponent, IntentClassifier):
    """Replaces the intent with "crisis_<kind>" when a message tells of danger.

    Within the care frame after such a message, small answers become "crisis_followup_<x>".
    """

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """See docs/safety.md for how the thresholds were measured."""
        return {
            "C": 1.0,
            "lead": 0.3,
            "alarm": -0.1,
            "certain_topic": 0.95,
            "alarm_beside_topic": 0.05,
            "doubt": -0.3,
            "worry": -0.4,
        }

    def __init__(self, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource):
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._features: Optional[TextFeatures] = None
        self._danger: Optional[LinearSVC] = None
        self._kinds: Optional[LinearSVC] = None
        self._lexicon = Lexicon({})
        self._harmless: FrozenSet[str] = frozenset()

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "CrisisDetector":
        """An untrained detector (see parent class)."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "CrisisDetector":
        """The trained detector from the bot's archive, with the lexicon of that training."""
        detector = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as directory:
            state = joblib.load(directory / "crisis.joblib")
        detector._features, detector._danger = state["features"], state["danger"]
        detector._kinds, detector._lexicon = state["kinds"], state["lexicon"]
        detector._harmless = state["harmless"]
        return detector

    def train(self, training_data: TrainingData) -> Resource:
        """Learn danger against everything else that people write, and its kinds apart."""
        self.learn(training_data, look_alikes())
        state = {
            "harmless": self._harmless,
            "features": self._features,
            "danger": self._danger,
            "kinds": self._kinds,
            "lexicon": self._lexicon,
        }
        with self._model_storage.write_to(self._resource) as directory:
            joblib.dump(state, directory / "crisis.joblib", compress=1)
        return self._resource

    def learn(self, training_data: TrainingData, harmless: Sequence[str]) -> None:
        """Train without storing; `harmless` are messages that only look like danger."""
        examples = [(str(m.get(TEXT)), str(m.get(INTENT))) for m in training_data.training_examples]
        examples += [(text, LOOK_ALIKE) for text in harmless]
        fitted = fit(training_texts(training_data))
        self._features = fitted.features
        matrix = fitted.rows([text for text, _ in examples])
        dangerous = np.array([is_crisis(intent) for _, intent in examples])
        kinds = [intent for _, intent in examples if is_crisis(intent)]
        settings = {"C": self._config["C"], "class_weight": "balanced", "random_state": 0}
        self._danger = LinearSVC(**settings).fit(matrix, dangerous)
        self._kinds = LinearSVC(**settings).fit(matrix[dangerous], kinds)
        self._harmless = _harmless(examples)
        self._lexicon = Lexicon.read()

    def process(
        self, messages: List[Message], tracker: Optional[DialogueStateTracker] = None
    ) -> List[Message]:
        """Look at each message before anything else may answer it."""
        turns = user_turns(tracker)
        in_frame = bool(danger_told(turn.intent_name for turn in turns))
        before = str(turns[-1].text or "") if turns else ""
        for message in messages:
            text = str(message.get(TEXT) or "")
            professional = known_audience(message, tracker) == "professional"
            if professional:
                verdict = self._judge(message, text)
            elif in_frame:
                verdict = self._judge_in_frame(message, text, before)
            else:
                verdict = self.verdict(message, text, before)
            # Not sure, but possible: the answer is an ordinary one, with help in sight.
            worry = verdict.score >= self._config["worry"]
            message.set(WORRY, worry, add_to_output=True)
            if verdict.kind:
                self._set_intent(message, verdict.kind)
            elif in_frame:
                self._keep_frame(message)
            elif worry and not professional and intent_name(message) in WITHOUT_ANSWER:
                self._set_intent(message, MAYBE_DANGER)
        return messages

    def verdict(self, message: Message, text: str, before: str = "") -> Verdict:
        """Judge a text, and the text together with the user's message `before` it."""
        verdict = self._judge(message, text)
        if verdict.kind is None and before and self._leans(text):
            return self._judge(message, f"{before} {text}")
        return verdict

    def _judge_in_frame(self, message: Message, text: str, before: str) -> Verdict:
        """Danger is judged by the text alone, since with what was told before every small answer
        would look like it; which danger it is, by both."""
        verdict = self._judge(message, text)
        if verdict.kind and self._leans(text):
            together = self._judge(message, f"{before} {text}")
            return verdict._replace(kind=together.kind or verdict.kind)
        return verdict

    def _leans(self, text: str) -> bool:
        """Whether a message is too short to be understood without the one before it."""
        plain = normalise(text)
        return len(plain.split()) <= LEANING_WORDS and plain not in self._harmless

    def _judge(self, message: Message, text: str) -> Verdict:
        assert self._features and self._danger and self._kinds, "the detector is not trained"
        row = self._features.of(message, text)
        score = margin(self._danger, row)
        if lead := message.get(LEAD):
            score += self._config["lead"] * lead(message, text)
        plain = normalise(text)
        if plain in self._harmless:  # "farvel"
            return Verdict(None, score, "")
        found = self._lexicon.find(plain)
        # The model may overrule the lexicon only where it is quite sure that this is harmless.
        if found and score >= self._config["doubt"]:
            return Verdict(found, score, "lexicon")
        if score >= self._alarm(message):
            return Verdict(str(self._kinds.predict(row)[0]), score, "model")
        return Verdict(None, score, "")

    def _alarm(self, message: Message) -> float:
        """The border; farther into danger where an ordinary topic is as good as certain."""
        topics = message.get(TOPICS) or []
        certain = bool(topics) and topics[0]["score"] >= self._config["certain_topic"]
        return float(self._config["alarm_beside_topic" if certain else "alarm"])

    @staticmethod
    def _set_intent(message: Message, name: str) -> None:
        message.set(INTENT, {"name": name, "confidence": 1.0}, add_to_output=True)

    def _keep_frame(self, message: Message) -> None:
        reply = IN_FRAME.get(intent_name(message))
        if reply:
            self._set_intent(message, f"{FOLLOWUP_PREFIX}{reply}")


def _harmless(examples: List[Tuple[str, str]]) -> FrozenSet[str]:
    """Messages that are written down word for word as harmless, and nowhere as danger."""
    dangerous = {normalise(text) for text, intent in examples if is_crisis(intent)}
    return frozenset(normalise(text) for text, _ in examples) - dangerous
