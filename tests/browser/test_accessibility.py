"""axe finds no violation in either scheme; the page fits a small screen and a zoomed one."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.test_conversations import DEATH_THREAT, FRITIDSPAS, say
from tests.conftest import OPERATOR_TOKEN

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def visit(page, view):
    if view == "crisis":
        say(page, DEATH_THREAT)
        expect(page.locator(".answer.crisis")).to_be_visible()
    elif view == "answer":
        say(page, FRITIDSPAS)
        expect(page.locator(".answer .sources")).to_be_visible()
        page.locator("summary").first.click()
    elif view == "operator":
        page.fill("#token", OPERATOR_TOKEN)
        page.click("button")
        expect(page.locator("h2").first).to_be_visible()
    elif view == "deleted":
        page.click("button.delete")
        expect(page.locator(".problem")).to_be_visible()


VIEWS = {
    "doors": "/", "english doors": "/en", "safety": "/c", "young": "/a", "professional": "/b",
    "crisis": "/a", "answer": "/b", "deleted": "/a", "operator login": "/drift",
    "operator": "/drift",
}  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_no_violation(open_page, viewport, scheme, view):
    page = open_page(VIEWS[view], color_scheme=scheme, reduced_motion="reduce", **viewport)
    visit(page, view)
    # Chromium's own policy keeps axe out unless it is put in from outside the page.
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("width, height", [(320, 568), (640, 400), (1280, 720)])
def test_nothing_sticks_out(open_page, view, width, height):
    page = open_page(VIEWS[view], viewport={"width": width, "height": height})
    visit(page, view)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("view", ["doors", "young", "crisis", "answer"])
def test_at_twice_the_size_everything_can_be_reached(open_page, view):
    page = open_page(VIEWS[view], viewport={"width": 640, "height": 400})  # 1280x800 at 200 %
    page.add_style_tag  # noqa: B018 - the page's policy would refuse one; the viewport is halved
    visit(page, view)
    for control in page.locator("button:visible, a:visible").all():
        control.scroll_into_view_if_needed()
        box = control.bounding_box()
        assert box and box["x"] >= 0 and box["x"] + box["width"] <= 641


@pytest.mark.parametrize("view", ["doors", "young", "crisis", "answer", "safety"])
def test_everything_that_is_pressed_is_large_enough(open_page, view):
    page = open_page(VIEWS[view], viewport={"width": 320, "height": 568})
    visit(page, view)
    for control in page.locator("button:visible, a:visible, summary:visible, textarea").all():
        box = control.bounding_box()
        assert box and box["height"] >= 24 and box["width"] >= 24, control.inner_text()


def test_the_conversation_is_a_polite_log(open_page):
    log = open_page("/a").locator("#log")
    expect(log).to_have_attribute("role", "log")
    expect(log).to_have_attribute("aria-live", "polite")


def test_nothing_moves_for_whoever_asks_for_that(open_page):
    page = open_page("/a", reduced_motion="reduce")
    say(page, DEATH_THREAT)
    answer = page.locator(".answer")
    expect(answer).to_be_visible()
    assert answer.evaluate("e => getComputedStyle(e).animationName") == "none"
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
