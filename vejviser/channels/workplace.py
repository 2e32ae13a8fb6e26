"""What Slack and Teams have in common: they are workplaces, whose owner can read along."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Dict, List

import yaml
from cachetools import TTLCache

from vejviser.replies.wording import REPLIES_DIR

REMEMBERED_CONVERSATIONS = 20_000
REMEMBERED_SECONDS = 24 * 60 * 60


@lru_cache(maxsize=None)
def _phrases() -> Dict[str, Dict[str, Any]]:
    return dict(yaml.safe_load((REPLIES_DIR / "workplace.yml").read_text(encoding="utf-8")))


def workplace_phrase(name: str, language: str, **values: object) -> str:
    """The phrase `name` of data/replies/workplace.yml in "da" or "en". Raises KeyError."""
    return str(_phrases()[language][name]).format(**values)


def examples(language: str) -> List[str]:
    """Questions that a newcomer can press."""
    return list(_phrases()[language]["examples"])


class Told:
    """Which conversations have been told who can read along; forgotten after a day."""

    def __init__(self) -> None:
        self._told: "TTLCache[str, bool]" = TTLCache(REMEMBERED_CONVERSATIONS, REMEMBERED_SECONDS)

    def first_time(self, sender_id: str) -> bool:
        """True the first time it is asked for a conversation, False after that."""
        if sender_id in self._told:
            return False
        self._told[sender_id] = True
        return True
