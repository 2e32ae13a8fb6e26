"""What Teams sends: an activity as it came, and as much of it as Vejviser uses."""

from __future__ import annotations

import hashlib
import hmac
import html
import re
from dataclasses import dataclass
from typing import Any, Dict, List, Tuple

PERSONAL = "personal"
SHARED = ("groupChat", "channel")
SUBMIT = "vejviser"  # the field of a button's data that holds what is sent as if typed
MAX_ID = 500
_AT = re.compile(r"<at\b[^>]*>.*?</at>", re.IGNORECASE | re.DOTALL)


class Malformed(ValueError):
    """The body is not an activity that can be answered."""


@dataclass(frozen=True)
class Activity:
    """One activity. `text` is without mentions; for a pressed button it is what stood behind it."""

    type: str
    id: str
    channel_id: str
    service_url: str
    conversation_id: str
    conversation_type: str
    tenant: str
    sender: Dict[str, Any]
    bot: Dict[str, Any]
    text: str
    pressed: bool
    mentions_bot: bool
    joined: Tuple[str, ...]
    name: str
    language: str

    @property
    def is_shared(self) -> bool:
        """Whether others than the sender see the conversation."""
        return self.conversation_type != PERSONAL

    @property
    def is_for_bot(self) -> bool:
        """In a group or a channel only what mentions the bot, or was pressed, is for it."""
        return self.pressed or self.mentions_bot or not self.is_shared


def read_activity(body: Dict[str, Any]) -> Activity:
    """The activity in a request's body. Raises Malformed when a part it needs is not there."""
    conversation, sender, bot = (_object(body, k) for k in ("conversation", "from", "recipient"))
    channel_data = _object(body, "channelData")
    pressed, text = _said(body)
    kind = str(conversation.get("conversationType") or "")
    if not kind:  # personal chats of old clients do not name their type
        kind = "groupChat" if conversation.get("isGroup") else PERSONAL
    tenant = conversation.get("tenantId") or _object(channel_data, "tenant").get("id")
    return Activity(
        type=_text(body, "type"),
        id=str(body.get("id") or "")[:MAX_ID],
        channel_id=_text(body, "channelId"),
        service_url=_text(body, "serviceUrl"),
        conversation_id=_text(conversation, "id"),
        conversation_type=kind,
        tenant=str(tenant or ""),
        sender=sender,
        bot=bot,
        text=text,
        pressed=pressed,
        mentions_bot=any(
            _object(m, "mentioned").get("id") == bot.get("id") for m in _mentions(body)
        ),
        joined=tuple(str(m.get("id")) for m in _objects(body, "membersAdded")),
        name=str(body.get("name") or ""),
        language="en" if str(body.get("locale") or "").lower().startswith("en") else "da",
    )


def _said(body: Dict[str, Any]) -> Tuple[bool, str]:
    """Whether a button was pressed, and what was said with it or typed."""
    value = _object(body, "value")
    data = _object(_object(value, "action"), "data") or value  # Action.Execute wraps its data
    if isinstance(data.get(SUBMIT), str):
        return True, data[SUBMIT]
    return False, without_mentions(str(body.get("text") or ""), _mentions(body))


def without_mentions(text: str, mentions: List[Dict[str, Any]]) -> str:
    """The text without whom it mentions: neither the bot nor colleagues are part of a question."""
    for mention in mentions:
        if isinstance(mention.get("text"), str) and mention["text"]:
            text = text.replace(mention["text"], " ")
    text = html.unescape(_AT.sub(" ", text)).replace("\xa0", " ")
    return "\n".join(" ".join(line.split()) for line in text.splitlines()).strip()


def memory_key(activity: Activity, secret: str) -> str:
    """Whose conversation it is in Vejviser's memory; nobody can get back to Teams' ids from it.

    In a group and in each thread of a channel everybody has a conversation of their own, so that
    one person's trouble never shows in the answer to another.
    """
    return _key(secret, activity, str(activity.sender.get("id") or ""))


def room_key(activity: Activity, secret: str) -> str:
    """The personal chat, group chat or thread, whoever speaks in it."""
    return _key(secret, activity, "")


def delivery_key(activity: Activity) -> Tuple[str, str, str]:
    """The same for a redelivered activity as for the first."""
    return (activity.type, activity.conversation_id, activity.id)


def _key(secret: str, activity: Activity, person: str) -> str:
    parts = (activity.tenant, activity.conversation_type, activity.conversation_id, person)
    said = "\x00".join(parts).encode("utf-8", "replace")
    return "teams-" + hmac.new(secret.encode(), said, hashlib.sha256).hexdigest()[:40]


def _text(body: Dict[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value.strip(". ") or len(value) > MAX_ID:
        raise Malformed(name)
    return value


def _object(body: Dict[str, Any], name: str) -> Dict[str, Any]:
    value = body.get(name)
    return value if isinstance(value, dict) else {}


def _objects(body: Dict[str, Any], name: str) -> List[Dict[str, Any]]:
    value = body.get(name)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _mentions(body: Dict[str, Any]) -> List[Dict[str, Any]]:
    return [entity for entity in _objects(body, "entities") if entity.get("type") == "mention"]
