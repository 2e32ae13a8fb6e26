"""What shows who somebody is goes before anything is kept; what only looks like it stays.

Measured on the way a message takes: the Danish pipeline finds names, the last component removes.
"""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Dict, List

import pytest
import yaml
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from vejviser.knowledge.base import load
from vejviser.nlu.danish_spacy import DanishSpacy, installed_pipeline
from vejviser.nlu.personal_data import PERSONAL, PersonalDataRemover
from vejviser.privacy.redaction import REPLACEMENT, redact

DATA = yaml.safe_load(Path(__file__).with_name("personal_data.yml").read_text(encoding="utf-8"))
HIDDEN: Dict[str, List[List[str]]] = DATA["hidden"]
WHOLE: List[str] = DATA["whole"]
LEAST_HIDDEN, MOST_TOUCHED = 0.95, 0.02
MOST_MILLISECONDS = 0.5


class Pipeline:
    """The two components of config.yml that personal data meets."""

    def __init__(self) -> None:
        self._spacy = DanishSpacy(
            DanishSpacy.load_model(installed_pipeline()), DanishSpacy.get_default_config()
        )
        self._model = DanishSpacy.load_model(installed_pipeline())
        self._remover = PersonalDataRemover(load())

    def __call__(self, text: str) -> Message:
        message = Message({TEXT: text})
        self._spacy.process([message], self._model)
        return self._remover.process([message])[0]


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return Pipeline()


def left(message: List[str], pipeline: Pipeline) -> List[str]:
    """The parts of `message` that are still there after the pipeline."""
    text, *parts = message
    kept = str(pipeline(text).get(TEXT))
    return [word for part in parts for word in part.split() if _stands_in(word, kept)]


def _stands_in(word: str, kept: str) -> bool:
    if len(re.sub(r"\D", "", word)) >= len(word) / 2:  # digits anywhere, whatever parts them
        return re.sub(r"\D", "", word) in re.sub(r"\D", "", kept)
    bare = word.strip(".,:;()").lower()
    return re.search(rf"(?<!\w){re.escape(bare)}(?!\w)", kept.lower()) is not None


def test_the_sets_are_as_large_as_promised() -> None:
    assert sum(len(messages) for messages in HIDDEN.values()) >= 120
    assert len(WHOLE) >= 40
    assert len(HIDDEN["cpr"]) >= 20


@pytest.mark.parametrize("message", HIDDEN["cpr"], ids=lambda m: m[0])
def test_no_cpr_number_stays_however_it_is_written(pipeline: Pipeline, message: List[str]) -> None:
    assert not left(message, pipeline)


def test_of_all_other_personal_data_at_least_95_percent_goes(pipeline: Pipeline) -> None:
    others = [m for sort, messages in HIDDEN.items() if sort != "cpr" for m in messages]
    missed = [f"{m[0]!r}: {rest}" for m in others if (rest := left(m, pipeline))]
    assert len(missed) <= (1 - LEAST_HIDDEN) * len(others), "\n".join(missed)


@pytest.mark.parametrize("sort", [sort for sort in HIDDEN if sort != "cpr"])
def test_no_sort_of_personal_data_is_forgotten(pipeline: Pipeline, sort: str) -> None:
    missed = [f"{m[0]!r}: {rest}" for m in HIDDEN[sort] if (rest := left(m, pipeline))]
    assert len(missed) <= 0.1 * len(HIDDEN[sort]), "\n".join(missed)


def test_at_most_2_percent_of_what_only_looks_like_it_is_touched(pipeline: Pipeline) -> None:
    kept = {text: str(pipeline(text).get(TEXT)) for text in WHOLE}
    touched = [f"{text!r} -> {now!r}" for text, now in kept.items() if now != text]
    assert len(touched) <= MOST_TOUCHED * len(WHOLE), "\n".join(touched)


def test_a_number_of_a_help_line_is_never_touched(pipeline: Pipeline) -> None:
    for contact in load().contacts.values():
        for number in filter(None, (contact.phone, contact.sms)):
            for written in (number, number.replace(" ", ""), f"ring til {number} nu"):
                assert pipeline(written).get(TEXT) == written


def test_a_help_line_does_not_protect_a_private_number_beside_it(pipeline: Pipeline) -> None:
    kept = pipeline("70 27 76 66 eller min mors 20 30 40 50, og 116 111").get(TEXT)
    assert kept == f"70 27 76 66 eller min mors {REPLACEMENT}, og 116 111"


def test_no_entry_of_the_knowledge_is_taken_for_a_person(pipeline: Pipeline) -> None:
    knowledge = load()
    names = {name for e in knowledge.entries.values() for name in (*e.names, e.title)}
    names |= {n for y in knowledge.young.values() for n in (*y.names, y.title.da, y.title.en)}
    touched = sorted(name for name in names if pipeline(name).get(TEXT) != name)
    assert len(touched) <= MOST_TOUCHED * len(names), touched


def test_who_wrote_something_personal_is_told_so(pipeline: Pipeline) -> None:
    def told(text: str) -> bool:
        entities = pipeline(text).get(ENTITIES)
        return next(bool(e["value"]) for e in entities if e["entity"] == PERSONAL)

    assert told("jeg hedder amira") and told("mit cpr er 010203-0000")
    assert not told("jeg er bange") and not told("ring 112")


def test_what_a_sort_of_data_is_called() -> None:
    found = redact("jeg hedder Amira, bor på Rosenvej 12, 20 30 40 50, a@b.dk, 010203-0000").found
    assert set(found) == {"name", "address", "phone", "mail", "cpr"}


def test_no_entity_keeps_what_the_text_no_longer_says(pipeline: Pipeline) -> None:
    text = "min bror ahmed bor i Odense"
    message = Message({TEXT: text})
    place = {"entity": "municipality", "value": "Odense", "start": 21, "end": 27}
    name = {"entity": "x", "value": "ahmed", "start": 9, "end": 14}
    message.set(ENTITIES, [place, name])
    kept = PersonalDataRemover(load()).process([message])[0]
    assert "ahmed" not in str(kept.get(ENTITIES)) and "ahmed" not in kept.get(TEXT)


@pytest.mark.parametrize("typed", ["/restart", " //any_intent{}", "/\n/restart"])
def test_no_typed_command_is_obeyed(pipeline: Pipeline, typed: str) -> None:
    assert not str(pipeline(typed).get(TEXT)).startswith("/")


@pytest.mark.parametrize(
    "text",
    ["", " ", "\u200b", "9" * 1000, "20 " * 333, "@" * 1000, "a" * 1000, "jeg hedder " * 90,
     "A. " * 300, "Vej " * 250, "0.1-" * 250, "min bror " * 110, "Skole Skole " * 80],
)  # fmt: skip
def test_no_text_makes_redaction_slow(text: str) -> None:
    redact(text)
    begun = time.perf_counter()
    redact(text[:1000])
    assert time.perf_counter() - begun < 0.02


def test_redaction_costs_well_under_a_millisecond() -> None:
    texts = [m[0] for messages in HIDDEN.values() for m in messages] + WHOLE
    redact(texts[0])
    begun = time.process_time()
    for text in texts:
        redact(text)
    assert 1000 * (time.process_time() - begun) / len(texts) < MOST_MILLISECONDS
