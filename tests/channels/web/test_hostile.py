"""Nothing that comes in may hang the bot, crash it, make it answer 5xx, or show how it is made."""

from __future__ import annotations

import json
import re
import socket
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.channels.test_framing import REFUSED
from tests.channels.web.http import get, post, send

REST = "/webhooks/rest/webhook"
TRACE = re.compile(r"Traceback|\.py\b|site-packages|/usr/|/home/|sanic|rasa", re.IGNORECASE)


def request(method: str, path: str, body: bytes = b"", *headers: str) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: a", "Connection: close", *headers]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def rest(body: bytes, kind: str = "application/json") -> bytes:
    return request("POST", REST, body, f"Content-Type: {kind}")


def form(body: bytes, path: str = "/a", kind: str = "application/x-www-form-urlencoded") -> bytes:
    return request("POST", path, body, f"Content-Type: {kind}")


JSON_BODIES = {
    "nothing": b"",
    "a space": b" ",
    "half an object": b'{"sender": "a", "message": ',
    "a list": b"[]",
    "a number": b"7",
    "null": b"null",
    "a text": b'"hej"',
    "numeric message": b'{"sender": "a", "message": 5}',
    "null message": b'{"sender": "a", "message": null}',
    "message as list": b'{"sender": "a", "message": ["x"]}',
    "message as object": b'{"sender": "a", "message": {"text": "x"}}',
    "no sender": b'{"message": "hej"}',
    "no message": b'{"sender": "a"}',
    "empty sender": b'{"sender": "", "message": "hej"}',
    "numeric sender": b'{"sender": 5, "message": "hej"}',
    "sender as list": b'{"sender": [], "message": "hej"}',
    "long sender": b'{"sender": "' + b"a" * 101 + b'", "message": "hej"}',
    "half a character as sender": b'{"sender": "\\ud800", "message": "hej"}',
    "null byte as sender": b'{"sender": "\\u0000", "message": "hej"}',
    "bad UTF-8": b'{"sender": "a", "message": "\xff\xfe"}',
    "deep lists": b"[" * 7000 + b"]" * 7000,
    "deep objects": b'{"a":' * 3000 + b"1" + b"}" * 3000,
    "a huge number": b'{"sender": "a", "message": ' + b"9" * 9000 + b"}",
    "too much": b'{"sender": "a", "message": "' + b"x" * 20_000 + b'"}',
    "far too much": b'{"sender": "a", "message": "' + b"x" * 300_000 + b'"}',
    "a null byte": b"\x00",
    "zip": b"PK\x03\x04" + bytes(100),
    "XML": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
}
FORM_BODIES = {
    "nothing": b"",
    "no key": b"message=hej",
    "empty key": b"key=&message=hej",
    "forged key": b"key=abc.def.ghi&message=hej",
    "long key": b"key=" + b"a" * 9000 + b"&message=hej",
    "bad UTF-8": b"key=a&message=\xff\xfe",
    "bad UTF-8, escaped": b"key=a&message=%ff%fe",
    "null byte": b"key=%00&message=%00",
    "half an escape": b"key=%&message=%z",
    "many fields": b"&".join(b"a%d=b" % n for n in range(500)),
    "too much": b"message=" + b"x" * 20_000,
    "forged ballot": b"ballot=W10.abc&vote=up",
    "ballot with null": b"ballot=%00&vote=up",
    "unknown deed": b"do=everything&key=x",
    "forged delete": b"do=delete&key=abc",
}
PATHS = [
    "/version", "/status", "/model", "/domain", "/conversations", "/conversations/default/tracker",
    "/conversations/default/messages", "/model/parse", "/model/train", "/webhooks", "/webhooks/",
    "/webhooks/web", "/webhooks/web/webhook", "/webhooks/callback/webhook",
    "/webhooks/nope/webhook", "/socket.io/", "/socket.io/?EIO=4&transport=websocket", "/static/",
    "/s", "/s/", "/s/../channel.py", "/s/%2e%2e/channel.py", "/s/..%2fchannel.py", "/s/page.css%00",
    "/s/....//channel.py", "/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/..%5c..%5cwindows",
    "//etc/passwd", "/.env", "/.git/config", "/credentials.yml", "/endpoints.yml", "/models/",
    "/admin", "/docs", "/openapi.json", "/metrics", "/robots.txt", "/sitemap.xml", "/wp-login.php",
    "/a/b", "/en/x/y", "/ung", "/A", "/a%00", "/%ff", "/a;b", "/a/../../b",
]  # fmt: skip


def assert_refused(answer, allowed=range(400, 500)):
    assert answer.status in allowed, answer.text[:200]
    assert not TRACE.search(answer.text.replace("vejviser", "")), answer.text[:300]
    assert answer.seconds < 12


@pytest.fixture(autouse=True)
def _lives_afterwards(bot):
    yield
    assert get(f"{bot.url}/health").status == 200


@pytest.mark.parametrize("name", REFUSED)
def test_broken_framing_is_refused_at_once(bot, name):
    status, data = REFUSED[name]
    answer = send(bot.port, data)
    assert_refused(answer)
    assert answer.status == status


@pytest.mark.parametrize("path", [REST, "/a", "/x", "/drift", "/webhooks/slack/webhook"])
def test_a_negative_length_hangs_no_address(bot, path):
    head = f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n"
    assert_refused(send(bot.port, head.encode(), finish=False))


@pytest.mark.parametrize("name", JSON_BODIES)
def test_a_bad_body_for_rest_is_refused(bot, name):
    assert_refused(send(bot.port, rest(JSON_BODIES[name])))


@pytest.mark.parametrize("name", FORM_BODIES)
def test_a_bad_form_is_refused(bot, name):
    allowed = (200,) if name == "forged delete" else range(400, 500)
    for path in ("/a", "/en/b"):
        assert_refused(send(bot.port, form(FORM_BODIES[name], path)), allowed)


@pytest.mark.parametrize(
    "kind", ["", "application/json", "text/plain", "multipart/form-data; boundary="]
)
def test_only_a_form_is_a_form(bot, kind):
    assert_refused(send(bot.port, form(b'{"key": "a"}', kind=kind)))


@pytest.mark.parametrize("path", PATHS)
def test_everything_else_is_not_found(bot, path):
    answer = send(bot.port, request("GET", path))
    assert_refused(answer)
    assert answer.status == 404


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"])
@pytest.mark.parametrize("path", ["/", "/a", REST, "/conversations/default/tracker"])
def test_other_methods_do_nothing(bot, method, path):
    assert_refused(send(bot.port, request(method, path, b"{}", "Origin: https://evil.example")))


@pytest.mark.parametrize("path", ["/", "/a", "/socket.io/", REST])
def test_a_websocket_handshake_is_refused(bot, path):
    for version in ("13", "0", "x"):
        for key in ("dGhlIHNhbXBsZSBub25jZQ==", ""):
            head = ("Upgrade: websocket", f"Sec-WebSocket-Key: {key}")
            data = request("GET", path, b"", *head, f"Sec-WebSocket-Version: {version}")
            assert_refused(send(bot.port, data.replace(b"close", b"Upgrade")))


@pytest.mark.parametrize(
    "start",
    [
        b"",
        b"G",
        b"POST /a HTTP/1.1\r\nHo",
        b"POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nab",
    ],
)
def test_a_request_that_never_ends_is_given_up(bot, start):
    answer = send(bot.port, start, seconds=20, finish=False)
    assert answer.seconds < 12
    assert answer.status == (408 if start else 0)


def test_a_request_that_drips_is_given_up(bot):
    begun = time.monotonic()
    with socket.create_connection(("127.0.0.1", bot.port), timeout=1) as drip:
        drip.sendall(b"POST /a HTTP/1.1\r\nHost: a\r\nX: ")
        answer = b""
        while not answer and time.monotonic() - begun < 20:
            try:
                drip.sendall(b"a")
                answer = drip.recv(1000)
            except (TimeoutError, ConnectionError):
                continue
    assert answer.startswith(b"HTTP/1.1 408")
    assert time.monotonic() - begun < 13


def test_two_hundred_half_open_connections_do_not_keep_others_out(bot):
    halves = [socket.create_connection(("127.0.0.1", bot.port)) for _ in range(200)]
    try:
        for half in halves:
            half.sendall(b"POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n")
        begun = time.monotonic()
        assert get(f"{bot.url}/a").status == 200
        assert time.monotonic() - begun < 5
    finally:
        for half in halves:
            half.close()


def test_many_bad_requests_at_once(bot):
    data = [rest(body) for body in JSON_BODIES.values()] + [d for _, d in REFUSED.values()]
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda part: send(bot.port, part), data))
    assert all(400 <= answer.status < 500 for answer in answers)


@pytest.mark.parametrize(
    "text",
    [
        "hej\x00med\x07dig",
        "\ud800 hej",
        "\u202e jeh",
        "x" * 1001,
        "🙂" * 400,
        "%s%n{{7*7}}${x}",
        "' OR 1=1 --",
        "/restart",
        "/any_intent{}",
        "\u200b",
    ],
)
def test_odd_messages_are_answered(bot, text):
    body = json.dumps({"sender": "odd", "message": text}).encode()
    answer = send(bot.port, rest(body), seconds=40)
    assert answer.status == 200, answer.text[:200]
    assert '"custom"' in answer.text


def test_markup_in_a_message_stays_text(bot):
    key = get(f"{bot.url}/a").key
    page = post(f"{bot.url}/a", key=key, message="<script>alert(1)</script>")
    assert page.status == 200
    assert "<script>alert" not in page.text and "&lt;script&gt;alert" in page.text


def test_rest_is_closed_to_whoever_comes_through_a_proxy(bot):
    body = b'{"sender": "a", "message": "hej"}'
    data = request(
        "POST", REST, body, "X-Forwarded-For: 192.0.2.1", "Content-Type: application/json"
    )
    assert send(bot.port, data).status == 401


def test_who_writes_too_fast_gets_a_clear_refusal_with_the_numbers(bot):
    key = get(f"{bot.url}/b").key
    pages = [post(f"{bot.url}/b", key=key, message="?") for _ in range(22)]
    assert pages[0].status == 200 and pages[-1].status == 429
    assert "retry-after" in pages[-1].headers
    assert "gik for hurtigt" in pages[-1].text and "tel:112" in pages[-1].text
