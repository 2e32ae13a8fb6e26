"""What every channel does with a message before and after the bot.

Length and type are checked before the tracker sees anything; when no reply comes back (the action
server is down), the person gets an honest sentence with the help lines instead of silence.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Awaitable, Callable, Dict, List, Optional

from rasa.core.channels.channel import CollectingOutputChannel, UserMessage

from vejviser.knowledge.base import load
from vejviser.replies.fixed import FILES, fixed_reply, read_fixed
from vejviser.replies.wording import REPLIES_DIR

MAX_LENGTH = 1000
Handler = Callable[[UserMessage], Awaitable[Any]]


@dataclass(frozen=True)
class Incoming:
    """A message from a channel. `audience` is "young", "professional" or None (not known)."""

    text: str
    sender_id: str
    channel: str
    audience: Optional[str] = None


async def converse(handle: Handler, incoming: Incoming) -> List[Dict[str, Any]]:
    """Give the message to the bot and return its replies as Rasa messages, never none.

    Each reply is {"recipient_id", "text", "custom"}; `custom` is a Reply as data.
    """
    if len(incoming.text) > MAX_LENGTH:
        return [_fixed("too_long", incoming)]
    if not any(character.isalnum() for character in incoming.text):
        return [_fixed("empty_message", incoming)]
    collector = CollectingOutputChannel()
    metadata = {"audience": incoming.audience} if incoming.audience else {}
    await handle(
        UserMessage(
            incoming.text,
            collector,
            incoming.sender_id,
            input_channel=incoming.channel,
            message_id=uuid.uuid4().hex,
            metadata=metadata,
        )
    )
    return joined(collector.messages) or [_fixed("unavailable", incoming)]


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
    text, data = fixed_message(intent, "da")
    return {"recipient_id": incoming.sender_id, "text": text, "custom": data}


@lru_cache(maxsize=None)
def fixed_message(intent: str, language: str) -> Any:
    """Text and data of a fixed reply, for when the bot itself cannot speak."""
    knowledge = load()
    for stem, kind in FILES.items():
        for fixed in read_fixed(REPLIES_DIR / f"{stem}.yml"):
            if fixed.intent == intent:
                reply = fixed_reply(fixed, kind, knowledge, language)
                return reply.text(), reply.data()
    raise KeyError(intent)
