"""Slack's side on loopback: it signs what it sends and refuses what the real Slack would refuse."""

from __future__ import annotations

import asyncio
import json
import time
from collections import deque
from typing import Any, Callable, Deque, Dict, List, Mapping, NamedTuple, Optional, Tuple
from urllib.parse import urlencode

from aiohttp import web
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.basic_objects import JsonObject
from slack_sdk.models.blocks import Block
from slack_sdk.signature import SignatureVerifier

TOKEN = "xoxb-a-token-for-tests"
SECRET = "a-signing-secret-for-tests"
BOT = "U0BOT"
TEAM = "T0KOMMUNE"
WAIT = 30.0  # how long a promise may take to come true; tests wait no longer than it takes
MAX_MESSAGE = 13_200  # of all text in the blocks of one message
Event = Dict[str, Any]


class Posted(NamedTuple):
    """One message that Slack took. `private` is set when only one person sees it."""

    body: Dict[str, Any]
    private: str = ""

    @property
    def shown(self) -> str:
        """Everything that a person can read or press in it."""
        return json.dumps(self.body.get("blocks") or self.body["text"], ensure_ascii=False)


class FakeSlack:
    """`async with FakeSlack() as fake:`"""

    def __init__(self, port: int = 0) -> None:
        self._port = port
        self.posted: List[Posted] = []
        self.refused: List[str] = []
        self.calls: List[str] = []
        self.answers: Deque[Tuple[int, Dict[str, Any], Dict[str, str]]] = deque()  # for the next
        self._changed = asyncio.Condition()
        self._verifier = SignatureVerifier(SECRET)
        self._last = 0

    async def __aenter__(self) -> "FakeSlack":
        app = web.Application()
        app.router.add_post("/api/{method}", self._api)
        app.router.add_post("/hooks/{user}", self._hook)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self._url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    @property
    def api_url(self) -> str:
        return f"{self._url}/api/"

    def hook(self, user: str) -> str:
        """Where a private answer to `user` is sent."""
        return f"{self._url}/hooks/{user}"

    # ---- what Slack sends

    def stamp(self) -> str:
        """The time stamp of a message, which is also its name: never the same twice."""
        microseconds = max(time.time_ns() // 1000, self._last + 1)
        self._last = microseconds
        return f"{microseconds // 10**6}.{microseconds % 10**6:06d}"

    def direct(self, text: str = "Hej", **changes: Any) -> Event:
        """A direct message to the bot."""
        event = {"type": "message", "channel": "D0ANE", "channel_type": "im", "user": "U0ANE"}
        return {**event, "text": text, "ts": self.stamp(), **changes}

    def mention(self, text: str = "Hej", **changes: Any) -> Event:
        """A message in a channel that mentions the bot."""
        event = {"type": "app_mention", "channel": "C0BUF", "user": "U0ANE"}
        return {**event, "text": f"<@{BOT}> {text}", "ts": self.stamp(), **changes}

    def callback(self, event: Event, event_id: str = "") -> bytes:
        """The body in which an event comes."""
        body = {
            "type": "event_callback",
            "team_id": TEAM,
            "api_app_id": "A0VEJVISER",
            "event": event,
            "event_id": event_id or f"Ev{self.stamp()}",
            "event_time": int(time.time()),
            "authorizations": [{"team_id": TEAM, "user_id": BOT, "is_bot": True}],
        }
        return json.dumps(body).encode()

    def command(self, text: str, user: str = "U0ANE", channel: str = "C0BUF") -> bytes:
        """The body in which /vejviser comes."""
        body = {
            "command": "/vejviser",
            "text": text,
            "team_id": TEAM,
            "user_id": user,
            "channel_id": channel,
            "response_url": self.hook(user),
            "trigger_id": f"{self.stamp()}.trigger",
        }
        return urlencode(body).encode()

    def press(self, button: Mapping[str, Any], where: Mapping[str, Any], user: str) -> bytes:
        """The body in which a pressed button comes. `where` is container and message."""
        channel = where["container"]["channel_id"]
        body = {
            "type": "block_actions",
            "team": {"id": TEAM},
            "user": {"id": user, "team_id": TEAM},
            "channel": {"id": channel},
            "response_url": self.hook(user),
            "trigger_id": f"{self.stamp()}.trigger",
            "actions": [{**button, "block_id": "b", "action_ts": self.stamp()}],
            **where,
        }
        return urlencode({"payload": json.dumps(body)}).encode()

    def signed(self, body: bytes, at: Optional[int] = None) -> Dict[str, str]:
        """The headers with which Slack vouches for a body."""
        timestamp = str(int(time.time()) if at is None else at)
        signature = self._verifier.generate_signature(timestamp=timestamp, body=body)
        form = "application/x-www-form-urlencoded"
        return {
            "Content-Type": "application/json" if body.startswith(b"{") else form,
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": str(signature),
        }

    # ---- what Slack gets

    async def wait_for(self, count: int) -> List[Posted]:
        """The messages, once there are `count` of them."""

        async def enough() -> List[Posted]:
            async with self._changed:
                await self._changed.wait_for(lambda: len(self.posted) >= count)
                return self.posted

        return await asyncio.wait_for(enough(), WAIT)

    async def wait_until(self, true: Callable[[], bool]) -> None:
        """Wait until something holds that a request to Slack can change."""

        async def changed() -> None:
            async with self._changed:
                await self._changed.wait_for(true)

        await asyncio.wait_for(changed(), WAIT)

    async def _api(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.calls.append(request.match_info["method"])
        authorised = request.headers.get("Authorization") == f"Bearer {TOKEN}"
        if not authorised or request.match_info["method"] != "chat.postMessage":
            return web.json_response({"ok": False, "error": "invalid_auth"})
        if not body.get("channel"):
            return web.json_response({"ok": False, "error": "channel_not_found"})
        status, answer, headers = await self._take(Posted(body))
        return web.json_response(answer, status=status, headers=headers)

    async def _hook(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.calls.append("hook")
        status, answer, _ = await self._take(Posted(body, request.match_info["user"]))
        if answer["ok"]:
            return web.Response(text="ok", status=status)
        return web.Response(text=answer["error"], status=400)

    async def _take(self, message: Posted) -> Tuple[int, Dict[str, Any], Dict[str, str]]:
        async with self._changed:
            self._changed.notify_all()
            if self.answers:
                return self.answers.popleft()
            faults = faults_of(message.body)
            if faults:
                self.refused += faults
                return 200, {"ok": False, "error": "invalid_blocks"}, {}
            self.posted.append(message)
            return 200, {"ok": True, "ts": self.stamp(), "message": {}}, {}


def faults_of(message: Mapping[str, Any]) -> List[str]:
    """Why Slack would not take a message: slack_sdk's models, and what they leave out."""
    faults, drawn = [], message.get("blocks") or []
    if not message.get("text") or len(message["text"]) > 40_000:
        faults.append("no text for notifications, or too much")
    if len(drawn) > 50:
        faults.append("more than 50 blocks")
    if len(json.dumps([_texts(block) for block in drawn], ensure_ascii=False)) > MAX_MESSAGE:
        faults.append("more text than a message holds")
    for raw in drawn:
        faults += _block_faults(raw)
    ids = [element.get("action_id") for raw in drawn for element in raw.get("elements", [])]
    buttons = [action_id for action_id in ids if action_id]
    if len(set(buttons)) != len(buttons):
        faults.append("an action_id twice")
    return faults


def _block_faults(raw: Dict[str, Any]) -> List[str]:
    block = Block.parse(raw)
    if block is None:
        return [f"unknown block {raw.get('type')}"]
    faults = []
    try:
        for part in _parts(block):
            part.validate_json()
        if block.to_dict() != raw:
            faults.append(f"a field that {raw['type']} does not have")
    except SlackObjectFormationError as error:
        faults.append(str(error))
    if any(not text or len(text) > 3000 for text in _texts(raw)):
        faults.append("an empty text, or one of more than 3000 characters")
    return faults


def _parts(value: Any) -> List[JsonObject]:
    """An object and all that it holds (validate_json looks at the outermost only)."""
    if isinstance(value, (list, tuple)):
        return [part for item in value for part in _parts(item)]
    if not isinstance(value, JsonObject):
        return []
    held = [getattr(value, name, None) for name in value.attributes]
    return [value, *_parts(held)]


def _texts(value: Any) -> List[str]:
    if isinstance(value, dict):
        own = [value["text"]] if isinstance(value.get("text"), str) else []
        return own + [text for item in value.values() for text in _texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    return []
