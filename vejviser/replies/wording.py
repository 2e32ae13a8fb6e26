"""The short Danish and English phrases around the facts (data/replies/wording.yml)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, Dict

import yaml

REPLIES_DIR = Path(__file__).resolve().parents[2] / "data" / "replies"


@lru_cache(maxsize=None)
def _phrases() -> Dict[str, Dict[str, Any]]:
    return dict(yaml.safe_load((REPLIES_DIR / "wording.yml").read_text(encoding="utf-8")))


def phrase(name: str, language: str, **values: object) -> str:
    """The phrase `name` in "da" or "en" with its {places} filled. Raises KeyError if unknown."""
    return str(_phrases()[language][name]).format(**values)


def day_name(day: str, language: str) -> str:
    """The full name of a weekday given as "mon" … "sun"."""
    return str(_phrases()[language]["days"][day])
