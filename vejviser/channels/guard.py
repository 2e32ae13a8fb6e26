"""What every channel does with a message before and after the bot.

Length and type are checked before the tracker sees anything; when no reply comes back (the action
server is down), the person gets an honest sentence with the help lines instead of silence.
"""

from __future__ import annotations

import asyncio
import logging
import re
import uuid
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Awaitable, Callable, Dict, List, Optional

from rasa.core.channels.channel import CollectingOutputChannel, UserMessage

from vejviser.channels import armour
from vejviser.knowledge.base import Knowledge, load
from vejviser.privacy.logs import keep_silent
from vejviser.replies.fixed import FILES, fixed_reply, read_fixed
from vejviser.replies.wording import REPLIES_DIR

logger = logging.getLogger(__name__)
MAX_LENGTH = 1000
_MARKUP = re.compile(r"</?[a-z!][^<>]*>", re.IGNORECASE)
MAX_REPLY_SECONDS = 20.0
Handler = Callable[[UserMessage], Awaitable[Any]]
armour.put_on()  # here, because every channel comes by here before Rasa makes its server
keep_silent()


@dataclass(frozen=True)
class Incoming:
    """A message from a channel. `audience` is "young", "professional" or None (not known).

    `language` is that of the page it was written on, for when the bot itself cannot answer.
    """

    text: str
    sender_id: str
    channel: str
    audience: Optional[str] = None
    language: str = "da"


async def converse(handle: Handler, incoming: Incoming) -> List[Dict[str, Any]]:
    """Give the message to the bot and return its replies as Rasa messages, never none.

    Each reply is {"recipient_id", "text", "custom"}; `custom` is a Reply as data.
    """
    text = readable(incoming.text)
    if len(text) > MAX_LENGTH:
        return [_fixed("too_long", incoming)]
    if not any(character.isalnum() for character in text):
        return [_fixed("empty_message", incoming)]
    collector = CollectingOutputChannel()
    metadata = {"audience": incoming.audience} if incoming.audience else {}
    message = UserMessage(
        text,
        collector,
        incoming.sender_id,
        input_channel=incoming.channel,
        message_id=uuid.uuid4().hex,
        metadata=metadata,
    )
    try:
        await asyncio.wait_for(handle(message), MAX_REPLY_SECONDS)
    except asyncio.TimeoutError:
        logger.error("the bot took too long to answer")
    except Exception:
        logger.exception("the bot could not answer")
    return joined(collector.messages) or [_fixed("unavailable", incoming)]


def readable(text: str) -> str:
    """The text without markup, control characters and halves of characters.

    No part can store the last two, and what stands around a question in tags is no part of it.
    """
    whole = _MARKUP.sub(" ", text.encode("utf-8", "replace").decode("utf-8"))
    return "".join(c if c.isprintable() or c == "\n" else " " for c in whole)


def joined(messages: List[Dict[str, Any]]) -> List[Dict[str, Any]]:
    """Text and custom payload of one reply as one message (Rasa's collector parts them)."""
    whole: List[Dict[str, Any]] = []
    for message in messages:
        if "custom" in message and "text" not in message and whole and "custom" not in whole[-1]:
            whole[-1] = {**whole[-1], "custom": message["custom"]}
        else:
            whole.append(dict(message))
    return whole


def _fixed(intent: str, incoming: Incoming) -> Dict[str, Any]:
    text, data = fixed_message(intent, incoming.language)
    return {"recipient_id": incoming.sender_id, "text": text, "custom": data}


@lru_cache(maxsize=None)
def knowledge() -> Knowledge:
    """What the bot knows, read once for all channels."""
    return load()


@lru_cache(maxsize=None)
def fixed_message(intent: str, language: str) -> Any:
    """Text and data of a fixed reply, for when the bot itself cannot speak."""
    for stem, kind in FILES.items():
        for fixed in read_fixed(REPLIES_DIR / f"{stem}.yml"):
            if fixed.intent == intent:
                reply = fixed_reply(fixed, kind, knowledge(), language)
                return reply.text(), reply.data()
    raise KeyError(intent)
