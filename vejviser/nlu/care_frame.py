"""After danger was told, help stays in sight for some turns: the care frame. Imports no Rasa."""

from __future__ import annotations

from typing import Iterable, Optional

CRISIS_PREFIX = "crisis_"
FOLLOWUP_PREFIX = "crisis_followup_"
FRAME_TURNS = 8  # how many turns of the user the frame lasts after a crisis message


def is_crisis(intent: Optional[str]) -> bool:
    """Whether an intent reports danger (replies within the frame do not prolong it)."""
    name = intent or ""
    return name.startswith(CRISIS_PREFIX) and not name.startswith(FOLLOWUP_PREFIX)


def danger_told(intents: Iterable[Optional[str]]) -> Optional[str]:
    """The danger last told ("crisis_held_abroad") while the frame holds, given the intents of the
    user's earlier turns, oldest first; None outside the frame."""
    recent = list(intents)[-FRAME_TURNS:]
    return next((intent for intent in reversed(recent) if is_crisis(intent)), None)
