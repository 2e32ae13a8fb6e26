"""One message of a conversation at a time, over several processes.

Rasa's own RedisLockStore reads, changes and writes its tickets in three steps (two processes get
the same one), and whoever waits looks again after a second. Here messages within a process queue in
their order without waiting any longer than needed, and redis-py's atomic lock (SET NX PX with a
token, released by a script) keeps processes apart. Its lease is short and is renewed while the
message is answered, so that a process that dies blocks a conversation for seconds only.

Whoever has waited too long, or finds Redis away, goes on without the lock: an answer to somebody in
danger is worth more than the memory of the conversation.
"""

from __future__ import annotations

import asyncio
import contextlib
from contextlib import asynccontextmanager
from typing import Any, AsyncGenerator, Optional
from weakref import WeakValueDictionary

from rasa.core.lock import TicketLock
from rasa.core.lock_store import LOCK_LIFETIME, LockStore
from rasa.utils.endpoints import EndpointConfig
from redis.asyncio.lock import Lock
from redis.exceptions import LockError

from vejviser.privacy.redis_link import RedisGone, RedisLink
from vejviser.privacy.redis_store import PREFIX

LEASE_SECONDS = 4.0
WAIT_SECONDS = 10.0  # less than a channel waits for an answer
LOOK_AGAIN_SECONDS = 0.02  # only when another process answers in the same conversation


class RedisLockStore(LockStore):
    """endpoints.yml gives `url`, and `key_prefix` where several bots share a Redis."""

    def __init__(self, endpoint_config: EndpointConfig, wait_seconds: float = WAIT_SECONDS) -> None:
        if not endpoint_config.url:
            raise ValueError("lock_store: url mangler (fx redis://127.0.0.1:6379/0)")
        self.link = RedisLink(endpoint_config.url)
        self._prefix = endpoint_config.kwargs.get("key_prefix", PREFIX)
        self._wait = wait_seconds
        self._queues: "WeakValueDictionary[str, asyncio.Lock]" = WeakValueDictionary()
        super().__init__()

    @asynccontextmanager
    async def lock(
        self,
        conversation_id: str,
        lock_lifetime: float = LOCK_LIFETIME,
        wait_time_in_seconds: float = 1,
    ) -> AsyncGenerator[TicketLock, None]:
        """Alone in the conversation, as far as that is possible (Rasa's two times are not used)."""
        clock = asyncio.get_running_loop().time
        latest = clock() + self._wait
        queue = self._queues.setdefault(conversation_id, asyncio.Lock())
        alone = await _acquired(queue, self._wait)
        try:
            lease = await self._leased(conversation_id, max(0.0, latest - clock()))
            renewal = asyncio.ensure_future(self._renew(lease)) if lease else None
            try:
                yield TicketLock(conversation_id)
            finally:
                if renewal:
                    renewal.cancel()
                if lease:
                    await self._give_back(lease)
        finally:
            if alone:
                queue.release()

    async def _leased(self, conversation_id: str, seconds: float) -> Optional[Lock]:
        def attempt(redis: Any) -> Any:
            lease = Lock(
                redis,
                f"{self._prefix}:lock:{conversation_id}",
                timeout=LEASE_SECONDS,
                sleep=LOOK_AGAIN_SECONDS,
                thread_local=False,
            )
            return _acquire(lease, seconds)

        with contextlib.suppress(RedisGone):
            return await self.link.ask(attempt)
        return None

    async def _renew(self, lease: Lock) -> None:
        with contextlib.suppress(LockError):  # lost while Redis was away: nothing to renew
            while True:
                await asyncio.sleep(LEASE_SECONDS / 3)
                with contextlib.suppress(RedisGone):
                    await self.link.ask(lambda _: lease.reacquire())

    async def _give_back(self, lease: Lock) -> None:
        with contextlib.suppress(RedisGone, LockError):  # without Redis the lease ends by itself
            await self.link.ask(lambda _: lease.release())


async def _acquire(lease: Lock, seconds: float) -> Optional[Lock]:
    return lease if await lease.acquire(blocking_timeout=seconds) else None


async def _acquired(queue: asyncio.Lock, seconds: float) -> bool:
    try:
        return await asyncio.wait_for(queue.acquire(), seconds)
    except asyncio.TimeoutError:
        return False
