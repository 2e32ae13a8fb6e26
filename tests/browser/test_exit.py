"""Quick exit (after GOV.UK's "Exit this page") and what is left afterwards: nothing."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.test_conversations import DEATH_THREAT, say
from tests.channels.web.http import post

DOORS_OF_ALL = ["/", "/a", "/b", "/c", "/en/a"]


def through_the_door(open_page, **settings):
    page = open_page("/", **settings)
    page.click("a.door.young")
    page.wait_for_url("**/a")
    return page


@pytest.mark.parametrize("path", DOORS_OF_ALL)
def test_the_way_out_is_on_every_page_large_and_first(open_page, viewport, path):
    page = open_page(path, **viewport)
    box = page.locator(".exit-button").bounding_box()
    assert box and box["height"] >= 44 and box["width"] >= 44
    height = page.viewport_size["height"]
    assert box["y"] >= 0 and box["y"] + box["height"] <= height  # in sight without scrolling
    if viewport["viewport"]["width"] < 500:
        assert box["y"] > height / 2  # within the thumb's reach
    page.keyboard.press("Tab")
    expect(page.locator(".exit-button")).to_be_focused()


def test_leaving_deletes_the_conversation_and_back_shows_nothing(open_page, viewport, bot):
    page = through_the_door(open_page, **viewport)
    say(page, DEATH_THREAT)
    expect(page.locator(".answer.crisis")).to_be_visible()
    key = page.input_value("#key")
    page.click(".exit-button")
    expect(page).to_have_title("Vejr")
    page.go_back()
    assert "dræbe" not in page.content() and "crisis" not in page.content()
    assert bot.url not in page.url  # the page replaced itself: there is nothing to go back to
    answer = post(f"{bot.url}/a", key=key, message="ok")
    assert answer.status == 410 and "answer crisis" not in answer.text


def test_the_page_is_covered_at_once(open_page):
    page = through_the_door(open_page)
    say(page, DEATH_THREAT)
    expect(page.locator(".answer.crisis")).to_be_visible()
    page.evaluate(
        """() => {
            const button = document.querySelector('.exit-button');
            window.covered = new Promise(resolve => {
                const begun = performance.now();
                new MutationObserver(() => resolve(performance.now() - begun))
                    .observe(document.documentElement, {attributes: true});
            });
            document.getElementById('exit').addEventListener('submit', event => {
                event.stopImmediatePropagation(); event.preventDefault();
            }, {once: false});
        }"""
    )
    milliseconds = page.evaluate(
        """async () => {
            const begun = performance.now();
            for (let i = 0; i < 3; i++) {
                document.dispatchEvent(new KeyboardEvent('keyup', {key: 'Shift'}));
            }
            const seen = getComputedStyle(document.querySelector('.top')).visibility;
            return seen === 'hidden' ? performance.now() - begun : 1e9;
        }"""
    )
    assert milliseconds < 100


def test_shift_three_times_leaves(open_page):
    page = through_the_door(open_page)
    page.keyboard.press("Shift")
    expect(page.locator("#exit-status")).to_contain_text("to tryk mere")
    page.keyboard.press("Shift")
    expect(page.locator("#exit-status")).to_contain_text("ét tryk mere")
    page.keyboard.press("Shift")
    expect(page).to_have_title("Vejr")


def test_shift_leaves_while_writing_but_capital_letters_do_not(open_page):
    page = through_the_door(open_page)
    page.click("#message")
    for letter in "RED BARNET":
        page.keyboard.press(f"Shift+{letter}" if letter != " " else "Space")
    expect(page.locator("#message")).to_have_value("RED BARNET")
    for _ in range(3):
        page.keyboard.press("Shift")
    expect(page).to_have_title("Vejr")


def test_slow_shifts_do_not_leave(open_page):
    page = open_page("/a")
    page.clock.install()
    page.keyboard.press("Shift")
    page.keyboard.press("Shift")
    page.clock.run_for(5100)
    page.keyboard.press("Shift")
    expect(page.locator("#exit-status")).to_contain_text("to tryk mere")


def test_going_away_by_another_way_deletes_too(open_page, bot):
    page = through_the_door(open_page)
    say(page, DEATH_THREAT)
    expect(page.locator(".answer.crisis")).to_be_visible()
    key = page.input_value("#key")
    page.goto("about:blank")
    for _ in range(50):  # the beacon is on its way
        if post(f"{bot.url}/a", key=key, message="ok").status == 410:
            return
        page.wait_for_timeout(100)
    raise AssertionError("the conversation is still there")
