"""Errors are provoked wherever something can go wrong; the log tells nothing of who wrote what.

Every request carries a mark in message, sender, headers and address. It comes twice, the second
time from another address (all of 127/8 is this machine): in the log that address would be seen.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import secrets
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, Dict, Iterator, List, Tuple
from urllib.parse import urlencode

import pytest

from tests.channels.slack.fake_slack import FakeSlack
from tests.channels.teams.fake_bot_framework import FakeBotFramework
from tests.channels.web.http import get
from tests.conftest import Bot, free_port
from vejviser.launch.model import ensure_model
from vejviser.launch.run import start_rasa, stop, wait_for
from vejviser.privacy.logs import SilentFormatter

OURS, PROXIED = "127.0.0.1", "203.0.113.77"
FROM = "127.0.0.77"
REST = "/webhooks/rest/webhook"
ADDRESS = re.compile(
    rb"(?<![\d.])(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}(?![\d.])"
)
ODD = [
    "²³", "٣", "½", "Ⅷ", "一", "𝟙𝟚", "a\u0301" * 400, "\u202eabc", "{{7*7}}a", "%s %d a", "{a}",
    "a\\", '"', "'; drop table a", "/restart", "/any_intent{}", '/crisis_suicide{"a": ', "[a](b)",
    "[a]{", "a" * 1000, "a " * 499, "🙂" * 900 + "a", "\x00a\x07", "\ud800a", "<script>a</script>",
    "1" * 1000, "@" * 999 + "a", "a\n" * 400, "\u0130" * 400, "\ufdfa" * 300, "ß" * 400,
]  # fmt: skip


class Marks:
    """Words that stand nowhere else, one for each place of each request."""

    def __init__(self) -> None:
        self.all: List[str] = []

    def __call__(self) -> str:
        self.all.append(f"hemmelig{secrets.token_hex(6)}")
        return self.all[-1]


def send(bot: Bot, data: bytes, origin: str = OURS, seconds: float = 45.0) -> bytes:
    """Raw bytes; what comes back. REST answers nobody but this machine's 127.0.0.1."""
    received = b""
    with (
        contextlib.suppress(OSError),
        socket.create_connection(
            (OURS, bot.port), timeout=seconds, source_address=(origin, 0)
        ) as connection,
    ):
        connection.sendall(data)
        while part := connection.recv(65536):
            received += part
    return received


def request(mark: Marks, method: str, path: str, body: bytes = b"", *headers: str) -> bytes:
    """A request that says who it comes from wherever a request can."""
    lines = [
        f"{method} {path}{'&' if '?' in path else '?'}q={mark()} HTTP/1.1",
        f"Host: {OURS}",
        "Connection: close",
        f"User-Agent: {mark()}",
        f"Referer: http://{mark()}/",
        f"Cookie: a={mark()}",
        f"X-Request-ID: {mark()}",
        f"Content-Length: {len(body)}",
        *headers,
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def rest(mark: Marks, content: object, *headers: str) -> bytes:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return request(mark, "POST", REST, body, "Content-Type: application/json", *headers)


def bad_bodies(mark: Marks) -> List[bytes]:
    """What is no message, each with a mark in it."""
    text = mark().encode()
    return [
        text,
        b'{"sender": "' + text,
        b'{"' + text + b'": 1}',
        b'["' + text + b'"]',
        b'{"sender": "' + text + b'", "message": ["' + text + b'"]}',
        b'{"sender": ["' + text + b'"], "message": "hej"}',
        b'{"sender": "' + text + b"x" * 200 + b'", "message": "hej"}',
        b'{"sender": "' + text + b'", "message": "\xff\xfe"}',
        b'{"sender": "' + text + b'", "message": "' + b"x" * 20_000 + b'"}',
        b"[" * 5000 + text,
    ]


def broken_framing(mark: Marks) -> List[bytes]:
    text = mark().encode()
    return [
        b"POST " + text + b" HTTP/1.1\r\n\r\n",
        b"GET /" + text + b" HTTP/9.9\r\nHost: a\r\n\r\n",
        b"POST /" + text + b" HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n" + text,
        b"POST /a HTTP/1.1\r\nHost: a\r\n" + text + b": \x00\r\n\r\n",
        b"POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: " + text + b"\r\n\r\n",
        b"GET /" + text * 2000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX-" + text + b": " + b"x" * 40_000 + b"\r\n\r\n",
        b"\x16\x03\x01" + text,
    ]


def everything_wrong_over_http(mark: Marks) -> Iterator[bytes]:
    for body in bad_bodies(mark):
        yield rest(mark, body)
    for odd in ODD:
        yield rest(mark, {"sender": mark(), "message": f"{mark()} {odd}"[:1000]})
        yield rest(mark, {"sender": mark(), "message": odd})
    yield rest(mark, {"sender": mark(), "message": mark() * 100})
    yield rest(mark, {"sender": mark(), "message": mark()}, f"X-Forwarded-For: {PROXIED}")
    yield rest(mark, {"sender": mark(), "message": mark()}, f"Authorization: Bearer {mark()}")
    yield rest(mark, {"sender": mark(), "message": f"jeg hedder {mark()}, jeg vil dø, {mark()}"})
    for path in ("/" + mark(), f"/conversations/{mark()}/tracker", f"/s/{mark()}", "/socket.io/"):
        for method in ("GET", "POST", "DELETE", mark()):
            yield request(mark, method, path, mark().encode())
    forms = [{"key": mark(), "message": mark()}, {"ballot": mark(), "vote": "up"}, {mark(): mark()}]
    forms += [{"do": mark(), "key": mark()}, {"do": "delete", "key": mark()}]
    for form in forms:
        for path in ("/a", "/en/b", "/" + mark()):
            kind = "Content-Type: application/x-www-form-urlencoded"
            yield request(mark, "POST", path, urlencode(form).encode(), kind)
    slack, teams = "/webhooks/slack/webhook", "/webhooks/teams/webhook"
    forged = json.dumps({"type": "event_callback", "event": {"text": mark(), "user": mark()}})
    signed = (f"X-Slack-Signature: v0={mark()}", f"X-Slack-Request-Timestamp: {int(time.time())}")
    yield request(mark, "POST", slack, forged.encode(), "Content-Type: application/json", *signed)
    yield request(mark, "POST", slack, forged.encode(), f"X-Slack-Request-Timestamp: {mark()}")
    activity = json.dumps({"type": "message", "text": mark(), "from": {"id": mark()}}).encode()
    for token in (f"Bearer {mark()}", f"Bearer {mark()}.{mark()}.{mark()}", mark()):
        yield request(mark, "POST", teams, activity, f"Authorization: {token}")
    yield request(mark, "POST", teams, mark().encode(), "Content-Type: application/json")
    yield request(mark, "GET", f"/drift?token={mark()}", b"", f"Authorization: Bearer {mark()}")
    yield from broken_framing(mark)


async def everything_wrong_in_workplaces(bot: Bot, mark: Marks) -> None:
    """Genuine messages whose answers cannot be delivered: Slack is away, Teams fails."""
    slack = FakeSlack()
    event = slack.direct(f"jeg vil dø {mark()}", user=mark(), channel=mark())
    body = slack.callback(event, mark())
    signed = [f"{name}: {value}" for name, value in slack.signed(body).items()]
    data = request(mark, "POST", "/webhooks/slack/webhook", body, *signed)
    assert b" 200 " in (await asyncio.to_thread(send, bot, data))[:15]
    assert bot.teams_port is not None
    with FakeBotFramework(bot.teams_port) as teams:
        teams.answers.extend([(500, {})] * 20)
        who = {"id": mark(), "name": mark(), "aadObjectId": mark()}
        where = {"id": mark(), "conversationType": "personal"}
        asked = teams.activity(f"Hvad er traumer {mark()}", **{"from": who, "conversation": where})
        odd = {"from": mark(), "conversation": [mark()], "channelData": mark(), "entities": mark()}
        for content in (
            asked,
            teams.activity(mark(), **odd),
            teams.activity("", value={mark(): 1}),
        ):
            body = json.dumps(content).encode()
            token = f"Authorization: Bearer {teams.token()}"
            kind = "Content-Type: application/json"
            data = request(mark, "POST", "/webhooks/teams/webhook", body, token, kind)
            answer = await asyncio.to_thread(send, bot, data)
            assert content is not asked or b" 20" in answer[:13], answer[:200]
        await teams.wait_for(lambda: len(teams.answers) < 20)
        await asyncio.sleep(3)


def everything_wrong_in_the_action_server(bot: Bot, mark: Marks) -> int:
    """Rasa's side of the protocol, broken. Returns how many requests were refused with an error."""
    assert bot.actions is not None
    arguments = [str(argument) for argument in bot.actions.args]  # type: ignore[union-attr]
    url = f"http://{OURS}:{arguments[arguments.index('--port') + 1]}/webhook"
    said = {"text": mark(), "intent": {"name": mark()}, "entities": [{"value": mark()}]}
    tracker = {"sender_id": mark(), "slots": {mark(): mark()}, "latest_message": said, "events": []}
    errors = 0
    for action in ("action_answer", "action_find", "action_contact", "action_source", mark()):
        for broken in (tracker, {**tracker, "latest_message": mark()}, mark(), None):
            call = {"next_action": action, "sender_id": mark(), "tracker": broken, "domain": {}}
            errors += _post(url, json.dumps(call).encode())
    return errors + _post(url, mark().encode()) + _post(url, b'{"' + mark().encode())


def _post(url: str, body: bytes) -> bool:
    kind = {"Content-Type": "application/json"}
    try:
        urllib.request.urlopen(urllib.request.Request(url, body, kind), timeout=20).close()
    except urllib.error.HTTPError as error:
        return error.code >= 400
    except OSError:
        return True
    return False


def told(log: Path, mark: Marks, position: int) -> Tuple[List[str], List[str]]:
    """The marks, and the addresses but our own, in what was written since `position`."""
    written = log.read_bytes()[position:]
    lower = written.lower()
    addresses = {found.decode() for found in ADDRESS.findall(written)} - {OURS}
    return [m for m in mark.all if m.encode() in lower], sorted(addresses)


@pytest.fixture
def logged(bot: Bot) -> Bot:
    if bot.log is None:
        pytest.skip("the bot that runs already writes its log elsewhere")
    return bot


async def test_no_error_writes_down_who_wrote_what(logged: Bot) -> None:
    assert logged.log is not None
    mark = Marks()
    answers = [send(logged, data) for data in everything_wrong_over_http(mark)]
    for data in everything_wrong_over_http(mark):
        send(logged, data, FROM)
    assert {answer[9:12] for answer in answers} >= {b"200", b"400", b"401", b"404", b"405"}
    await everything_wrong_in_workplaces(logged, mark)
    assert everything_wrong_in_the_action_server(logged, mark) >= 5
    assert get(f"{logged.url}/health").status == 200
    marks, addresses = told(logged.log, mark, 0)
    assert len(mark.all) > 500
    assert not marks and not addresses, (len(marks), addresses)
    written = logged.log.read_text(encoding="utf-8", errors="replace")
    assert " ERROR " in written, "nothing went wrong, so nothing is proved"


def test_a_hanging_action_server_writes_down_nothing(logged: Bot) -> None:
    assert logged.actions is not None and logged.log is not None
    mark = Marks()
    position = logged.log.stat().st_size
    os.killpg(logged.actions.pid, signal.SIGSTOP)
    try:
        question = f"Hvad er negativ social kontrol {mark()}"
        answer = send(logged, rest(mark, {"sender": mark(), "message": question}))
    finally:
        os.killpg(logged.actions.pid, signal.SIGCONT)
    assert b" 200 " in answer[:15] and b"116 111" in answer
    assert told(logged.log, mark, position) == ([], [])
    assert logged.log.stat().st_size > position, "nobody was told that something went wrong"


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    """Rasa without an action server, told to log as much as it can."""
    port, log = free_port(), tmp_path_factory.mktemp("alone") / "alone.log"
    before = os.environ.get("LOG_LEVEL"), os.environ.get("LOG_LEVEL_LIBRARIES")
    os.environ.update(LOG_LEVEL="DEBUG", LOG_LEVEL_LIBRARIES="DEBUG")
    with log.open("wb") as output:
        rasa: "subprocess.Popen[bytes]" = start_rasa(
            ensure_model(), OURS, port, free_port(), output
        )
        _restore(dict(zip(("LOG_LEVEL", "LOG_LEVEL_LIBRARIES"), before, strict=True)))
        try:
            wait_for(f"http://{OURS}:{port}/health", [rasa])
            yield Bot(f"http://{OURS}:{port}", port, log, rasa)
        finally:
            stop([rasa])


def _restore(before: "Dict[str, Any]") -> None:
    for name, value in before.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def test_without_action_server_and_at_the_highest_level_nothing_is_written_down(
    request: pytest.FixtureRequest,
) -> None:
    if request.config.getoption("--bot"):
        pytest.skip("needs a bot of its own")
    alone: Bot = request.getfixturevalue("alone")
    assert alone.log is not None
    mark, answers = Marks(), []
    for text in ("Hvad er negativ social kontrol", "jeg vil ikke leve mere", "hej", "blarf"):
        content = {"sender": mark(), "message": f"{text} {mark()}"}
        answers.append(send(alone, rest(mark, content)))
    for data in everything_wrong_over_http(mark):
        send(alone, data)
    assert all(b" 200 " in answer[:15] and b'"text"' in answer for answer in answers)
    marks, addresses = told(alone.log, mark, 0)
    assert not marks and not addresses, (len(marks), addresses)


def test_the_marks_would_be_found(tmp_path: Path) -> None:
    mark, log = Marks(), tmp_path / "log"
    log.write_text(f"GET /?q={mark().upper()} from {FROM} to {OURS}, version 3.6.21\n")
    assert told(log, mark, 0) == (mark.all, [FROM])


def test_an_exceptions_text_is_left_out_and_its_place_told() -> None:
    import logging

    try:
        raise ValueError("hemmelig besked")
    except ValueError as error:
        caught = (type(error), error, error.__traceback__)
    record = logging.LogRecord("rasa.core", 40, __file__, 7, "hemmelig %s", ("besked",), caught)
    line = SilentFormatter().format(record)
    assert "hemmelig" not in line and "ValueError at test_silent_logs.py" in line
