"""The Rasa channel "teams": /webhooks/teams/webhook. Off until its secrets are in the environment.

An activity is acknowledged at once and answered in the background, once however often it comes.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import Any, Dict, Optional, Set, Text

from cachetools import TTLCache
from rasa.core.channels.channel import InputChannel
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from vejviser.channels.errors import ChannelBlueprint, error_response
from vejviser.channels.guard import Handler
from vejviser.channels.rest import read_json
from vejviser.channels.teams.activities import (
    Activity,
    Malformed,
    delivery_key,
    read_activity,
)
from vejviser.channels.teams.config import TeamsSettings, teams_settings
from vejviser.channels.teams.conversation import Conversations
from vejviser.channels.teams.tokens import (
    KeysUnavailable,
    SigningKeys,
    TokenChecker,
    TokenRefused,
    WrongAudience,
)
from vejviser.channels.teams.web import Web

logger = logging.getLogger(__name__)
CHANNEL_ID = "msteams"
MAX_AT_ONCE = 200
REMEMBERED = 20_000
REMEMBERED_SECONDS = 15 * 60  # longer than Teams goes on redelivering
EXECUTE = "adaptiveCard/action"


class TeamsChannel(InputChannel):
    """A channel for one bot registered in Azure."""

    def __init__(self, settings: Optional[TeamsSettings] = None) -> None:
        self._settings = settings

    @classmethod
    def name(cls) -> Text:
        """The part of the address that names this channel."""
        return "teams"

    @classmethod
    def from_credentials(cls, credentials: Optional[Dict[Text, Any]]) -> "TeamsChannel":
        """The channel as the environment sets it; credentials.yml holds no secrets.

        Raises HalfSet when something is missing.
        """
        return cls(teams_settings())

    def blueprint(self, on_new_message: Handler) -> Blueprint:
        """The routes of this channel; none when it is off."""
        routes = ChannelBlueprint("teams_webhook", __name__)
        if self._settings is None:
            return routes
        web = Web()
        checker = TokenChecker(self._settings, SigningKeys(self._settings, web.get_json))
        talk = Conversations(self._settings, web, on_new_message)
        desk = Reception(self._settings, checker, talk)

        @routes.route("/", methods=["GET"])
        async def health(_: Request) -> HTTPResponse:
            return response.json({"status": "ok"})

        @routes.route("/webhook", methods=["POST"])
        async def receive(request: Request) -> HTTPResponse:
            return await desk.receive(request)

        @routes.listener("before_server_stop")
        async def stop(*_: Any) -> None:
            await desk.stop()
            await web.close()

        return routes


class Reception:
    """Lets in who may come in, acknowledges, and starts the answer."""

    def __init__(self, settings: TeamsSettings, checker: TokenChecker, talk: Conversations) -> None:
        self._settings = settings
        self._checker = checker
        self._talk = talk
        self._seen: TTLCache = TTLCache(REMEMBERED, REMEMBERED_SECONDS)
        self._tasks: Set["asyncio.Task[None]"] = set()

    async def receive(self, request: Request) -> HTTPResponse:
        """Answer one HTTP request; what the bot says is sent later, by the connector."""
        body = read_json(request)
        try:
            header = request.headers.get("authorization", "")
            channel_id, service_url = body.get("channelId"), body.get("serviceUrl")
            await self._checker.check(header, str(channel_id or ""), str(service_url or ""))
            activity = read_activity(body)
        except WrongAudience:
            logger.warning("Teams: a token for another bot; is VEJVISER_TEAMS_APP_ID right?")
            return error_response(request, 401)
        except TokenRefused:
            return error_response(request, 401)
        except KeysUnavailable:
            return error_response(request, 503)
        except Malformed:
            return error_response(request, 400)
        if not self._is_ours(activity):
            return error_response(request, 403)
        if len(self._tasks) >= MAX_AT_ONCE:
            return error_response(request, 503)
        if activity.type == "invoke":
            return self._invoked(activity)
        self._begin(activity)
        return response.empty(status=202)

    def _is_ours(self, activity: Activity) -> bool:
        """Only Teams, and for a bot of one organisation only that organisation."""
        tenant = self._settings.tenant.lower()
        return activity.channel_id == CHANNEL_ID and (
            not tenant or activity.tenant.lower() == tenant
        )

    def _invoked(self, activity: Activity) -> HTTPResponse:
        """An invoke waits for its answer in the HTTP response."""
        if activity.name != EXECUTE or not activity.pressed:
            return response.json({}, status=501)  # what Microsoft's SDK says to what it cannot do
        self._begin(activity)
        return response.json(
            {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": ""}
        )

    def _begin(self, activity: Activity) -> None:
        """Start the answer, unless this activity has been here before."""
        key = delivery_key(activity)
        if activity.id and key in self._seen:
            return
        self._seen[key] = True
        task = asyncio.create_task(self._talk.handle(activity))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        """Give answers under way a moment, then let go."""
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=5)
            for task in late:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
