"""Speaking HTTP to the bot byte by byte, as a hostile client would."""

from __future__ import annotations

import re
import socket
import time
import urllib.error
import urllib.parse
import urllib.request
from typing import Dict, NamedTuple, Optional


class Answer(NamedTuple):
    status: int  # 0: the connection was closed or nothing came
    text: str
    seconds: float


def send(port: int, data: bytes, seconds: float = 20.0, finish: bool = True) -> Answer:
    """Send raw bytes and read until the other side closes or has answered whole."""
    begun, received = time.monotonic(), b""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as connection:
        try:
            connection.sendall(data)
            if finish:
                connection.shutdown(socket.SHUT_WR)
            while not _whole(received):
                part = connection.recv(65536)
                if not part:
                    break
                received += part
        except (TimeoutError, ConnectionError):
            pass
    status = re.match(rb"HTTP/1\.[01] (\d{3})", received)
    number = int(status[1]) if status else 0
    return Answer(number, received.decode("utf-8", "replace"), time.monotonic() - begun)


def _whole(received: bytes) -> bool:
    head, separator, body = received.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: *(\d+)", head)
    return bool(separator and length and len(body) >= int(length[1]))


class Page(NamedTuple):
    status: int
    text: str
    headers: Dict[str, str]

    @property
    def key(self) -> str:
        found = re.search(r'name="key" id="key" value="([^"]+)"', self.text)
        assert found, "the page has no conversation key"
        return found[1]


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):  # type: ignore[no-untyped-def]
        return None


_opener = urllib.request.build_opener(_Stay)


def get(url: str, headers: Optional[Dict[str, str]] = None) -> Page:
    return _open(urllib.request.Request(url, headers=headers or {}))


def post(url: str, headers: Optional[Dict[str, str]] = None, **fields: str) -> Page:
    body = urllib.parse.urlencode(fields).encode()
    return _open(urllib.request.Request(url, body, headers=headers or {}))


def _open(request: urllib.request.Request) -> Page:
    try:
        with _opener.open(request, timeout=30) as answer:
            return Page(answer.status, answer.read().decode(), _lower(answer.headers))
    except urllib.error.HTTPError as error:
        return Page(error.code, error.read().decode(), _lower(error.headers))


def _lower(headers) -> Dict[str, str]:  # type: ignore[no-untyped-def]
    return {name.lower(): value for name, value in headers.items()}
