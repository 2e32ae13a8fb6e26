"""The way to Redis: quick to give up, quick to come back, and safe to interrupt.

Help must not wait for memory. A question to Redis takes at most a second; after two failures in a
row nobody asks for two seconds, so that a message loses little time while Redis is away.
"""

from __future__ import annotations

import asyncio
import logging
import time
from functools import lru_cache
from typing import Any, Awaitable, Callable, TypeVar

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as ConnectionLost
from redis.exceptions import LockError, RedisError, ResponseError

logger = logging.getLogger(__name__)
ANSWER_SECONDS = 1.0
FAILURES = 2
PAUSE_SECONDS = 2.0
SILENT_SECONDS = 60.0
T = TypeVar("T")


class RedisGone(Exception):
    """Redis is away, too slow or full; whoever asked goes on without it."""


class Breaker:
    """Whether it is worth asking now. Says so once when Redis goes and once when it is back."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures = 0
        self._closed_until = 0.0
        self._silent_until = 0.0

    def may_ask(self) -> bool:
        """False during the pause after failures."""
        return self._clock() >= self._closed_until

    def failed(self) -> None:
        """One question went wrong."""
        self._failures += 1
        if self._failures == FAILURES:
            logger.error("Redis does not answer: conversations go on without memory")
        if self._failures >= FAILURES:
            self._closed_until = self._clock() + PAUSE_SECONDS

    def refused(self) -> None:
        """Redis answers but does not do it: it is full, or misconfigured."""
        if self._clock() >= self._silent_until:
            self._silent_until = self._clock() + SILENT_SECONDS
            logger.error("Redis refuses to store: is it full? Conversations go on without memory")

    def worked(self) -> None:
        """One question was answered."""
        if self._failures >= FAILURES:
            logger.warning("Redis answers again")
        self._failures = 0


@lru_cache(maxsize=None)
def breaker(url: str) -> Breaker:
    """One for each Redis, shared by everything in this process that asks it."""
    return Breaker()


class RedisLink:
    """A connection pool behind a breaker."""

    def __init__(self, url: str, answer_seconds: float = ANSWER_SECONDS) -> None:
        self.breaker = breaker(url)
        self.redis: "Redis[bytes]" = Redis.from_url(
            url,
            socket_timeout=answer_seconds,
            socket_connect_timeout=answer_seconds,
            # Once more, for a connection from before Redis was restarted; never after a time-out.
            retry=Retry(NoBackoff(), 1, supported_errors=(ConnectionLost,)),
            max_connections=200,
        )

    async def ask(self, question: Callable[["Redis[bytes]"], Awaitable[T]]) -> T:
        """What Redis answers. Raises RedisGone."""
        if not self.breaker.may_ask():
            raise RedisGone
        try:
            answer = await question(self.redis)
        except LockError:
            raise  # an answer: the lock is not ours
        except ResponseError as error:
            self.breaker.refused()
            raise RedisGone from error
        except (RedisError, OSError, asyncio.TimeoutError) as error:
            self.breaker.failed()
            raise RedisGone from error
        self.breaker.worked()
        return answer

    async def close(self) -> Any:
        """Let go of all connections."""
        await self.redis.close()
        await self.redis.connection_pool.disconnect()
