"""Sending to Teams: only to the address a token vouched for, and again only where that is safe."""

from __future__ import annotations

import asyncio
import json
import logging
import random
from typing import Any, Awaitable, Callable, Dict, Optional
from urllib.parse import quote, urlsplit

from vejviser.channels.teams.config import TeamsSettings, is_loopback
from vejviser.channels.teams.credentials import AnswerToken, NoToken
from vejviser.channels.teams.web import Answer, NoAnswer, NotSent, Web

logger = logging.getLogger(__name__)
TRIES = 4
FIRST_WAIT = 0.5  # doubled for each try
LONGEST_WAIT = 30.0
TRY_AGAIN = (412, 429, 500, 502, 503, 504)
Sleep = Callable[[float], Awaitable[Any]]


class Undeliverable(Exception):
    """Teams did not take it. `status` is its last answer, None if there was none."""

    def __init__(self, status: Optional[int] = None) -> None:
        super().__init__(status)
        self.status = status


class Connector:
    """Posts activities into conversations."""

    def __init__(
        self, settings: TeamsSettings, web: Web, token: AnswerToken, sleep: Sleep = asyncio.sleep
    ) -> None:
        self._settings = settings
        self._web = web
        self._token = token
        self._sleep = sleep

    async def post(
        self, vouched_url: str, conversation_id: str, activity: Dict[str, Any], tries: int = TRIES
    ) -> None:
        """Send an activity. `vouched_url` must come from TokenChecker. Raises Undeliverable.

        What may have been delivered (no answer came) is not sent again.
        """
        url = self._address(vouched_url, conversation_id, activity.get("replyToId"))
        body = encoded(activity)
        status: Optional[int] = None
        for attempt in range(tries):
            try:
                token = await self._token.get()
                headers = {
                    "Authorization": f"Bearer {token}",
                    "Content-Type": "application/json; charset=utf-8",
                }
                answer = await self._web.request("POST", url, data=body, headers=headers)
            except (NotSent, NoToken):
                answer = Answer(503, {}, None)
            except NoAnswer:
                raise Undeliverable from None
            status = answer.status
            if status < 300:
                return
            if status == 401:
                self._token.forget(token)
            elif status not in TRY_AGAIN:
                break
            if attempt + 1 < tries:
                await self._sleep(_wait(attempt, answer.retry_after))
        raise Undeliverable(status)

    def _address(self, vouched_url: str, conversation_id: str, reply_to: Optional[str]) -> str:
        secure = urlsplit(vouched_url).scheme == "https"
        if not secure and not (self._settings.allows_loopback and is_loopback(vouched_url)):
            raise Undeliverable
        conversation = quote(conversation_id, safe="")
        address = f"{vouched_url.rstrip('/')}/v3/conversations/{conversation}/activities"
        return f"{address}/{quote(reply_to, safe='')}" if reply_to else address


def encoded(activity: Dict[str, Any]) -> bytes:
    """The activity as it is sent."""
    return json.dumps(activity, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _wait(attempt: int, retry_after: Optional[str]) -> float:
    """What Teams asks for, else twice as long each time; never in step with other callers."""
    try:
        asked = float(retry_after or 0)
    except ValueError:
        asked = 0.0
    wait = max(asked, FIRST_WAIT * 2**attempt * random.uniform(0.8, 1.2))
    return max(0.0, min(wait, LONGEST_WAIT))
