"""Conversations in Redis, for several processes: they expire there as they do in memory.

Every key has a time to live from its first moment. When Redis is away, slow or full, a conversation
goes on without memory: nothing here raises.
"""

from __future__ import annotations

import json
import secrets
import zlib
from contextvars import ContextVar
from typing import Any, Dict, Iterable, List, Optional

from rasa.core.brokers.broker import EventBroker
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

from vejviser.privacy.redis_link import RedisGone, RedisLink
from vejviser.privacy.store import PrivateTrackerStore, asked_to_delete, idle_seconds

PREFIX = "vejviser"
MAX_BYTES = 64_000  # of one conversation, packed
MAX_UNPACKED = 4_000_000
LEFT_SECONDS = 60  # longer than any message takes to be answered
# A message that was being answered when the person left must not write the conversation back: it
# may be saved only under the mark that stood there when it was read.
SAVE = """
local mark = redis.call('get', KEYS[2])
if (mark or '') ~= ARGV[1] then return 0 end
redis.call('set', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1
"""
_marks: ContextVar[Dict[str, bytes]] = ContextVar("marks")


class RedisExpiringTrackerStore(PrivateTrackerStore):
    """endpoints.yml gives `url`, and `key_prefix` where several bots share a Redis."""

    def __init__(
        self,
        domain: Optional[Domain],
        host: Optional[str] = None,
        event_broker: Optional[EventBroker] = None,
        key_prefix: str = PREFIX,
        **kwargs: Any,
    ) -> None:
        super().__init__(domain, event_broker)
        if not host:
            raise ValueError("tracker_store: url mangler (fx redis://127.0.0.1:6379/0)")
        self._prefix = key_prefix
        self.link = RedisLink(host)
        self._save = self.link.redis.register_script(SAVE)

    def _key(self, sender_id: str) -> str:
        return f"{self._prefix}:conversation:{sender_id}"

    def _mark(self, sender_id: str) -> str:
        return f"{self._prefix}:left:{sender_id}"

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep the conversation for its idle time, counted from now; drop it without Redis."""
        if asked_to_delete(tracker):
            await self.delete(tracker.sender_id)
            return
        packed = self.packed(tracker)
        if packed is None:
            return
        sender_id, milliseconds = tracker.sender_id, idle_seconds(tracker) * 1000
        keys = [self._key(sender_id), self._mark(sender_id)]
        arguments = [_marks.get({}).get(sender_id, b""), packed, milliseconds]
        try:
            await self.link.ask(lambda redis: self._save(keys, arguments, client=redis))
        except RedisGone:
            return

    async def retrieve(self, sender_id: str) -> Optional[DialogueStateTracker]:
        """The conversation, or None when it has expired, never was, or Redis is away."""
        keys = [self._key(sender_id), self._mark(sender_id)]
        try:
            packed, mark = await self.link.ask(lambda redis: redis.mget(keys))
        except RedisGone:
            return None
        _marks.set({sender_id: mark or b""})  # seen by the save in the same turn
        return self._unpacked(sender_id, packed) if packed else None

    async def delete(self, sender_id: str) -> None:
        """Forget a conversation at once, and whatever is being said in it right now."""
        key, mark = self._key(sender_id), self._mark(sender_id)

        async def forget(redis: Any) -> None:
            async with redis.pipeline(transaction=True) as both:
                await both.set(mark, secrets.token_bytes(8), ex=LEFT_SECONDS).delete(key).execute()

        try:
            await self.link.ask(forget)
        except RedisGone:
            return  # what Redis still has expires by itself

    async def keys(self) -> Iterable[str]:
        """The ids of the conversations that are alive."""
        start = self._key("")

        async def scan(redis: Any) -> List[str]:
            found = [key async for key in redis.scan_iter(match=f"{start}*", count=500)]
            return [key.decode("utf-8", "replace")[len(start) :] for key in found]

        try:
            return await self.link.ask(scan)
        except RedisGone:
            return []

    def packed(self, tracker: DialogueStateTracker) -> Optional[bytes]:
        """The conversation in few bytes: its older half goes until it fits, its slots stay."""
        packed = _pack(self.serialise_tracker(tracker))
        while len(packed) > MAX_BYTES and len(tracker.events) > 2:
            tracker = self._shorter(tracker)
            packed = _pack(self.serialise_tracker(tracker))
        return packed if len(packed) <= MAX_BYTES else None

    def _shorter(self, tracker: DialogueStateTracker) -> DialogueStateTracker:
        events = [e for e in tracker.events if not isinstance(e, SlotSet)]
        shorter = self.init_tracker(tracker.sender_id)
        known = [SlotSet(name, slot.value) for name, slot in tracker.slots.items() if slot.value]
        half = (len(events) + 1) // 2 if len(events) > 2 else 0
        shorter.events.extend([*known, *events[len(events) - half :]])
        if len(shorter.events) >= len(tracker.events):  # nothing but slots is left to drop
            shorter.events.clear()
        return shorter

    def _unpacked(self, sender_id: str, packed: bytes) -> Optional[DialogueStateTracker]:
        try:
            text = zlib.decompressobj().decompress(packed, MAX_UNPACKED)
            content = json.loads(text)
            if content.get("name") != sender_id:
                return None  # never somebody else's conversation, whatever went wrong
            return self.deserialise_tracker(sender_id, text)
        except (ValueError, TypeError, KeyError, AttributeError, zlib.error):
            return None


def _pack(text: str) -> bytes:
    return zlib.compress(text.encode("utf-8", "replace"), 1)
