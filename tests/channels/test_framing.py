"""What may come in, before Sanic sees it."""

from __future__ import annotations

import pytest

from vejviser.channels.framing import MAX_BODY, MAX_HEAD, MAX_URL, Gate, Refused

HOST = b"Host: a\r\n"
POST = b"POST / HTTP/1.1\r\n" + HOST
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"

REFUSED = {
    "negative length": (400, POST + b"Content-Length: -5\r\n\r\n"),
    "plus before the length": (400, POST + b"Content-Length: +5\r\n\r\nabcde"),
    "length with underscore": (400, POST + b"Content-Length: 1_0\r\n\r\nabcdeabcde"),
    "length in hex": (400, POST + b"Content-Length: 0x5\r\n\r\nabcde"),
    "empty length": (400, POST + b"Content-Length: \r\n\r\n"),
    "two lengths": (400, POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcde"),
    "list of lengths": (400, POST + b"Content-Length: 5, 6\r\n\r\nabcde"),
    "huge length": (400, POST + b"Content-Length: 99999999999999999999999\r\n\r\n"),
    "too large": (413, POST + b"Content-Length: %d\r\n\r\n" % (MAX_BODY + 1)),
    "length, then chunked": (
        400,
        POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ),
    "chunked, then length": (
        400,
        POST + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
    ),
    "letters as chunk size": (400, CHUNKED + b"zz\r\n"),
    "negative chunk": (400, CHUNKED + b"-5\r\n"),
    "underscore in chunk": (400, CHUNKED + b"1_0\r\n"),
    "endless chunk": (400, CHUNKED + b"f" * 40 + b"\r\n"),
    "chunk longer than said": (400, CHUNKED + b"1\r\nabc\r\n0\r\n\r\n"),
    "too much in chunks": (413, CHUNKED + (b"8000\r\n" + b"x" * 0x8000 + b"\r\n") * 9),
    "unknown coding": (400, POST + b"Transfer-Encoding: gzip\r\n\r\nx"),
    "almost chunked": (400, POST + b"Transfer-Encoding: xchunked\r\n\r\nx"),
    "chunked twice": (400, POST + b"Transfer-Encoding: chunked, gzip\r\n\r\nx"),
    "folded header": (400, b"GET / HTTP/1.1\r\n" + HOST + b"X: a\r\n b\r\n\r\n"),
    "space before colon": (400, b"GET / HTTP/1.1\r\nHost : a\r\n\r\n"),
    "no name": (400, b"GET / HTTP/1.1\r\n" + HOST + b": x\r\n\r\n"),
    "null in a header": (400, b"GET / HTTP/1.1\r\n" + HOST + b"X: a\0b\r\n\r\n"),
    "null in the address": (400, b"GET /\0 HTTP/1.1\r\n" + HOST + b"\r\n"),
    "bad UTF-8 in the address": (400, b"GET /\xff\xfe HTTP/1.1\r\n" + HOST + b"\r\n"),
    "bare line feeds": (400, b"GET / HTTP/1.1\nHost: a\n\n"),
    "no host": (400, b"GET / HTTP/1.1\r\n\r\n"),
    "two hosts": (400, b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
    "odd host": (400, b"GET / HTTP/1.1\r\nHost: a/../b\r\n\r\n"),
    "version 9": (400, b"GET / HTTP/9.9\r\n" + HOST + b"\r\n"),
    "HTTP/2 preface": (400, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    "TLS": (400, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"),
    "noise": (400, bytes(range(128, 256)) * 4),
    "unknown method": (400, b"FOO / HTTP/1.1\r\n" + HOST + b"\r\n"),
    "websocket": (
        400,
        b"GET / HTTP/1.1\r\n" + HOST + b"Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
    ),
    "tunnel": (405, b"CONNECT a:1 HTTP/1.1\r\n" + HOST + b"\r\n"),
    "trace": (405, b"TRACE / HTTP/1.1\r\n" + HOST + b"\r\n"),
    "options": (405, b"OPTIONS * HTTP/1.1\r\n" + HOST + b"\r\n"),
    "long address": (414, b"GET /" + b"a" * MAX_URL + b" HTTP/1.1\r\n" + HOST + b"\r\n"),
    "one huge header": (431, b"GET / HTTP/1.1\r\n" + HOST + b"X: " + b"a" * MAX_HEAD + b"\r\n\r\n"),
    "endless header": (431, b"GET / HTTP/1.1\r\n" + HOST + b"X: " + b"a" * (MAX_HEAD + 9)),
    "many headers": (431, b"GET / HTTP/1.1\r\n" + HOST + b"a: b\r\n" * 99 + b"\r\n"),
    "odd expectation": (417, POST + b"Expect: tea\r\nContent-Length: 1\r\n\r\n"),
    "more after the last request": (
        400,
        b"GET / HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\nGET / HTTP/1.1\r\n\r\n",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name):
    status, data = REFUSED[name]
    with pytest.raises(Refused) as refused:
        Gate().feed(data)
    assert refused.value.status == status


@pytest.mark.parametrize("name", REFUSED)
def test_refused_also_when_it_comes_byte_by_byte(name):
    _, data = REFUSED[name]
    gate = Gate()
    with pytest.raises(Refused):
        for position in range(len(data)):
            gate.feed(data[position : position + 1])


def test_a_plain_request_passes():
    (request,) = Gate().feed(b"GET /a?b HTTP/1.1\r\n" + HOST + b"Accept: */*\r\n\r\n")
    lines = [b"GET /a?b HTTP/1.1", b"host: a", b"accept: */*", b"connection: keep-alive", b"", b""]
    assert request == b"\r\n".join(lines)


def test_a_chunked_body_arrives_whole_and_with_its_length():
    data = CHUNKED + b"3;x=y\r\nabc\r\n4\r\ndefg\r\n0\r\nX-Trailer: dropped\r\n\r\n"
    gate, whole = Gate(), []
    for position in range(len(data)):
        whole += gate.feed(data[position : position + 1])
    (request,) = whole
    assert request.endswith(b"content-length: 7\r\n\r\nabcdefg")
    assert b"chunked" not in request and b"trailer" not in request.lower()
    assert not gate.unfinished


def test_two_requests_in_one_go_are_two():
    get = b"GET /%d HTTP/1.1\r\n" + HOST + b"\r\n"
    first, second = Gate().feed(get % 1 + get % 2)
    assert first.startswith(b"GET /1 ") and second.startswith(b"GET /2 ")


def test_half_a_request_is_unfinished():
    gate = Gate()
    assert gate.feed(POST + b"Content-Length: 5\r\n\r\nab") == []
    assert gate.unfinished


def test_who_asks_before_sending_is_answered():
    gate = Gate()
    gate.feed(POST + b"Expect: 100-continue\r\nContent-Length: 5\r\n\r\n")
    assert gate.wants_continue


def test_bytes_that_are_no_ascii_do_not_reach_sanic():
    (request,) = Gate().feed(b"GET / HTTP/1.1\r\n" + HOST + b"X: \xe6\xff\r\n\r\n")
    request.decode("ascii")
