"""What happens to an activity that was let in: welcome, or typing, the bot, and its answer."""

from __future__ import annotations

import asyncio
import logging
from typing import List

from vejviser.channels.guard import Handler, Incoming, converse
from vejviser.channels.teams.activities import Activity, memory_key, room_key
from vejviser.channels.teams.config import TeamsSettings
from vejviser.channels.teams.connector import Connector, Undeliverable
from vejviser.channels.teams.credentials import AnswerToken
from vejviser.channels.teams.messages import Message, answer, as_text, failed, typing, welcome
from vejviser.channels.teams.web import Web
from vejviser.channels.workplace import Told

logger = logging.getLogger(__name__)
CARD_REFUSED = (400, 413)
DOTS_SECONDS = 1.0  # how long an answer may wait for its dots, so that they do not come after it


class Conversations:
    """Answers activities. Every answer goes to the address that the activity's token vouched for:
    the checker let no other into `Activity.service_url`."""

    def __init__(self, settings: TeamsSettings, web: Web, handler: Handler) -> None:
        self._settings = settings
        self._handler = handler
        self._connector = Connector(settings, web, AnswerToken(settings, web))
        self._told = Told()
        self._welcomed = Told()

    async def handle(self, activity: Activity) -> None:
        """Answer one activity. Nothing it raises reaches the caller; nothing personal is logged."""
        try:
            if activity.type == "conversationUpdate":
                await self._greet(activity)
            elif activity.type in ("message", "invoke") and activity.is_for_bot:
                await self._reply(activity)
        except Undeliverable:
            logger.warning("Teams: an answer could not be delivered", exc_info=True)
        except Exception:
            logger.exception("Teams: an activity could not be answered")

    async def _greet(self, activity: Activity) -> None:
        """Once: a person who gets the bot, or a group or team that the bot is added to."""
        bot = activity.bot.get("id")
        others = [member for member in activity.joined if member != bot]
        wanted = bot in activity.joined if activity.is_shared else bool(others)
        room = room_key(activity, self._settings.password)
        if wanted and self._welcomed.first_time(room):
            self._told.first_time(room)
            await self._send(activity, welcome(activity))

    async def _reply(self, activity: Activity) -> None:
        dots = asyncio.create_task(self._show_typing(activity))
        try:
            messages = await self._answers(activity)
        finally:
            await asyncio.wait({dots}, timeout=DOTS_SECONDS)
            dots.cancel()
        for message in messages:
            await self._send(activity, message)

    async def _answers(self, activity: Activity) -> List[Message]:
        memory = memory_key(activity, self._settings.password)
        incoming = Incoming(
            activity.text, memory, "teams", audience="professional", language=activity.language
        )
        try:
            replies = await converse(self._handler, incoming)
        except Exception:
            logger.exception("Teams: the bot could not answer")
            return [failed(activity)]
        room = room_key(activity, self._settings.password)
        messages = []
        for reply in replies:
            crisis = (reply.get("custom") or {}).get("kind") == "crisis"
            first = not crisis and self._told.first_time(room)
            messages.append(answer(activity, reply, first=first))
        return messages

    async def _show_typing(self, activity: Activity) -> None:
        """Dots in a chat (channels have none); if they fail, the answer comes all the same."""
        if activity.conversation_type == "channel":
            return
        try:
            await self._connector.post(
                activity.service_url, activity.conversation_id, typing(activity), tries=1
            )
        except Undeliverable:
            logger.info("Teams: no typing indicator")

    async def _send(self, activity: Activity, message: Message) -> None:
        """Send a message; as plain text when Teams will not take its card."""
        where = (activity.service_url, activity.conversation_id)
        try:
            await self._connector.post(*where, message)
        except Undeliverable as undelivered:
            if undelivered.status not in CARD_REFUSED or "attachments" not in message:
                raise
            await self._connector.post(*where, as_text(message))
