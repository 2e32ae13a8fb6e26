"""Both doors, from the first page to the last, as people use them."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

DEATH_THREAT = "min far siger han vil dræbe mig"
FRITIDSPAS = "hvad er et fritidspas"


def say(page, text):
    page.fill("#message", text)
    page.click("#send")


def test_a_professional_asks_follows_up_and_sees_the_sources(open_page, viewport):
    page = open_page("/", **viewport)
    page.click("a.door.professional")
    say(page, FRITIDSPAS)
    answer = page.locator(".answer").first
    expect(answer.locator("h3")).to_contain_text("ritidspas")
    expect(answer.locator(".sources li").first).not_to_be_visible()
    answer.locator("summary").first.click()
    expect(answer.locator(".sources li").first).to_contain_text("linje")
    say(page, "hvad er kilden?")
    expect(page.locator(".answer")).to_have_count(2)
    expect(page.locator(".said")).to_have_text(
        [f"Du skrev: {FRITIDSPAS}", "Du skrev: hvad er kilden?"]
    )
    assert page.errors == [] and page.outside == []


def test_next_questions_are_real_buttons(open_page):
    page = open_page("/b")
    say(page, FRITIDSPAS)
    button = page.locator(".answer .choice").first
    asked = button.inner_text()
    button.click()
    expect(page.locator(".said").last).to_contain_text(asked)
    expect(page.locator(".answer")).to_have_count(2)


def test_a_young_person_in_danger_gets_numbers_to_tap(open_page, viewport):
    page = open_page("/", **viewport)
    page.click("a.door.young")
    say(page, DEATH_THREAT)
    crisis = page.locator(".answer.crisis")
    expect(crisis).to_be_visible()
    call = crisis.locator('a[href="tel:112"]')
    expect(call).to_be_visible()
    box = call.bounding_box()
    assert box and box["height"] >= 44
    expect(crisis.locator('a[href^="tel:"]')).not_to_have_count(0)


@pytest.mark.parametrize(
    "door, text, wanted",
    [("young", DEATH_THREAT, ".answer.crisis"), ("professional", FRITIDSPAS, ".sources")],
)
def test_without_javascript(open_page, viewport, door, text, wanted):
    page = open_page("/", java_script_enabled=False, **viewport)
    page.click(f"a.door.{door}")
    say(page, text)
    expect(page.locator(wanted).first).to_be_visible()
    say(page, "ok")
    expect(page.locator(".said")).to_contain_text("ok")
    page.click("button.delete")
    expect(page.locator(".problem")).to_contain_text("Samtalen er slettet")
    expect(page.locator(".said")).to_have_count(0)
    page.click(".exit-button")
    expect(page).to_have_title("Vejr")


def test_deleting_empties_the_page(open_page):
    page = open_page("/a")
    say(page, DEATH_THREAT)
    expect(page.locator(".answer.crisis")).to_be_visible()
    page.click("button.delete")
    expect(page.locator(".answer.problem")).to_contain_text("Samtalen er slettet")
    expect(page.locator(".said, .answer.crisis")).to_have_count(0)
    say(page, "ok")
    expect(page.locator(".said")).to_have_count(1)
    expect(page.locator(".answer.crisis")).to_have_count(0)


def test_when_the_server_is_gone_the_page_says_so_and_keeps_the_numbers(open_page, line):
    page = open_page("/a", base=line.url)
    say(page, "hej")
    expect(page.locator(".answer")).to_have_count(1)
    line.cut()
    say(page, "er der nogen")
    problem = page.locator(".problem")
    expect(problem).to_contain_text("Beskeden blev ikke sendt")
    expect(problem.locator('a[href="tel:116111"]')).to_be_visible()
    expect(page.locator('.numbers a[href="tel:112"]')).to_be_attached()
    expect(page.locator("#message")).to_have_value("er der nogen")


def test_a_thumb_is_given_without_leaving_the_page(open_page):
    page = open_page("/b")
    say(page, FRITIDSPAS)
    page.locator(".vote button").first.click()
    expect(page.locator(".voted")).to_have_text("Tak for svaret.")
    expect(page.locator(".said")).to_have_count(1)


def test_printing_shows_one_answer_with_its_sources(open_page):
    page = open_page("/b")
    say(page, "hej")
    expect(page.locator(".answer")).to_have_count(1)
    say(page, FRITIDSPAS)
    expect(page.locator(".answer")).to_have_count(2)
    page.evaluate("window.print = () => { window.dispatchEvent(new Event('beforeprint')); }")
    page.locator(".answer").last.locator(".print").click()
    page.emulate_media(media="print")
    expect(page.locator(".answer").first).not_to_be_visible()
    expect(page.locator(".answer").last.locator(".sources li").first).to_be_visible()
    for hidden in (".exit", ".dock", ".numbers", ".tools"):
        expect(page.locator(hidden).first).not_to_be_visible()
    pages = page.pdf(format="A4").count(b"/Type /Page\n")
    assert pages <= 1


def test_an_answer_is_copied_as_text(open_page):
    page = open_page("/b", permissions=["clipboard-read", "clipboard-write"])
    say(page, FRITIDSPAS)
    page.locator(".copy").click()
    expect(page.locator("#status")).to_have_text("Svaret er kopieret.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "Kilde: LG Insights rapport fra 2018" in copied and "<" not in copied


def test_by_keyboard_alone(open_page):
    page = open_page("/")
    page.keyboard.press("Tab")
    expect(page.locator(".exit-button")).to_be_focused()
    for _ in range(10):
        if page.evaluate("document.activeElement.matches('a.door.young')"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/a")
    for _ in range(30):
        if page.evaluate("document.activeElement.id === 'message'"):
            break
        page.keyboard.press("Tab")
    page.keyboard.type(DEATH_THREAT)
    page.keyboard.press("Enter")
    expect(page.locator(".answer.crisis")).to_be_visible()
    expect(page.locator("#message")).to_be_focused()
    page.keyboard.press("Shift+Tab")  # back into the reply, without a mouse
    assert page.evaluate("document.activeElement.closest('.answer') !== null")


def test_english(open_page):
    page = open_page("/")
    page.click("nav a")
    page.wait_for_url("**/en")
    page.click("a.door.young")
    say(page, "my father says he will kill me")
    crisis = page.locator(".answer.crisis")
    expect(crisis).to_have_attribute("lang", "en")
    expect(crisis).to_contain_text("Help now")
