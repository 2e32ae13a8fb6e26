"""The words by which personal data is recognised (data/language/personal_data.yml)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Dict, FrozenSet

import yaml

_FILE = Path(__file__).resolve().parents[2] / "data" / "language" / "personal_data.yml"


def word_list(name: str) -> FrozenSet[str]:
    """The words of a list. Raises KeyError for a list that the file does not have."""
    return frozenset(_lists()[name].split())


def any_of(name: str) -> str:
    """The words of a list as alternatives of a regular expression, in the order of the file."""
    return "|".join(_lists()[name].split())


@lru_cache(maxsize=1)
def _lists() -> Dict[str, str]:
    content: Dict[str, str] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return content
