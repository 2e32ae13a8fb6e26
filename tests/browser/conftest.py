"""A real Chromium on a phone or a desktop, in either colour scheme, with or without JavaScript."""

from __future__ import annotations

import contextlib
import http.server
import select
import shutil
import socket
import threading
from pathlib import Path
from typing import Any, Iterator, List

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.conftest import Bot

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
ARGUMENTS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
NEUTRAL = "<title>Vejr</title><h1>Vejr</h1>"
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
DESKTOP = {"viewport": {"width": 1280, "height": 800}}
VIEWPORTS = {"phone": PHONE, "desktop": DESKTOP}


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Closed after this folder: Playwright's own event loop would be in the way of async tests."""
    with sync_playwright() as playwright:
        path = shutil.which("chromium")  # Debian's; without it Playwright looks for its own
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Browser, bot: Bot) -> Iterator[Any]:
    """open_page(path, **settings): a page in a new, empty browser profile.

    The weather page outside this machine is answered here; any other request to the outside is
    noted in `page.outside` and refused. Script errors are noted in `page.errors`.
    """
    contexts = []

    def open_(path: str, base: str = bot.url, **settings: Any) -> Page:
        context = chromium.new_context(**{**DESKTOP, **settings})
        contexts.append(context)
        page = context.new_page()
        page.outside, page.errors = [], []  # type: ignore[attr-defined]

        def route(route: Any) -> None:
            url = route.request.url
            if url.startswith("https://www.google.com/search?q=vejret"):
                route.fulfill(body=NEUTRAL, content_type="text/html")
            elif url.startswith("http://") and ("localhost" in url or "127.0.0.1" in url):
                route.continue_()
            else:
                page.outside.append(url)  # type: ignore[attr-defined]
                route.abort()

        context.route("**/*", route)
        page.on("pageerror", lambda error: page.errors.append(str(error)))  # type: ignore[attr-defined]
        page.goto(base + path)
        return page

    yield open_
    for context in contexts:
        context.close()


@pytest.fixture(params=VIEWPORTS)
def viewport(request: pytest.FixtureRequest) -> Any:
    return VIEWPORTS[request.param]


class Line:
    """A telephone line to the bot that can be cut: forwards bytes, both ways, until `cut`."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._open: List[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
                far = socket.create_connection(("127.0.0.1", self._target))
            except OSError:
                return
            self._open += [near, far]
            threading.Thread(target=self._forward, args=(near, far), daemon=True).start()

    @staticmethod
    def _forward(near: socket.socket, far: socket.socket) -> None:
        other = {near: far, far: near}
        try:
            while True:
                for ready in select.select([near, far], [], [])[0]:
                    data = ready.recv(65536)
                    if not data:
                        near.close()
                        far.close()
                        return
                    other[ready].sendall(data)
        except (OSError, ValueError):
            return

    def cut(self) -> None:
        for end in (self._listener, *self._open):
            with contextlib.suppress(OSError):  # cut before, or closed by the other side
                end.shutdown(socket.SHUT_RDWR)
        self._listener.close()


@pytest.fixture
def line(bot: Bot) -> Iterator[Line]:
    made = Line(bot.port)
    yield made
    made.cut()


@pytest.fixture
def host_page(bot: Bot) -> Iterator[str]:
    """The demonstration page of docs/, on another host than the bot."""
    text = (Path(__file__).parents[2] / "docs" / "embed-demo.html").read_text(encoding="utf-8")
    body = text.replace("http://127.0.0.1:5005", bot.url).encode()

    class Host(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Host)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f":{server.server_port}/"
    server.shutdown()
