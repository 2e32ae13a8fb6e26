"""How often one may write, without keeping anybody's address."""

from __future__ import annotations

import hashlib
import secrets
import time
from typing import Callable

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

ROTATION_SECONDS = 60 * 60


class Limiter:
    """Counts by conversation and by client. A client is a hash whose salt changes every hour."""

    def __init__(
        self,
        per_conversation: str,
        per_client: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._conversation, self._client = parse(per_conversation), parse(per_client)
        self._counts = MovingWindowRateLimiter(MemoryStorage())
        self._clock = clock
        self._rotate()

    def _rotate(self) -> None:
        self._salt, self._since = secrets.token_bytes(16), self._clock()

    def pseudonym(self, address: str) -> str:
        """What stands for a client's address within this hour."""
        if self._clock() - self._since > ROTATION_SECONDS:
            self._rotate()
        return hashlib.blake2b(address.encode(), key=self._salt, digest_size=12).hexdigest()

    def client_may(self, address: str) -> bool:
        """Count one request from `address`; False when there have been too many."""
        return bool(self._counts.hit(self._client, "client", self.pseudonym(address)))

    def conversation_may(self, conversation: str) -> bool:
        """Count one message; False when there have been too many."""
        return bool(self._counts.hit(self._conversation, "conversation", conversation))
