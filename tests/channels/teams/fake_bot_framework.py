"""Microsoft's side of the Bot Framework on loopback: keys, tokens and the connector.

It runs in a thread of its own, so that the blocking client of botframework-connector can ask it.
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections import deque
from datetime import timedelta
from functools import lru_cache
from typing import Any, Callable, Deque, Dict, List, NamedTuple, Optional, Tuple
from urllib.parse import unquote

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

APP_ID = "0d5f18e0-0000-4000-8000-00000000aaaa"
PASSWORD = "a-secret-for-tests"
ISSUER = "https://api.botframework.com"
KID = "first-key"
ENDORSED = ["msteams", "webchat"]
WAIT = 30.0  # how long a promise may take to come true; tests wait no longer than it takes


@lru_cache(maxsize=None)
def private_key(name: str) -> rsa.RSAPrivateKey:
    """A key of that name, the same for the whole test session."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Posted(NamedTuple):
    """One request to the connector."""

    conversation: str
    reply_to: Optional[str]
    body: Dict[str, Any]
    authorization: str
    size: int


class FakeBotFramework:
    """`with FakeBotFramework() as fake:`"""

    def __init__(self, port: int = 0) -> None:
        self._port = port
        self.published: Dict[str, Optional[List[str]]] = {KID: ENDORSED}
        self.calls: Dict[str, int] = {"metadata": 0, "keys": 0, "token": 0, "connector": 0}
        self.forms: List[Dict[str, str]] = []
        self.posted: List[Posted] = []
        self.answers: Deque[Tuple[int, Dict[str, str]]] = deque()  # for the next messages
        self.token_lasts = 3600
        self.down = False
        self._changed = threading.Condition()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "FakeBotFramework":
        self._thread.start()
        assert self._ready.wait(WAIT)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(WAIT)

    @property
    def metadata_url(self) -> str:
        return f"{self.url}/v1/.well-known/openidconfiguration"

    @property
    def service_url(self) -> str:
        return f"{self.url}/emea/"

    def token(
        self,
        *,
        without: Tuple[str, ...] = (),
        kid: Optional[str] = KID,
        key: Any = None,
        algorithm: str = "RS256",
        **claims: Any,
    ) -> str:
        """A token as Microsoft makes it, with what a test changes about it.

        A timedelta is counted from now.
        """
        now = int(time.time())
        payload = {
            "iss": ISSUER,
            "aud": APP_ID,
            "nbf": now - 60,
            "exp": now + 3600,
            "serviceurl": self.service_url,
            **claims,
        }
        payload = {
            name: now + int(value.total_seconds()) if isinstance(value, timedelta) else value
            for name, value in payload.items()
            if name not in without
        }
        headers = {"kid": kid} if kid else {}
        signer = private_key(kid or KID) if key is None else key
        return jwt.encode(payload, signer, algorithm=algorithm, headers=headers)

    def activity(self, text: str = "Hej", **changes: Any) -> Dict[str, Any]:
        """A message in a personal chat, as Teams sends it."""
        return {
            "type": "message",
            "id": f"activity-{time.time_ns()}",
            "channelId": "msteams",
            "serviceUrl": self.service_url,
            "from": {"id": "29:ane", "name": "Ane Andersen", "aadObjectId": "aad-ane"},
            "recipient": {"id": "28:bot", "name": "Vejviser"},
            "conversation": {
                "id": "a:personal-ane",
                "conversationType": "personal",
                "tenantId": "11111111-0000-4000-8000-000000000000",
            },
            "channelData": {"tenant": {"id": "11111111-0000-4000-8000-000000000000"}},
            "textFormat": "plain",
            "locale": "da-DK",
            "text": text,
            **changes,
        }

    @property
    def messages(self) -> List[Posted]:
        """What the bot has sent, without the typing indicator."""
        with self._changed:
            return [post for post in self.posted if post.body["type"] == "message"]

    async def wait_for(self, true: Callable[[], Any]) -> Any:
        """What `true` gives as soon as it gives something; fails after a while."""

        def wait() -> Any:
            with self._changed:
                assert self._changed.wait_for(true, WAIT), "it did not happen"
                return true()

        return await asyncio.to_thread(wait)

    async def wait_for_messages(self, count: int) -> List[Posted]:
        """The messages, once there are `count` of them."""
        await self.wait_for(lambda: len(self.messages) >= count)
        return self.messages

    def _run(self) -> None:
        self._loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self._loop)
        runner = web.AppRunner(self._app())
        self._loop.run_until_complete(runner.setup())
        site = web.TCPSite(runner, "127.0.0.1", self._port, reuse_address=True)
        self._loop.run_until_complete(site.start())
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        self._ready.set()
        self._loop.run_forever()
        self._loop.run_until_complete(runner.cleanup())

    def _app(self) -> web.Application:
        app = web.Application(middlewares=[self._outage])
        app.router.add_get("/v1/.well-known/openidconfiguration", self._metadata)
        app.router.add_get("/v1/.well-known/keys", self._keys)
        app.router.add_post("/{tenant}/oauth2/v2.0/token", self._token)
        app.router.add_post("/emea/v3/conversations/{id}/activities", self._post)
        app.router.add_post("/emea/v3/conversations/{id}/activities/{reply_to}", self._post)
        return app

    @web.middleware
    async def _outage(self, request: web.Request, handler: Any) -> web.StreamResponse:
        return web.Response(status=503) if self.down else await handler(request)

    def _count(self, what: str) -> None:
        with self._changed:
            self.calls[what] += 1
            self._changed.notify_all()

    async def _metadata(self, _: web.Request) -> web.Response:
        self._count("metadata")
        keys = f"{self.url}/v1/.well-known/keys"
        return web.json_response({"issuer": ISSUER, "jwks_uri": keys})

    async def _keys(self, _: web.Request) -> web.Response:
        self._count("keys")
        keys = []
        for kid, endorsements in self.published.items():
            key = json.loads(RSAAlgorithm.to_jwk(private_key(kid).public_key()))
            del key["key_ops"]
            more = {} if endorsements is None else {"endorsements": endorsements}
            keys.append({**key, "kid": kid, "use": "sig", **more})
        return web.json_response({"keys": keys})

    async def _token(self, request: web.Request) -> web.Response:
        self.forms.append({k: str(v) for k, v in (await request.post()).items()})
        self.forms[-1]["tenant"] = request.match_info["tenant"]
        self._count("token")
        number = self.calls["token"]
        return web.json_response(
            {"token_type": "Bearer", "expires_in": self.token_lasts, "access_token": f"t{number}"}
        )

    async def _post(self, request: web.Request) -> web.Response:
        raw = await request.read()
        body = json.loads(raw)
        status, headers = 201, {}
        if body["type"] == "message" and self.answers:
            status, headers = self.answers.popleft()
        if status == 201:
            reply_to = request.match_info.get("reply_to")
            post = Posted(
                unquote(request.match_info["id"]),
                unquote(reply_to) if reply_to else None,
                body,
                request.headers.get("Authorization", ""),
                len(raw),
            )
            with self._changed:
                self.posted.append(post)
        self._count("connector")
        return web.json_response({"id": "answer-1"}, status=status, headers=headers)
