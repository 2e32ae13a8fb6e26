"""Danger said outright is found however it is typed."""

from __future__ import annotations

import pytest
import yaml

from vejviser.nlu.crisis_lexicon import GAP, Lexicon
from vejviser.nlu.training_texts import CRISIS_DIR
from vejviser.replies.fixed import read_fixed
from vejviser.replies.wording import REPLIES_DIR
from vejviser.text import normalise

LEXICON = Lexicon.read()
PHRASES = [
    (kind, phrase)
    for kind, phrases in yaml.safe_load((CRISIS_DIR / "lexicon.yml").read_text("utf-8")).items()
    for phrase in phrases
]
WITHOUT_DANISH_LETTERS = str.maketrans({"æ": "a", "ø": "o", "å": "a"})


@pytest.mark.parametrize("kind, phrase", PHRASES)
def test_a_phrase_names_its_kind_also_without_danish_letters(kind: str, phrase: str) -> None:
    spoken = phrase.replace(GAP, "en hel masse")
    assert LEXICON.find(normalise(spoken)) == kind
    assert LEXICON.find(normalise(spoken.translate(WITHOUT_DANISH_LETTERS))) == kind


def test_every_kind_has_a_reply() -> None:
    replies = {reply.intent for reply in read_fixed(REPLIES_DIR / "crisis.yml")}
    assert {kind for kind, _ in PHRASES} <= replies


def test_a_gap_holds_up_to_three_words_and_no_more() -> None:
    lexicon = Lexicon({"crisis_overdose": [f"jeg har taget {GAP} piller"]})
    assert lexicon.find("jeg har taget piller")
    assert lexicon.find("jeg har taget alle mors smaa piller")
    assert not lexicon.find("jeg har taget bussen hjem for at hente piller")


def test_a_phrase_is_whole_words() -> None:
    assert Lexicon({"crisis_suicide": ["vil dø"]}).find("jeg vil doebes") is None
