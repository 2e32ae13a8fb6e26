"""The Rasa channel "slack": /webhooks/slack/webhook. Off until its secrets are in the environment.

slack_bolt checks signatures and tells events, commands and buttons apart. What comes is
acknowledged at once and answered in the background, once however often it comes.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
from typing import Any, Dict, Optional, Set, Text

from rasa.core.channels.channel import InputChannel
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse
from slack_bolt.adapter.sanic.async_handler import to_async_bolt_request, to_sanic_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

from vejviser.channels.errors import ChannelBlueprint, error_response
from vejviser.channels.guard import Handler, fixed_message
from vejviser.channels.slack.answers import LANGUAGE, Answers
from vejviser.channels.slack.blocks import ASK
from vejviser.channels.slack.config import SlackSettings, slack_settings
from vejviser.channels.slack.conversations import (
    Asked,
    Seen,
    read_action,
    read_command,
    read_event,
)

COMMAND = "/vejviser"
WITHOUT_BOT = ("unavailable", "too_long", "empty_message")  # what the guard says by itself
MAX_AT_ONCE = 200
STOP_SECONDS = 5


class SlackChannel(InputChannel):
    """A channel for one app in one workspace."""

    def __init__(self, settings: Optional[SlackSettings] = None) -> None:
        self._settings = settings

    @classmethod
    def name(cls) -> Text:
        """The part of the address that names this channel."""
        return "slack"

    @classmethod
    def from_credentials(cls, credentials: Optional[Dict[Text, Any]]) -> "SlackChannel":
        """The channel as the environment sets it; credentials.yml holds no secrets.

        Raises HalfSet when something is missing.
        """
        return cls(slack_settings())

    def blueprint(self, on_new_message: Handler) -> Blueprint:
        """The routes of this channel; none when it is off."""
        routes = ChannelBlueprint("slack_webhook", __name__)
        if self._settings is None:
            return routes
        desk = Reception(self._settings, Answers(self._settings, on_new_message))

        @routes.route("/", methods=["GET"])
        async def health(_: Request) -> HTTPResponse:
            return response.json({"status": "ok"})

        @routes.route("/webhook", methods=["POST"])
        async def receive(request: Request) -> HTTPResponse:
            return await desk.receive(request)

        @routes.listener("before_server_start")
        async def warm_up(*_: Any) -> None:
            for intent in WITHOUT_BOT:  # reading all knowledge takes longer than Slack waits
                fixed_message(intent, LANGUAGE)

        @routes.listener("before_server_stop")
        async def stop(*_: Any) -> None:
            await desk.stop()

        return routes


class Reception:
    """Lets in what Slack signed, acknowledges, and starts the answer."""

    def __init__(self, settings: SlackSettings, answers: Answers) -> None:
        self._answers = answers
        self._seen = Seen()
        self._tasks: Set["asyncio.Task[None]"] = set()
        self._bolt = _bolt_app(settings)
        self._bolt.event(re.compile(""))(self._on_event)
        self._bolt.command(COMMAND)(self._on_command)
        self._bolt.action(re.compile(f"^{ASK}"))(self._on_action)

    async def receive(self, request: Request) -> HTTPResponse:
        """Answer one HTTP request; what the bot says is sent later."""
        if len(self._tasks) >= MAX_AT_ONCE:
            return error_response(request, 503)  # Slack sends it again
        try:
            int(request.headers.get("x-slack-request-timestamp", "0"))
            asked = to_async_bolt_request(request)
        except (ValueError, TypeError, AttributeError, RecursionError):
            return error_response(request, 401)  # nothing that Slack would send, or sign
        return to_sanic_response(await self._bolt.async_dispatch(asked))

    async def _on_event(self, body: Dict[str, Any]) -> None:
        self._begin(read_event(body))  # bolt has acknowledged it

    async def _on_command(self, ack: Any, body: Dict[str, Any]) -> None:
        await ack()
        self._begin(read_command(body))

    async def _on_action(self, ack: Any, body: Dict[str, Any]) -> None:
        await ack()
        self._begin(read_action(body))

    def _begin(self, asked: Optional[Asked]) -> None:
        """Start the answer, unless this question has been here before.

        A retry is known by what it asks, not by its x-slack-retry-num: one whose first delivery
        never got here is to be answered.
        """
        if asked is None or not self._seen.first_time(asked.keys):
            return
        task = asyncio.create_task(self._answers.answer(asked))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        """Give answers under way a moment, then let go."""
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=STOP_SECONDS)
            for task in late:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task


def _bolt_app(settings: SlackSettings) -> AsyncApp:
    async def authorize(**_: Any) -> AuthorizeResult:
        """One token for all. Bolt's own way asks Slack (auth.test) before it acknowledges."""
        return AuthorizeResult(enterprise_id=None, team_id=None, bot_token=settings.token)

    silent = logging.getLogger("slack_bolt.silent")  # bolt logs whole requests at INFO and WARNING
    silent.setLevel(logging.ERROR)
    return AsyncApp(
        name="vejviser",
        logger=silent,
        signing_secret=settings.signing_secret,
        authorize=authorize,
        attaching_conversation_kwargs_enabled=False,
    )
