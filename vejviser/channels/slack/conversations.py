"""What Slack sends, as a question: by whom, where, in which conversation, and whether it is new."""

from __future__ import annotations

import hashlib
import hmac
import html
import re
from dataclasses import dataclass
from typing import Any, Dict, Mapping, Optional, Tuple

from cachetools import TTLCache

REMEMBERED = 20_000
REMEMBERED_SECONDS = 2 * 60 * 60  # Slack sends again after a second, a minute and five minutes
SLACKBOT = "USLACKBOT"
WRITTEN = (None, "file_share", "thread_broadcast")  # subtypes of a message that a person wrote
_LINK = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
Keys = Tuple[Tuple[str, ...], ...]


@dataclass(frozen=True)
class Asked:
    """One question. `thread` is where the answer belongs, "" outside threads.

    `response_url` is set when only the person who asked is to see the answer. `pressed` is what
    stood on the button. `keys` are the same when Slack sends the same thing again.
    """

    text: str
    user: str
    channel: str
    thread: str = ""
    response_url: str = ""
    pressed: str = ""
    keys: Keys = ()

    @property
    def is_shared(self) -> bool:
        """Whether others than the sender see the answer."""
        return not self.response_url and not is_direct(self.channel)

    def memory_key(self, secret: str) -> str:
        """Whose conversation it is in Vejviser's memory; nobody gets back to Slack's ids from it.

        In a thread everybody has a conversation of their own, so that one person's trouble never
        shows in the answer to another.
        """
        return _key(secret, self._place, self.channel, self.thread, self.user)

    def room_key(self, secret: str) -> str:
        """The direct message or thread, whoever speaks in it; private answers are one's own."""
        user = self.user if self.response_url else ""
        return _key(secret, self._place, self.channel, self.thread, user)

    @property
    def _place(self) -> str:
        return "private" if self.response_url else "open"


def is_direct(channel: str) -> bool:
    """Whether a channel is a direct message with the bot."""
    return channel.startswith("D")


def read_event(body: Mapping[str, Any]) -> Optional[Asked]:
    """The question in an event; None for what is no question to the bot.

    A question is a direct message or a mention that a person wrote: not an edit, not another bot,
    not what people in a channel say to each other.
    """
    event = _object(body, "event")
    channel, user, ts = (_text(event, name) for name in ("channel", "user", "ts"))
    kind = event.get("type")
    if not channel or not ts or user in ("", SLACKBOT) or event.get("bot_id"):
        return None
    if event.get("subtype") not in WRITTEN or event.get("edited") or event.get("hidden"):
        return None
    if kind != "app_mention" and not (kind == "message" and is_direct(channel)):
        return None
    own_thread = "" if is_direct(channel) else ts
    return Asked(
        text=spoken(_text(event, "text")),
        user=user,
        channel=channel,
        thread=_text(event, "thread_ts") or own_thread,
        # A mention comes as app_mention and perhaps as message too, with the same time stamp.
        keys=(("event", _text(body, "event_id")), ("message", channel, ts)),
    )


def read_command(body: Mapping[str, Any]) -> Optional[Asked]:
    """The question behind /vejviser: answered so that only the person who asked sees it."""
    return _checked(
        Asked(
            text=spoken(_text(body, "text")),
            user=_text(body, "user_id"),
            channel=_text(body, "channel_id"),
            response_url=_text(body, "response_url"),
            keys=(("trigger", _text(body, "trigger_id")),),
        )
    )


def read_action(body: Mapping[str, Any]) -> Optional[Asked]:
    """The question behind a button, asked where the button stands."""
    actions = body.get("actions")
    action = actions[0] if isinstance(actions, list) and actions else {}
    container, message = _object(body, "container"), _object(body, "message")
    channel = _text(_object(body, "channel"), "id") or _text(container, "channel_id")
    thread = _text(message, "thread_ts") or _text(container, "thread_ts")
    if not thread and not is_direct(channel):
        thread = _text(message, "ts") or _text(container, "message_ts")
    private = bool(container.get("is_ephemeral"))
    return _checked(
        Asked(
            text=_text(action, "value"),
            user=_text(_object(body, "user"), "id"),
            channel=channel,
            thread="" if private else thread,
            response_url=_text(body, "response_url") if private else "",
            pressed=_text(_object(action, "text"), "text") or _text(action, "value"),
            keys=(("trigger", _text(body, "trigger_id")),),
        )
    )


def spoken(text: str) -> str:
    """The text as it was typed, without mentions: neither bot nor colleagues are in a question."""
    plain = html.unescape(_LINK.sub(_shown, text)).replace("\xa0", " ")
    return "\n".join(" ".join(line.split()) for line in plain.splitlines()).strip()


def _shown(match: "re.Match[str]") -> str:
    target, label = match.group(1), match.group(2)
    if target.startswith("@"):
        return " "
    if target.startswith("#"):
        return f"#{label}" if label else " "
    if target.startswith("!"):
        return label if label and not label.startswith("@") else " "
    return label or target


class Seen:
    """Which deliveries have been here before; forgotten after two hours."""

    def __init__(self) -> None:
        self._seen: "TTLCache[Tuple[str, ...], bool]" = TTLCache(REMEMBERED, REMEMBERED_SECONDS)

    def first_time(self, keys: Keys) -> bool:
        """False when one of the keys has been here before; all are remembered."""
        known = [key for key in keys if key[-1]]
        new = not any(key in self._seen for key in known)
        self._seen.update({key: True for key in known})
        return new


def _checked(asked: Asked) -> Optional[Asked]:
    return asked if asked.user and asked.channel else None


def _key(secret: str, *parts: str) -> str:
    said = "\x00".join(parts).encode("utf-8", "replace")
    return "slack-" + hmac.new(secret.encode(), said, hashlib.sha256).hexdigest()[:40]


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""


def _object(body: Mapping[str, Any], name: str) -> Dict[str, Any]:
    value = body.get(name)
    return value if isinstance(value, dict) else {}
