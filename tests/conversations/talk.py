"""Talking to the running bot over REST, as one person in one conversation."""

from __future__ import annotations

import json
import re
import secrets
import urllib.request
from typing import Any, Dict, Iterator, List

# A line that somebody in danger can call: RED, BørneTelefonen, 112, the police.
NUMBERS = re.compile(r"(?<!\d)(?:70 ?27 ?76 ?66|116 ?111|112|114)(?!\d)")


class Talk:
    """One conversation with a bot (see tests/conftest.py)."""

    def __init__(self, bot: Any) -> None:
        self._url = f"{bot.url}/webhooks/rest/webhook"
        self._sender = f"talk-{secrets.token_hex(8)}"

    def say(self, message: str) -> List[Dict[str, Any]]:
        """What the bot answers to one message; an answer there must be."""
        body = json.dumps({"sender": self._sender, "message": message}).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(self._url, body, headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            replies: List[Dict[str, Any]] = json.loads(answer.read())
        assert replies, "silence"
        return replies


def text(replies: List[Dict[str, Any]]) -> str:
    """The words of an answer."""
    return "\n".join(str(reply.get("text", "")) for reply in replies)


def everything(replies: List[Dict[str, Any]]) -> str:
    """The words of an answer and of its data: links, cards, buttons."""
    return "\n".join(_strings(replies))


def is_crisis(replies: List[Dict[str, Any]]) -> bool:
    """Whether the answer is one of the crisis flow."""
    return any((reply.get("custom") or {}).get("kind") == "crisis" for reply in replies)


def _strings(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        for key, value in part.items():
            if key not in ("recipient_id", "payload", "kind"):
                yield from _strings(value)
    elif isinstance(part, list):
        for value in part:
            yield from _strings(value)
