"""From a question to what stands in Slack: the bot's replies, drawn, and sent where they belong."""

from __future__ import annotations

import logging
from typing import Any, Dict, List, Optional

from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
    AsyncServerErrorRetryHandler,
)
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from vejviser.channels.guard import Handler, Incoming, converse
from vejviser.channels.slack.blocks import (
    MAX_BLOCKS,
    Block,
    blocks,
    chosen,
    cut,
    escaped,
    size,
    text_blocks,
)
from vejviser.channels.slack.config import SlackSettings
from vejviser.channels.slack.conversations import Asked
from vejviser.channels.workplace import Told, examples, workplace_phrase

logger = logging.getLogger(__name__)
SECONDS = 10
MAX_SIZE = 12_000  # of all text in one message's blocks; Slack refuses a little more than 13,000
MAX_FALLBACK = 30_000
LANGUAGE = "da"  # of what is said before anybody has written; Slack does not tell the person's
HELP = ("", "hjælp", "help", "?")
REFUSED = ("invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "invalid_payload")
Message = Dict[str, Any]


class Answers:
    """Answers questions."""

    def __init__(self, settings: SlackSettings, handler: Handler) -> None:
        self._settings = settings
        self._handler = handler
        self._told = Told()
        self._retries = [
            AsyncConnectionErrorRetryHandler(),
            AsyncRateLimitErrorRetryHandler(max_retry_count=3),
            AsyncServerErrorRetryHandler(),
        ]
        self._client = AsyncWebClient(
            token=settings.token,
            base_url=settings.api_url,
            timeout=SECONDS,
            retry_handlers=self._retries,
        )

    async def answer(self, asked: Asked) -> None:
        """Answer one question. Nothing it raises reaches the caller; nothing personal is logged."""
        try:
            for message in await self._messages(asked):
                await self._send(asked, message)
        except SlackApiError as error:
            logger.error(_REASONS.get(_code(error), "Slack: it took no answer"))
        except Exception:
            logger.exception("Slack: a question could not be answered")

    async def _messages(self, asked: Asked) -> List[Message]:
        room = asked.room_key(self._settings.signing_secret)
        if asked.text.lower() in HELP:
            self._told.first_time(room)
            return [welcome(asked)]
        memory = asked.memory_key(self._settings.signing_secret)
        try:
            replies = await converse(
                self._handler, Incoming(asked.text, memory, "slack", audience="professional")
            )
        except Exception:
            logger.exception("Slack: the bot could not answer")
            return [_message(text_blocks(_phrase("failed")), _phrase("failed"))]
        messages = []
        for number, reply in enumerate(replies):
            crisis = (reply.get("custom") or {}).get("kind") == "crisis"
            first = not crisis and self._told.first_time(room)
            messages.append(drawn(reply, first=first, pressed="" if number else asked.pressed))
        return messages

    async def _send(self, asked: Asked, message: Message) -> None:
        """Send a message; as plain text when Slack will not take its blocks."""
        try:
            await self._deliver(asked, message)
        except SlackApiError as error:
            if _code(error) not in REFUSED:
                raise
            logger.error("Slack: it refused the blocks of an answer; sent as text")
            await self._deliver(asked, {k: v for k, v in message.items() if k != "blocks"})

    async def _deliver(self, asked: Asked, message: Message) -> None:
        if not asked.response_url:
            thread = asked.thread or None
            await self._client.chat_postMessage(channel=asked.channel, thread_ts=thread, **message)
            return
        if not self._settings.may_answer_at(asked.response_url):
            raise SlackClientError("not Slack's own address")
        hook = AsyncWebhookClient(
            asked.response_url, timeout=SECONDS, retry_handlers=list(self._retries)
        )
        private = {"response_type": "ephemeral", "replace_original": False}
        answer = await hook.send_dict({**private, **message})
        if answer.status_code != 200:
            error = next((name for name in REFUSED if name in answer.body), "")
            raise SlackApiError("refused", {"ok": False, "error": error})


_REASONS = {
    "invalid_auth": "Slack: the token was refused; is VEJVISER_SLACK_BOT_TOKEN right?",
    "account_inactive": "Slack: the app is no longer installed; install it again",
    "token_revoked": "Slack: the app is no longer installed; install it again",
    "missing_scope": "Slack: the app lacks a permission; compare it with deploy/slack/manifest.yml",
    "not_in_channel": "Slack: the app is not a member of the channel it was asked in",
}


def _code(error: SlackApiError) -> str:
    """Slack's name for what was wrong; "" when it did not answer in its own words."""
    answer = getattr(error.response, "data", error.response)
    return str(answer.get("error") or "") if isinstance(answer, dict) else ""


def drawn(reply: Dict[str, Any], *, first: bool, pressed: str = "") -> Message:
    """The message for one Rasa reply {"text", "custom"}.

    The `first` of a conversation says who can read along; in a crisis every one says so, last.
    """
    text, data = str(reply.get("text") or ""), reply.get("custom")
    if not isinstance(data, dict):
        before = _phrase("notice") if first else None
        return _message(text_blocks(text, before=before), _joined(before, text))
    language = data.get("language", LANGUAGE)
    before = workplace_phrase("notice", language) if first else None
    crisis = data.get("kind") == "crisis"
    after = workplace_phrase("notice_crisis", language) if crisis else None
    lead = [chosen(pressed, language)] if pressed else []
    fitting = _fitting(lead, data, before, after)
    return _message(fitting, _joined(before, text, after))


def welcome(asked: Asked) -> Message:
    """Who Vejviser is, who can read along, and questions to begin with."""
    paragraphs = [_phrase("welcome")]
    if asked.is_shared:
        paragraphs.append(_phrase("welcome_shared"))
    paragraphs.append(_phrase("notice"))
    questions = [{"title": question, "payload": question} for question in examples(LANGUAGE)]
    title = _phrase("welcome_title")
    data = {"title": title, "paragraphs": paragraphs, "next": questions}
    return _message(blocks(data), _joined(title, *paragraphs))


def _fitting(
    lead: List[Block], data: Dict[str, Any], before: Optional[str], after: Optional[str]
) -> List[Block]:
    """Blocks, shortened until Slack takes them: contacts, sources and the warning stay.

    Empty when nothing but the text fits.
    """
    items = list(data.get("items", []))
    while True:
        made = lead + blocks(data, before=before, after=after)
        if len(made) <= MAX_BLOCKS and size(made) <= MAX_SIZE:
            return made
        if not items:
            return []
        items.pop()
        shortened = workplace_phrase("shortened", data.get("language", LANGUAGE))
        data = {**data, "items": [*items, shortened]}


def _message(made: List[Block], text: str) -> Message:
    """What both ways of sending take. The text is for notifications and where blocks do not fit."""
    message: Message = {
        "text": cut(escaped(text), MAX_FALLBACK),
        "mrkdwn": False,
        "unfurl_links": False,
        "unfurl_media": False,
    }
    return {**message, "blocks": made} if made else message


def _joined(*parts: Optional[str]) -> str:
    return "\n\n".join(part for part in parts if part)


def _phrase(name: str) -> str:
    return workplace_phrase(name, LANGUAGE)
