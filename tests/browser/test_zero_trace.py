"""After a session nothing is left: in the browser, on the wire, or in a log."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import expect

from tests.browser.test_conversations import DEATH_THREAT, say
from tests.channels.web.http import get, post, send
from tests.channels.web.test_hostile import rest

SECRETS = ["zebraord", "0101901234", "20 30 40 50", "web-", "rest-"]


def stored(page, origin):
    """What local and session storage hold, read from outside the page."""
    session = page.context.new_cdp_session(page)
    session.send("DOMStorage.enable")
    found = []
    for local in (True, False):
        where = {"securityOrigin": origin, "isLocalStorage": local}
        found += session.send("DOMStorage.getDOMStorageItems", {"storageId": where})["entries"]
    return found


def test_a_session_leaves_nothing_in_the_browser(open_page, bot):
    page = open_page("/")
    seen = []
    page.context.on("request", lambda request: seen.append(request))
    page.click("a.door.young")
    page.wait_for_url("**/a")
    say(page, DEATH_THREAT)
    expect(page.locator(".answer.crisis")).to_be_visible()
    assert page.context.cookies() == []
    assert stored(page, bot.url) == []
    assert page.evaluate("indexedDB.databases().then(found => found.length)") == 0
    assert page.evaluate("'caches' in window ? caches.keys().then(k => k.length) : 0") == 0
    registrations = "navigator.serviceWorker.getRegistrations().then(found => found.length)"
    assert page.evaluate(registrations) == 0
    assert page.evaluate("history.length") <= 2  # a blank page, and one page of ours
    key = page.input_value("#key")
    for request in seen:
        assert request.url.startswith(bot.url), request.url
        assert "referer" not in request.headers and "cookie" not in request.headers
        assert key not in request.url and "dr" not in request.url.rpartition("/")[2]
    assert page.outside == []


def test_no_script_breaks_the_content_policy(open_page):
    page = open_page("/")
    broken = []
    page.on(
        "console", lambda message: broken.append(message.text) if message.type == "error" else 0
    )
    page.click("a.door.young")
    page.wait_for_url("**/a")
    say(page, DEATH_THREAT)
    expect(page.locator(".answer.crisis")).to_be_visible()
    page.locator(".answer a").first.focus()
    assert broken == [] and page.errors == []


def test_no_log_carries_anything_after_a_thousand_requests(bot):
    if bot.log is None:
        pytest.skip("needs the bot that the tests start themselves")
    secret = "zebraord mit cpr er 010190-1234 og mit nummer er 20 30 40 50"

    def one(number: int) -> int:
        sort = number % 10
        if sort < 3:
            body = f'{{"sender": "zebraord{number}", "message": "{secret} {number}"}}'.encode()
            return send(bot.port, rest(body), seconds=60).status
        if sort < 5:
            key = get(f"{bot.url}/a").key
            return post(f"{bot.url}/a", key=key, message=secret).status
        if sort == 5:
            return send(bot.port, rest(b'{"sender": "zebraord", "message": 5}')).status
        if sort == 6:
            return get(f"{bot.url}/zebraord/{number}").status
        if sort == 7:
            return post(f"{bot.url}/a", key="zebraord", message=secret).status
        if sort == 8:
            head = b"POST /zebraord HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n"
            return send(bot.port, head).status
        return get(f"{bot.url}/s/zebraord.css").status

    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(one, range(1000)))
    assert all(0 < status < 500 for status in statuses)
    log = bot.log.read_text(encoding="utf-8", errors="replace")
    assert not [secret for secret in SECRETS if secret in log]
    assert not re.search(
        r"\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b(?!:\d)", log.replace("127.0.0.1:", "")
    )
