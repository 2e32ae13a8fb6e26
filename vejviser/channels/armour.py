"""A Sanic connection that can be neither hung nor made to talk: every channel gets it from guard.

Reasons, each seen on stock Sanic 21.12: a negative Content-Length hangs the whole server; a request
that never ends is waited for as long as a byte drips in now and then; a refused body resets the
connection before its answer can be read. See vejviser/channels/framing.py for what is accepted.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any, Optional

import sanic.app
from sanic.server import HttpProtocol

from vejviser.channels.errors import raw_response
from vejviser.channels.framing import Gate, Refused

REQUEST_SECONDS = 10.0  # from a request's first byte to its last
LINGER_SECONDS = 1.0  # after a refusal, so that the other side can read it
MAX_CONNECTIONS = 800


class ArmouredProtocol(HttpProtocol):
    """Sanic's own protocol, fed only with whole and well-formed requests."""

    __slots__ = ("_gate", "_deadline", "_refused")  # Sanic's metaclass admits no others

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._gate = Gate()
        self._deadline: Optional[asyncio.TimerHandle] = None
        self._refused = False

    def connection_made(self, transport: Any) -> None:
        """Take a new connection, unless there are too many."""
        if len(self.connections) >= MAX_CONNECTIONS:
            transport.abort()
            return
        super().connection_made(transport)
        # Whoever connects and says nothing is not waited for longer than anybody else.
        self._deadline = self.loop.call_later(REQUEST_SECONDS, self._too_late)

    def data_received(self, data: bytes) -> None:
        """Read strictly; pass on what is whole."""
        if self._refused or not self.transport:
            return
        if self._deadline is None:
            self._deadline = self.loop.call_later(REQUEST_SECONDS, self._too_late)
        try:
            whole = self._gate.feed(data)
        except Refused as refused:
            self._refuse(refused.status)
            return
        if self._gate.wants_continue:
            self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            self._gate.wants_continue = False
        if not self._gate.unfinished:
            self._cancel_deadline()
        for request in whole:
            super().data_received(request)

    def check_timeouts(self) -> None:
        """Sanic's own clock counts the rest between two requests, not the time within one."""
        if self._deadline is not None:
            self._time = time.monotonic()  # type: ignore[misc]
        super().check_timeouts()

    def eof_received(self) -> bool:
        """The other side sends no more; an answer that is under way is still sent."""
        if self._gate.unfinished and not self._refused:
            self._refuse(400)
            return True
        if not getattr(self, "_http", None):
            return self._refused
        self._http.keep_alive = False
        return True

    def connection_lost(self, exc: Optional[BaseException]) -> None:
        """The other side is gone."""
        self._cancel_deadline()
        super().connection_lost(exc)

    def _too_late(self) -> None:
        self._deadline = None
        if self._gate.unfinished:
            self._refuse(408)
        else:
            self.close()

    def _cancel_deadline(self) -> None:
        if self._deadline:
            self._deadline.cancel()
            self._deadline = None

    def _refuse(self, status: int) -> None:
        """Say so in plain words, then hang up; log nothing."""
        self._refused = True
        self._cancel_deadline()
        if not self.transport or self.transport.is_closing():
            return
        if not getattr(self, "_http", None):  # no answer is under way
            self.transport.write(raw_response(status))
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.loop.call_later(LINGER_SECONDS, self.close, 1.0)


def put_on() -> None:
    """Make every Sanic app of this process use it: Rasa gives no way to choose the protocol."""
    sanic.app.HttpProtocol = ArmouredProtocol
