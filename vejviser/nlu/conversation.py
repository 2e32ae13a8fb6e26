"""What the graph components may know of the conversation so far."""

from __future__ import annotations

from typing import Any, List, Optional

from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ENTITIES, INTENT, METADATA
from rasa.shared.nlu.training_data.message import Message

AUDIENCES = ("young", "professional")


def user_turns(tracker: Optional[DialogueStateTracker]) -> List[UserUttered]:
    """The user's earlier messages, oldest first; empty without a tracker."""
    if tracker is None:
        return []
    return [event for event in tracker.applied_events() if isinstance(event, UserUttered)]


def last_topic(turns: List[UserUttered]) -> Optional[str]:
    """The topic last spoken of ("ask_interventions/fritidspas"), skipping turns without one."""
    for turn in reversed(turns):
        topics = turn.parse_data.get("topics") or []
        if topics and "/" in topics[0]["topic"]:
            return str(topics[0]["topic"])
    return None


def known_audience(
    message: Message, tracker: Optional[DialogueStateTracker] = None
) -> Optional[str]:
    """ "young" or "professional" where the channel or the conversation says so, else None."""
    told = (message.get(METADATA) or {}).get("audience")
    if told in AUDIENCES:
        return str(told)
    slot = tracker.get_slot("audience") if tracker else None
    return slot if slot in AUDIENCES else None


def intent_name(message: Message) -> str:
    """The intent that the components before have found; "" without one."""
    return str((message.get(INTENT) or {}).get("name") or "")


def add_entity(message: Message, entity: str, value: Any) -> None:
    """Add an entity that stands for the whole message; it fills the slot of the same name."""
    found = {"entity": entity, "value": value, "start": 0, "end": 0}
    entities = [e for e in message.get(ENTITIES) or [] if e.get("entity") != entity]
    message.set(ENTITIES, [*entities, found], add_to_output=True)
