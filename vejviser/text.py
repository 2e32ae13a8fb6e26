"""Danish text as young people and professionals type it, brought to one form."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Dict, FrozenSet, List

import yaml

_DATA = Path(__file__).resolve().parents[1] / "data"
_FOLD = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "ä": "ae", "ö": "oe", "é": "e"})
_WORD = re.compile(r"[a-z0-9§]+(?:-[a-z0-9]+)*")
_REPEATED = re.compile(r"([a-z])\1{2,}")
_NEGATED = re.compile(r"\b(\w+)n['’`´]t\b")
_APOSTROPHE = re.compile(r"['’`´]")


@lru_cache(maxsize=None)
def slang() -> Dict[str, str]:
    """Short forms and their full words (data/language/slang.yml), in folded spelling."""
    content = yaml.safe_load((_DATA / "language" / "slang.yml").read_text(encoding="utf-8"))
    return {str(key): str(value) for key, value in content.items()}


@lru_cache(maxsize=None)
def stop_words() -> FrozenSet[str]:
    """Words that say nothing about the topic (data/language/stop_words.yml), folded."""
    content = yaml.safe_load((_DATA / "language" / "stop_words.yml").read_text(encoding="utf-8"))
    return frozenset(fold(str(word)) for word in content)


def fold(text: str) -> str:
    """Lower case, composed, æøå as ae/oe/aa: 'Ærø' and 'aeroe' become the same."""
    return unicodedata.normalize("NFC", text).lower().translate(_FOLD)


def normalise(text: str) -> str:
    """Folded words with slang expanded, long-drawn letters shortened and punctuation removed.

    >>> normalise("Jeg KA ikk mereeee...")
    'jeg kan ikke mere'
    """
    folded = _REPEATED.sub(r"\1", fold(text))
    folded = _APOSTROPHE.sub("", _NEGATED.sub(r"\1 not", folded))
    known = slang()
    return " ".join(known.get(word, word) for word in _WORD.findall(folded))


def words(text: str) -> List[str]:
    """The normalised words of `text` without stop words."""
    return [word for word in normalise(text).split() if word not in stop_words()]
