"""One strict reading of HTTP/1.1, before Sanic sees anything.

Sanic 21.12 reads requests with code of its own that hangs for ever on `Content-Length: -5`, takes a
`Content-Length` beside a `Transfer-Encoding`, and answers 500 to an address that is no address.
Here llhttp (the parser of Node, through httptools, which Sanic brings along) reads them instead,
and Sanic gets only whole requests, written anew without anything odd.
"""

from __future__ import annotations

import re
from typing import List, Optional, Tuple

import httptools

MAX_HEAD = 8_192  # bytes of request line and headers
MAX_URL = 2_048
MAX_HEADERS = 64
MAX_BODY = 256_000  # the largest that Slack or Teams send; the page and REST allow far less
METHODS = (b"GET", b"HEAD", b"POST")  # no channel has a use for others
_HOST = re.compile(rb"[A-Za-z0-9._:\[\]-]{1,255}")
_DROPPED = {b"content-length", b"transfer-encoding", b"connection", b"expect", b"keep-alive"}
_DROPPED |= {b"upgrade", b"te", b"trailer", b"proxy-connection"}


class Refused(Exception):
    """The bytes are no acceptable request; `status` says why."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Gate:
    """Takes bytes as they come and gives whole, canonical requests."""

    def __init__(self) -> None:
        self._parser = httptools.HttpRequestParser(self)
        self._whole: List[bytes] = []
        self._refusal: Optional[int] = None
        self.wants_continue = False
        self.unfinished = False  # a request has begun and is not whole yet
        self._start()

    def _start(self) -> None:
        self._url = b""
        self._headers: List[Tuple[bytes, bytes]] = []
        self._head_size = 0
        self._raw_size = 0
        self._body = bytearray()
        self._in_body = False

    def feed(self, data: bytes) -> List[bytes]:
        """The requests that are whole now. Raises Refused."""
        self.unfinished = True
        self._raw_size += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            raise Refused(400) from None  # no channel speaks websocket or HTTP/2
        except httptools.HttpParserError:
            raise Refused(self._refusal or 400) from None
        if self.unfinished and not self._in_body and self._raw_size > MAX_HEAD:
            raise Refused(431)
        whole, self._whole = self._whole, []
        return whole

    # ---- llhttp calls these; an exception in one of them ends the parsing

    def on_message_begin(self) -> None:
        """A request begins."""
        self.unfinished = True

    def on_url(self, url: bytes) -> None:
        """A part of the address."""
        self._url += url
        if len(self._url) > MAX_URL:
            self._refuse(414)

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header; those that come after the body (trailers) are dropped."""
        if self._in_body:
            return
        self._headers.append((name.lower(), value or b""))
        self._head_size += len(name) + len(value or b"") + 4
        if self._head_size > MAX_HEAD or len(self._headers) > MAX_HEADERS:
            self._refuse(431)

    def on_headers_complete(self) -> None:
        """The head is whole: judge it before a byte of the body is read."""
        self._in_body = True
        if self._parser.get_method() not in METHODS:
            self._refuse(405)
        hosts = self._values(b"host")
        if len(hosts) > 1 or (hosts and not _HOST.fullmatch(hosts[0])):
            self._refuse(400)
        if not hosts and self._parser.get_http_version() != "1.0":
            self._refuse(400)
        try:
            parsed = httptools.parse_url(self._url)
        except httptools.HttpParserError:
            self._refuse(400)
        if not self._url.startswith(b"/") and parsed.host is None or not parsed.path:
            self._refuse(400)
        length = self._values(b"content-length")
        if length and int(length[0]) > MAX_BODY:
            self._refuse(413)
        expected = self._values(b"expect")
        if expected and expected[0].lower() != b"100-continue":
            self._refuse(417)
        self.wants_continue = bool(expected)

    def on_body(self, body: bytes) -> None:
        """A part of the body, already without its chunk headers."""
        if len(self._body) + len(body) > MAX_BODY:
            self._refuse(413)
        self._body += body

    def on_message_complete(self) -> None:
        """The request is whole."""
        method, version = self._parser.get_method(), self._parser.get_http_version()
        lines = [b"%b %b HTTP/%b" % (method, self._url, version.encode())]
        lines += [b"%b: %b" % (n, _ascii(v)) for n, v in self._headers if n not in _DROPPED]
        lines.append(b"connection: " + self._connection())
        if self._body or method == b"POST":
            lines.append(b"content-length: %d" % len(self._body))
        self._whole.append(b"\r\n".join(lines) + b"\r\n\r\n" + bytes(self._body))
        self.unfinished = self.wants_continue = False
        self._start()

    def _connection(self) -> bytes:
        return b"keep-alive" if self._parser.should_keep_alive() else b"close"

    def _values(self, name: bytes) -> List[bytes]:
        return [value for key, value in self._headers if key == name]

    def _refuse(self, status: int) -> None:
        self._refusal = status
        raise Refused(status)


def _ascii(value: bytes) -> bytes:
    return value.decode("ascii", "replace").replace("\ufffd", "?").encode()
