"""Speaking https: one client session for the channel, made when it is first needed."""

from __future__ import annotations

import asyncio
import json
from typing import Any, Dict, Mapping, NamedTuple, Optional

import aiohttp
from yarl import URL

MAX_ANSWER = 1_000_000
SECONDS = aiohttp.ClientTimeout(total=10, connect=5)


class Answer(NamedTuple):
    """What came back: status, JSON object (empty if it is none), and how long to wait."""

    status: int
    body: Dict[str, Any]
    retry_after: Optional[str]


class NotSent(Exception):
    """No connection was made: nothing was delivered, and trying again is safe."""


class NoAnswer(Exception):
    """It was sent and no answer came: perhaps it was delivered."""


class Web:
    """Requests with time-outs that follow no redirect (a token must not travel further)."""

    def __init__(self) -> None:
        self._session: Optional[aiohttp.ClientSession] = None

    async def get_json(self, url: str) -> Mapping[str, Any]:
        """A JSON object. Raises ValueError for anything but 200, NotSent or NoAnswer."""
        answer = await self.request("GET", url)
        if answer.status != 200:
            raise ValueError(f"status {answer.status}")
        return answer.body

    async def request(self, method: str, url: str, **what: Any) -> Answer:
        """Send and read the answer. Raises NotSent or NoAnswer."""
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(timeout=SECONDS, trust_env=True)
        target = URL(url, encoded=True)
        try:
            async with self._session.request(
                method, target, allow_redirects=False, **what
            ) as response:
                body = await _read_object(response)
                return Answer(response.status, body, response.headers.get("Retry-After"))
        except aiohttp.ClientConnectorError as error:
            raise NotSent from error
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
            raise NoAnswer from error

    async def close(self) -> None:
        """Let go of the connections."""
        if self._session is not None:
            await self._session.close()


async def _read_object(response: aiohttp.ClientResponse) -> Dict[str, Any]:
    raw = bytearray()
    async for chunk in response.content.iter_chunked(65536):
        raw += chunk
        if len(raw) > MAX_ANSWER:
            raise aiohttp.ClientPayloadError("too much")
    try:
        body = json.loads(raw)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
