"""Conversations in memory that expire: five idle minutes for the young, thirty for professionals.

Nothing is written to disk. What enters a tracker has been redacted by the NLU pipeline.
"""

from __future__ import annotations

import copy
import json
import time
from typing import Any, Iterable, Optional

from cachetools import TLRUCache
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SerializedTrackerAsText, TrackerStore
from rasa.shared.core.conversation import Dialogue
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

YOUNG_SECONDS = 5 * 60
PROFESSIONAL_SECONDS = 30 * 60
MAX_CONVERSATIONS = 20_000
MAX_EVENTS = 150  # of one conversation; older events are dropped


def idle_seconds(tracker: DialogueStateTracker) -> int:
    """How long a conversation is kept after its last message. Who is not known to be a
    professional is treated as young."""
    known = tracker.get_slot("audience") == "professional"
    return PROFESSIONAL_SECONDS if known else YOUNG_SECONDS


def private(event: Event) -> Event:
    """The event as it may be kept: a message as redacted by the pipeline, a reply without words.

    A copy where it differs: the event itself is still to be answered or sent.
    """
    if isinstance(event, UserUttered) and event.parse_data:
        kept = copy.copy(event)
        kept.text = event.parse_data.get("text", event.text)
        return kept
    if isinstance(event, BotUttered):
        return BotUttered(metadata=event.metadata, timestamp=event.timestamp)
    return event


def asked_to_delete(tracker: DialogueStateTracker) -> bool:
    """Whether the last message was "slet samtalen": then nothing of it is kept."""
    message = tracker.latest_message
    return message is not None and message.intent_name == "delete_data"


class PrivateTracker(DialogueStateTracker):
    """A tracker into which no unredacted message gets, and no reply: both could tell of danger."""

    def update(self, event: Event, domain: Optional[Domain] = None) -> None:
        """Apply an event as it may be kept."""
        super().update(private(event), domain)


class PrivateTrackerStore(TrackerStore, SerializedTrackerAsText):
    """What the expiring stores have in common: private trackers, bounded in length."""

    def init_tracker(self, sender_id: str) -> PrivateTracker:
        """An empty private tracker."""
        return PrivateTracker(sender_id, self.domain.slots, max_event_history=MAX_EVENTS)

    @staticmethod
    def serialise_tracker(tracker: DialogueStateTracker) -> str:
        """The conversation as text. Rasa's wrapper makes a new conversation's tracker without
        asking this store, so what may be kept is decided here once more."""
        events = [private(event) for event in list(tracker.events)[-MAX_EVENTS:]]
        return json.dumps(Dialogue(tracker.sender_id, events).as_dict())


class ExpiringTrackerStore(PrivateTrackerStore):
    """In memory; for one process. Bounded: the oldest conversation goes when it is full."""

    def __init__(
        self,
        domain: Optional[Domain],
        event_broker: Optional[EventBroker] = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(domain, event_broker)
        self._conversations: TLRUCache = TLRUCache(
            maxsize=MAX_CONVERSATIONS,
            ttu=lambda _key, item, now: now + item[0],
            timer=time.monotonic,
        )

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep the conversation for its idle time, counted from now."""
        if asked_to_delete(tracker):
            await self.delete(tracker.sender_id)
            return
        serialised = self.serialise_tracker(tracker)
        self._conversations[tracker.sender_id] = (idle_seconds(tracker), serialised)

    async def retrieve(self, sender_id: str) -> Optional[DialogueStateTracker]:
        """The conversation, or None when it has expired or never was."""
        item = self._conversations.get(sender_id)
        return self.deserialise_tracker(sender_id, item[1]) if item else None

    async def delete(self, sender_id: str) -> None:
        """Forget a conversation at once."""
        self._conversations.pop(sender_id, None)

    async def keys(self) -> Iterable[str]:
        """The ids of the conversations that are alive."""
        self._conversations.expire()
        return list(self._conversations.keys())
