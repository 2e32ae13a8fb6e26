"""What an action needs to know of the turn it answers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Dict, List, Optional

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from vejviser.knowledge.base import Knowledge, load
from vejviser.knowledge.search import Search
from vejviser.nlu.care_frame import danger_told
from vejviser.replies.fixed import read_fixed
from vejviser.replies.opening import now_in_copenhagen
from vejviser.replies.reply import Note, Reply
from vejviser.replies.wording import REPLIES_DIR, phrase

Events = List[Dict[str, Any]]
HELP_LINES = ("boernetelefonen", "red_raadgivning", "alarm_112")


@lru_cache(maxsize=1)
def knowledge() -> Knowledge:
    """All entries, read once. Raises KnowledgeError for a broken file."""
    return load()


@lru_cache(maxsize=1)
def search() -> Search:
    """The full-text index over the entries, built once."""
    return Search.over(knowledge())


@lru_cache(maxsize=1)
def crisis_contacts() -> Dict[str, List[str]]:
    """The contacts of each crisis reply, by intent."""
    return {reply.intent: reply.contacts for reply in read_fixed(REPLIES_DIR / "crisis.yml")}


@dataclass(frozen=True)
class Turn:
    """The user's message and what is known of the conversation."""

    question: str
    language: str
    audience: Optional[str]
    topics: List[Dict[str, Any]]
    previous: Optional[str]
    municipality: Optional[str]
    personal_data: bool
    danger: Optional[str]
    worry: bool
    misses: int
    moment: dt.datetime

    @property
    def young(self) -> bool:
        """Whether the young register is to be used."""
        return self.audience == "young"

    @property
    def entry_id(self) -> Optional[str]:
        """The entry that the message asks about, when it asks about one."""
        return _entry_of(self.topics)

    def runners_up(self, share: float) -> List[str]:
        """Other entries whose probability is at least `share` of the best one's, two at most."""
        best = self.topics[0]["score"] if self.topics else 0.0
        near = [topic for topic in self.topics[1:3] if topic["score"] >= share * best]
        return [entry_id for entry_id in map(_entry_of_topic, near) if entry_id]

    def send(self, dispatcher: CollectingDispatcher, reply: Reply) -> Events:
        """Send a reply with what the turn adds to it; returns no events."""
        notes = list(reply.notes)
        if self.personal_data:
            label = phrase("personal_label", self.language)
            notes.append(Note(label=label, text=phrase("personal", self.language)))
        if (self.danger or self.worry) and self.audience != "professional":
            notes.append(Note(label=phrase("help_label", self.language), text=self._help()))
        dispatcher.utter_message(**reply.copy(update={"notes": notes}).message())
        return []

    def _help(self) -> str:
        """The help lines that fit the danger told before, or those that always fit."""
        contacts = knowledge().contacts
        own = [contacts[c] for c in crisis_contacts().get(self.danger or "", [])]
        lines = [f"{contact.name} {contact.phone}" for contact in own if contact.phone]
        if lines:
            return phrase("help_again", self.language, lines=", ".join(lines))
        numbers = {c: contacts[c].phone for c in HELP_LINES}
        return phrase("help_line", self.language, **numbers)


def turn_of(tracker: Tracker) -> Turn:
    """Read the turn from Rasa's tracker."""
    message = tracker.latest_message or {}
    spoken = [event for event in tracker.events if event.get("event") == "user"]
    earlier = spoken[:-1]
    return Turn(
        question=str(message.get("text") or ""),
        language="en" if tracker.get_slot("language") == "en" else "da",
        audience=tracker.get_slot("audience"),
        topics=message.get("topics") or [],
        previous=_previous_entry(earlier),
        municipality=next(tracker.get_latest_entity_values("municipality"), None),
        personal_data=bool(tracker.get_slot("personal_data")),
        danger=danger_told(map(_intent, earlier)),
        worry=bool(message.get("worry")),
        misses=_misses(earlier),
        moment=now_in_copenhagen(),
    )


def _entry_of(topics: List[Dict[str, Any]]) -> Optional[str]:
    return _entry_of_topic(topics[0]) if topics else None


def _entry_of_topic(topic: Dict[str, Any]) -> Optional[str]:
    return str(topic["topic"]).partition("/")[2] or None


def _previous_entry(earlier: Events) -> Optional[str]:
    for event in reversed(earlier):
        entry_id = _entry_of((event.get("parse_data") or {}).get("topics") or [])
        if entry_id:
            return entry_id
    return None


def _intent(event: Dict[str, Any]) -> str:
    intent = (event.get("parse_data") or {}).get("intent") or {}
    return str(intent.get("name") or "")


def _misses(earlier: Events) -> int:
    """How many messages in a row, just before this one, were not understood."""
    count = 0
    for event in reversed(earlier):
        if _intent(event) != "nlu_fallback":
            break
        count += 1
    return count
