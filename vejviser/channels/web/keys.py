"""The key of a conversation: unguessable, signed, expiring, and dead once the person has left."""

from __future__ import annotations

import secrets
from enum import Enum
from typing import Callable, Optional, Tuple

from cachetools import TTLCache
from itsdangerous import BadData, SignatureExpired, TimestampSigner, URLSafeSerializer

LIFE_SECONDS = 45 * 60  # longer than the longest idle time of a conversation
MAX_REMEMBERED = 50_000


class State(Enum):
    """What a key is worth."""

    good = "good"
    expired = "expired"
    deleted = "deleted"
    forged = "forged"


class Keys:
    """Makes and judges keys. What is remembered of a deleted conversation is its random id."""

    def __init__(self, secret: str) -> None:
        self._signer = TimestampSigner(secret, salt="conversation")
        self._votes = URLSafeSerializer(secret, salt="vote")
        self._deleted: TTLCache = TTLCache(MAX_REMEMBERED, LIFE_SECONDS)
        self._voted: TTLCache = TTLCache(MAX_REMEMBERED, LIFE_SECONDS)

    def new(self) -> str:
        """A new conversation's id."""
        return secrets.token_urlsafe(16)

    def sign(self, conversation: str) -> str:
        """The key that is put into a form; it counts its life from now."""
        return self._signer.sign(conversation).decode()

    def read(self, key: str) -> Tuple[State, Optional[str]]:
        """What a key is worth, and the id of its conversation where the key is genuine."""
        try:
            conversation = self._signer.unsign(key.encode(), LIFE_SECONDS).decode()
        except SignatureExpired:
            return State.expired, None
        except (BadData, UnicodeError):
            return State.forged, None
        if conversation in self._deleted:
            return State.deleted, conversation
        return State.good, conversation

    def is_deleted(self, conversation: str) -> bool:
        """Whether the person has left this conversation."""
        return conversation in self._deleted

    def delete(self, conversation: str) -> None:
        """From now on this conversation takes no message."""
        self._deleted[conversation] = True

    def ballot(self, topic: str) -> str:
        """The right to judge one answer about `topic` once."""
        return str(self._votes.dumps([topic, secrets.token_urlsafe(8)]))

    def count(self, ballot: str, tally: Callable[[str], None]) -> bool:
        """Tally the topic of a ballot, the first time only. False for a forged ballot."""
        try:
            topic, number = self._votes.loads(ballot)
        except (BadData, ValueError, TypeError):
            return False
        if number not in self._voted:
            self._voted[number] = True
            tally(str(topic))
        return True
