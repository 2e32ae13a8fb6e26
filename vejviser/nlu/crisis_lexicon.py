"""Danger said outright: the phrases of data/crisis/lexicon.yml."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Dict, List, Optional, Pattern

import yaml

from vejviser.nlu.training_texts import CRISIS_DIR
from vejviser.text import normalise

GAP = "…"
_UP_TO_THREE_WORDS = r"(?: \w+){0,3}"
# "slår" is typed slaar, slar and slår; "dø" doe and do.
_LOOSE = {"aa": "aa?", "oe": "oe?", "ae": "(?:ae?|e)"}


class Lexicon:
    """Phrases of danger by kind, looked for in normalised text."""

    def __init__(self, phrases: Dict[str, List[str]]) -> None:
        self._kinds = {kind: _pattern(phrases[kind]) for kind in phrases}

    @classmethod
    def read(cls, path: Path = CRISIS_DIR / "lexicon.yml") -> "Lexicon":
        """The phrases of a file: crisis intent -> list of phrases."""
        return cls(yaml.safe_load(path.read_text(encoding="utf-8")))

    def find(self, text: str) -> Optional[str]:
        """The first kind with a phrase in a normalised text (see vejviser.text.normalise)."""
        return next((kind for kind, pattern in self._kinds.items() if pattern.search(text)), None)


def _pattern(phrases: List[str]) -> Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(map(_loosely, phrases)) + r")\b")


def _loosely(phrase: str) -> str:
    """A phrase as a pattern that forgives missing æøå and lets the gap be filled."""
    parts = [_loose_words(part) for part in phrase.split(GAP)]
    return f"{_UP_TO_THREE_WORDS} ".join(part for part in parts)


def _loose_words(part: str) -> str:
    return re.sub("aa|oe|ae", lambda found: _LOOSE[found.group()], normalise(part))
