"""The Slack channel on loopback, with a fake Slack on the other side."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass, field
from typing import Any, AsyncIterator, Dict, List, Optional

import aiohttp
import pytest
from rasa.core.channels.channel import UserMessage
from sanic import Sanic

from tests.channels.slack.fake_slack import SECRET, TOKEN, FakeSlack, Posted
from vejviser.channels.slack.channel import SlackChannel
from vejviser.channels.slack.config import SlackSettings
from vejviser.replies.reply import Kind, Next, Reply


@dataclass
class StubBot:
    """Stands in for Rasa where only the protocol is of interest."""

    heard: List[UserMessage] = field(default_factory=list)
    reply: Reply = field(
        default_factory=lambda: Reply(
            kind=Kind.answer,
            title="Svar",
            paragraphs=["Det ved jeg."],
            next=[Next(title="Mere", payload="Fortæl mere")],
        )
    )
    gate: Optional[asyncio.Event] = None
    fails: bool = False

    async def __call__(self, message: UserMessage) -> None:
        self.heard.append(message)
        if self.gate:
            await self.gate.wait()
        if self.fails:
            raise RuntimeError("noget hemmeligt")
        await message.output_channel.send_response(
            message.sender_id, {"text": self.reply.text(), "custom": self.reply.data()}
        )

    @property
    def texts(self) -> List[str]:
        return [message.text for message in self.heard]


@dataclass
class Slack:
    """What a test needs: the fake on one side, the channel's address, and the stub behind it."""

    fake: FakeSlack
    url: str
    stub: StubBot
    session: aiohttp.ClientSession

    async def send(self, body: bytes, **headers: str) -> aiohttp.ClientResponse:
        """Deliver a body, signed as Slack does; `headers` are added or put in place."""
        changed = {name.replace("_", "-"): value for name, value in headers.items()}
        signed = {**self.fake.signed(body), **changed}
        answer = await self.session.post(self.url, data=body, headers=signed)
        await answer.read()
        return answer

    async def tell(self, event: Dict[str, Any], event_id: str = "") -> aiohttp.ClientResponse:
        """Deliver an event."""
        return await self.send(self.fake.callback(event, event_id))

    async def all_messages(self) -> List[Posted]:
        """What was sent, once a last question that is certain to be answered has been answered.

        So that a test can tell that something was not answered without waiting for nothing.
        """
        await self.tell(self.fake.direct("er der nogen", user="U0LAST", channel="D0LAST"))
        await self.fake.wait_until(lambda: any(_is_last(post) for post in self.fake.posted))
        self.stub.heard = [m for m in self.stub.heard if m.text != "er der nogen"]
        return [post for post in self.fake.posted if not _is_last(post)]


def _is_last(post: Posted) -> bool:
    return bool(post.body.get("channel") == "D0LAST")


@pytest.fixture
async def fake(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FakeSlack]:
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    async with FakeSlack() as running:
        yield running
        assert running.refused == []  # whatever a test is about, Slack must take what is sent


@pytest.fixture
def settings(fake: FakeSlack) -> SlackSettings:
    return SlackSettings(TOKEN, SECRET, fake.api_url)


@pytest.fixture
async def slack(fake: FakeSlack, settings: SlackSettings) -> AsyncIterator[Slack]:
    stub = StubBot()
    app = Sanic(f"slack_{uuid.uuid4().hex}", configure_logging=False)
    Sanic.test_mode = True  # Sanic then allows several apps in one process
    app.blueprint(SlackChannel(settings).blueprint(stub), url_prefix="/webhooks/slack")
    server = await app.create_server(
        host="127.0.0.1", port=0, return_asyncio_server=True, access_log=False
    )
    await server.startup()
    await server.before_start()
    await server.start_serving()
    port = server.server.sockets[0].getsockname()[1]
    async with aiohttp.ClientSession() as session:
        yield Slack(fake, f"http://127.0.0.1:{port}/webhooks/slack/webhook", stub, session)
    await server.before_stop()
    server.close()
    await server.wait_closed()
