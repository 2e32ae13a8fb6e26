"""The Teams channel on loopback, with a fake Bot Framework on the other side."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from dataclasses import dataclass, field
from typing import Any, AsyncIterator, Dict, Iterator, List, Optional

import aiohttp
import pytest
from rasa.core.channels.channel import UserMessage
from sanic import Sanic

from tests.channels.teams.fake_bot_framework import APP_ID, PASSWORD, FakeBotFramework
from vejviser.channels.teams.channel import TeamsChannel
from vejviser.channels.teams.config import TeamsSettings
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


@dataclass
class Teams:
    """What a test needs: the fake on one side, the channel's address, and the stub behind it."""

    fake: FakeBotFramework
    url: str
    stub: StubBot
    session: aiohttp.ClientSession

    async def send(
        self, activity: Optional[Dict[str, Any]] = None, token: Optional[str] = None
    ) -> aiohttp.ClientResponse:
        """Deliver an activity as Teams does."""
        headers = {"Authorization": f"Bearer {token or self.fake.token()}"}
        body = activity or self.fake.activity()
        answer = await self.session.post(self.url, json=body, headers=headers)
        await answer.read()
        return answer


@pytest.fixture
def fake() -> Iterator[FakeBotFramework]:
    with FakeBotFramework() as running:
        yield running


@pytest.fixture
def settings(fake: FakeBotFramework) -> TeamsSettings:
    return TeamsSettings(APP_ID, PASSWORD, "", fake.metadata_url, fake.url)


@contextlib.asynccontextmanager
async def serving(fake: FakeBotFramework, settings: TeamsSettings) -> AsyncIterator[Teams]:
    """The channel on a port of its own."""
    stub = StubBot()
    app = Sanic(f"teams_{uuid.uuid4().hex}", configure_logging=False)
    Sanic.test_mode = True  # Sanic then allows several apps in one process
    app.blueprint(TeamsChannel(settings).blueprint(stub), url_prefix="/webhooks/teams")
    server = await app.create_server(
        host="127.0.0.1", port=0, return_asyncio_server=True, access_log=False
    )
    await server.startup()
    await server.start_serving()
    port = server.server.sockets[0].getsockname()[1]
    async with aiohttp.ClientSession() as session:
        yield Teams(fake, f"http://127.0.0.1:{port}/webhooks/teams/webhook", stub, session)
    await server.before_stop()
    server.close()
    await server.wait_closed()


@pytest.fixture
async def teams(fake: FakeBotFramework, settings: TeamsSettings) -> AsyncIterator[Teams]:
    async with serving(fake, settings) as running:
        yield running


@pytest.fixture
def serve(fake: FakeBotFramework) -> Any:
    """The channel with other settings than most tests use."""
    return lambda settings: serving(fake, settings)
