"""The token with which Vejviser answers: fetched when needed, kept until shortly before it ends."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Callable, Optional

from vejviser.channels.teams.config import TeamsSettings
from vejviser.channels.teams.web import NoAnswer, NotSent, Web

logger = logging.getLogger(__name__)
SCOPE = "https://api.botframework.com/.default"
MARGIN = 5 * 60.0  # a token that ends sooner than this is not used


class NoToken(Exception):
    """Microsoft gave no token: wrong secret, or no connection."""


class AnswerToken:
    """The bot's own token at Microsoft."""

    def __init__(
        self, settings: TeamsSettings, web: Web, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._settings = settings
        self._web = web
        self._clock = clock
        self._lock = asyncio.Lock()
        self._token: Optional[str] = None
        self._ends = 0.0

    async def get(self) -> str:
        """The token, from the cache while it lasts. Raises NoToken."""
        async with self._lock:
            if self._token is None or self._clock() >= self._ends - MARGIN:
                await self._fetch()
            assert self._token is not None
            return self._token

    def forget(self, token: str) -> None:
        """Drop `token` after it was refused, unless there already is a newer one."""
        if self._token == token:
            self._token = None

    async def _fetch(self) -> None:
        form = {
            "grant_type": "client_credentials",
            "client_id": self._settings.app_id,
            "client_secret": self._settings.password,
            "scope": SCOPE,
        }
        self._token = None
        try:
            answer = await self._web.request("POST", self._settings.token_url, data=form)
            token, lasts = answer.body["access_token"], float(answer.body["expires_in"])
        except (NotSent, NoAnswer, KeyError, TypeError, ValueError) as error:
            logger.warning("Teams: no token from Microsoft; are app id, password and tenant right?")
            raise NoToken from error
        if answer.status != 200 or not isinstance(token, str) or not token:
            raise NoToken
        self._token, self._ends = token, self._clock() + lasts
