"""One script tag on a host page; nobody else may put the page into a frame."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.test_conversations import DEATH_THREAT


def test_a_button_on_the_host_opens_the_chat(open_page, host_page):
    page = open_page(host_page, base="http://host.localhost")
    button = page.get_by_role("button", name="Chat")
    button.focus()
    page.keyboard.press("Enter")
    frame = page.frame_locator("iframe")
    expect(frame.locator(".exit-button")).to_be_visible()
    frame.locator("a.door.young").click()
    frame.locator("#message").fill(DEATH_THREAT)
    frame.locator("#send").click()
    expect(frame.locator(".answer.crisis")).to_be_visible()
    page.get_by_role("button", name="Luk").click()
    expect(page.locator("iframe")).to_have_count(0)
    expect(button).to_be_focused()
    assert page.errors == []


def test_quick_exit_in_the_frame_takes_the_whole_page_away(open_page, host_page):
    page = open_page(host_page, base="http://host.localhost")
    page.get_by_role("button", name="Chat").click()
    page.frame_locator("iframe").locator(".exit-button").click()
    expect(page).to_have_title("Vejr")


def test_a_host_that_is_not_named_gets_no_chat(open_page, host_page):
    page = open_page(host_page, base="http://other.localhost")
    page.get_by_role("button", name="Chat").click()
    expect(page.locator("iframe")).to_have_count(1)
    expect(page.frame_locator("iframe").locator(".exit-button")).to_have_count(0)
