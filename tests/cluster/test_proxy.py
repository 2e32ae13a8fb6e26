"""What is promised of the proxy: help when nobody answers, no trace, no message answered twice."""

from __future__ import annotations

import http.client
import json
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Dict, Iterator, List, Tuple

import pytest

from tests.cluster.conftest import wait_until
from vejviser.launch.proxy import Addresses, Proxy, children
from vejviser.launch.tools import free_ports, tool

LINES = ("116111", "70277666", "1888")
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}


class Stub:
    """Stands for a Rasa process: says who it is, or dies while it answers."""

    def __init__(self, name: str, port: int) -> None:
        self.taken: List[Tuple[str, bytes, Dict[str, str]]] = []
        self.dies = False
        stub = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                stub.taken.append((self.path, body, dict(self.headers)))
                if stub.dies:
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                self.send_response(200)
                self.send_header("content-length", str(len(name)))
                self.end_headers()
                self.wfile.write(name.encode())

            do_GET = do_POST

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Front:
    """nginx as it is deployed, before two stubs."""

    def __init__(self, run: Path, rate: str) -> None:
        self.run = run
        self.port, internal, *ports = free_ports(4, 21000)
        self.stubs = [Stub(f"p{number}", port) for number, port in enumerate(ports)]
        addresses = Addresses(
            listen=f"127.0.0.1:{self.port}",
            rasa=[f"127.0.0.1:{port}" for port in ports],
            actions=[f"127.0.0.1:{port}" for port in ports],
            actions_listen=f"127.0.0.1:{internal}",
        )
        self.proxy = Proxy(run, addresses, rate=rate, burst=3 if rate == "1r/m" else 1000)
        self.proxy.prepare()
        self.log = run / "log"
        with self.log.open("wb") as output:
            command = [tool("nginx"), "-c", str(run / "nginx.conf"), "-e", "stderr"]
            self.process = subprocess.Popen(command, stdout=output, stderr=output)
        wait_until(lambda: socket.create_connection(("127.0.0.1", self.port)).close() or True)

    def ask(
        self, path: str, body: Any = None, headers: Any = None, source: str = "127.0.0.1"
    ) -> Tuple[int, str]:
        whole = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=20, source_address=(source, 0)
        )
        whole.request("POST" if body is not None else "GET", path, body, headers or {})
        answer = whole.getresponse()
        text = answer.read().decode()
        whole.close()
        return answer.status, text

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(10)
        for stub in self.stubs:
            stub.stop()


@pytest.fixture
def front(request: pytest.FixtureRequest) -> Iterator[Front]:
    run = Path(tempfile.mkdtemp(prefix="vj-"))
    run.chmod(0o755)
    whole = Front(run, getattr(request, "param", "1000r/s"))
    try:
        yield whole
    finally:
        whole.stop()
        shutil.rmtree(run)


BODIES = {
    "page": ("/a", "key={}.Zx1.sig&message=hej", FORM),
    "rest": ("/webhooks/rest/webhook", '{{"message": "hej", "sender": "{}"}}', JSON),
    "slack": ("/webhooks/slack/x", '{{"event": {{"channel": "C{}", "text": "hej"}}}}', JSON),
    "slack button": ("/webhooks/slack/x", "payload=%7B%22channel%22%3A%7B%22id%22%3A%22C{}", FORM),
    "slack command": ("/webhooks/slack/x", "token=x&channel_id=C{}&text=hej", FORM),
    "teams": ("/webhooks/teams/x", '{{"conversation": {{"x": 1, "id": "19:{}"}}}}', JSON),
}


@pytest.mark.parametrize("kind", BODIES)
def test_one_conversation_meets_one_process_and_many_meet_all(front, kind):
    path, body, headers = BODIES[kind]
    whom = {
        number: {front.ask(path, body.format(number), headers)[1] for _ in range(3)}
        for number in range(12)
    }
    assert all(len(names) == 1 for names in whom.values())
    assert len(set.union(*whom.values())) == 2


def test_when_nobody_answers_the_three_help_lines_do(front):
    for stub in front.stubs:
        stub.stop()
    for method in (None, "key=x&message=hej"):
        status, text = front.ask("/a", method, FORM)
        assert status == 503 and all(f'href="tel:{line}"' in text for line in LINES)
        assert "112" in text and "<html" in text
    status, part = front.ask("/a", "key=x", {**FORM, "HX-Request": "true"})
    assert status == 503 and "<html" not in part and all(line in part for line in LINES)
    status, data = front.ask("/webhooks/rest/webhook", '{"sender": "a", "message": "hej"}', JSON)
    assert status == 503 and len(json.loads(data)[0]["custom"]["contacts"]) == 3


def test_a_message_whose_process_dies_is_answered_by_the_next(front):
    front.stubs[0].dies = True
    for number in range(8):
        body = f'{{"sender": "{number}", "message": "hej"}}'
        assert front.ask("/webhooks/rest/webhook", body, JSON) == (200, "p1")
        assert front.ask("/a", f"key={number}&message=hej", FORM) == (200, "p1")


def test_what_slack_delivers_is_never_given_to_two_processes(front):
    for stub in front.stubs:
        stub.dies = True
    for number in range(8):
        status, _ = front.ask("/webhooks/slack/x", f"channel_id=C{number}", FORM)
        assert status == 503
    bodies = [body for stub in front.stubs for _, body, _ in stub.taken]
    assert len(bodies) == len(set(bodies))


def test_a_process_being_restarted_gets_nothing_new(front):
    front.proxy.down = {front.proxy.addresses.rasa[0]}
    old = front.proxy.reload(front.process)
    wait_until(lambda: not old & children(front.process.pid), 20)
    for number in range(8):
        assert front.ask("/a", f"key={number}", FORM) == (200, "p1")
    assert front.stubs[0].taken == []


def test_nobody_can_pretend_to_be_another_address(front):
    front.ask("/a", "key=1", {**FORM, "X-Forwarded-For": "9.9.9.9", "Forwarded": "for=9.9.9.9"})
    headers = [h for stub in front.stubs for _, _, h in stub.taken][0]
    assert headers["X-Forwarded-For"] == "127.0.0.1" and "Forwarded" not in headers


def test_rest_is_for_this_machine_only(front):
    assert front.ask("/webhooks/rest/webhook", "{}", JSON)[0] == 200
    assert front.ask("/webhooks/rest/webhook", "{}", JSON, source="127.0.0.2")[0] == 403


def test_what_is_too_large_is_refused_with_help(front):
    status, text = front.ask("/a", "x" * 300_000, FORM)
    assert status == 413 and LINES[0] in text
    assert not any(stub.taken for stub in front.stubs)


@pytest.mark.parametrize("front", ["1r/m"], indirect=True)
def test_whoever_writes_too_fast_is_told_where_help_is(front):
    answers = [front.ask("/a", f"key={number}", FORM) for number in range(6)]
    assert [status for status, _ in answers] == [200] * 4 + [429] * 2
    assert all(LINES[0] in text for _, text in answers[4:])
    assert front.ask("/")[0] == 200  # reading is not writing


def test_the_proxy_leaves_no_trace(front):
    front.ask("/a", "key=1&message=" + "hemmelig" * 20_000, FORM)
    for stub in front.stubs:
        stub.stop()
    front.ask("/a?hemmelig", "key=1", FORM)
    front.ask("/a", "x" * 300_000, FORM)
    assert front.log.read_bytes() == b""
    assert not list((front.run / "temp").rglob("*"))
