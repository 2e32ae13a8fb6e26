"""What the page sends, read as a browser would get it."""

from __future__ import annotations

import re

import pytest

from tests.channels.web.http import get, post
from tests.conftest import OPERATOR_TOKEN

PAGES = ["/", "/a", "/b", "/c", "/en", "/en/a", "/en/b", "/en/c"]
CRISIS = "min far slår mig og jeg er bange"


@pytest.mark.parametrize("path", PAGES)
def test_no_page_leaves_anything_behind(bot, path):
    page = get(bot.url + path)
    assert page.status == 200
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in page.headers and "etag" not in page.headers
    assert "unsafe" not in page.headers["content-security-policy"]
    assert not any(name.startswith("access-control") for name in page.headers)
    assert "server" not in page.headers


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_the_way_out_first_and_a_neutral_name(bot, path):
    text = get(bot.url + path).text
    body = text[text.index("<body") :]
    first = re.search(r"<(a|button|input|textarea|select|summary)\b[^>]*>", body)
    assert first and "exit-button" in first[0]
    title = re.search(r"<title>(.*?)</title>", text)
    assert title and title[1] in ("Opslag", "Look-up")


@pytest.mark.parametrize("path", PAGES)
def test_everything_comes_from_here_and_nothing_is_inline(bot, path):
    text = get(bot.url + path).text
    assert not re.search(r"<style|style=|<script>|\son\w+=", text)
    for source in re.findall(r'(?:src|href)="([^"]+)"', text):
        assert source.startswith(("/", "tel:", "sms:", "https://", "mailto:"))
    assert not re.search(r'<(script|link|img)[^>]+(src|href)="https?:', text)


@pytest.mark.parametrize("path", PAGES)
def test_three_numbers_can_be_dialled_before_any_chat(bot, path):
    assert len(set(re.findall(r'href="tel:(\d+)"', get(bot.url + path).text))) >= 3


def test_the_young_door_tells_before_anything_is_typed(bot):
    text = get(f"{bot.url}/a").text
    before = text[: text.index("<textarea")]
    for promise in ("chatbot, ikke et menneske", "ikke ringe", "gemmer ikke", "ikke dit navn"):
        assert promise in before
    assert "pligt til at handle, hvis de ved, hvem du er" in before


def test_the_key_is_never_in_an_address(bot):
    text = get(f"{bot.url}/a").text
    key = get(f"{bot.url}/a").key
    assert key not in re.sub(r'value="[^"]*"', "", text)
    assert all("?" not in a or a.startswith("/s/") for a in re.findall(r'action="([^"]+)"', text))


def test_a_conversation_works_without_a_script(bot):
    page = post(f"{bot.url}/a", key=get(f"{bot.url}/a").key, message=CRISIS)
    assert page.status == 200 and "<html" in page.text
    assert CRISIS in page.text and "answer crisis" in page.text and "tel:116111" in page.text


def test_with_htmx_only_what_is_new_comes(bot):
    key = get(f"{bot.url}/a").key
    part = post(f"{bot.url}/a", {"HX-Request": "true"}, key=key, message=CRISIS)
    assert "<html" not in part.text and "answer crisis" in part.text
    assert 'hx-swap-oob="true"' in part.text


def test_the_context_is_kept_within_a_conversation_and_not_across(bot):
    key = get(f"{bot.url}/a").key
    post(f"{bot.url}/a", key=key, message=CRISIS)
    assert "answer crisis" in post(f"{bot.url}/a", key=key, message="ok").text
    other = get(f"{bot.url}/a").key
    assert "answer crisis" not in post(f"{bot.url}/a", key=other, message="ok").text


def test_a_deleted_conversation_is_forgotten_and_its_key_is_dead(bot):
    key = get(f"{bot.url}/a").key
    post(f"{bot.url}/a", key=key, message=CRISIS)
    page = post(f"{bot.url}/a", key=key, do="delete")
    assert "Samtalen er slettet" in page.text and CRISIS not in page.text
    again = post(f"{bot.url}/a", key=key, message="ok")
    assert again.status == 410 and "answer crisis" not in again.text
    assert again.key != key  # the form that comes back starts a new conversation


def test_quick_exit_deletes_and_goes_to_a_neutral_page(bot):
    key = get(f"{bot.url}/a").key
    answer = post(f"{bot.url}/x", key=key)
    assert answer.status == 303
    assert answer.headers["location"] == "https://www.google.com/search?q=vejret"
    assert post(f"{bot.url}/a", key=key, message="ok").status == 410


def test_a_forged_key_gets_a_fresh_form_with_the_message_still_in_it(bot):
    page = post(f"{bot.url}/a", key="forged", message="hjælp mig")
    assert page.status == 403
    assert ">hjælp mig</textarea>" in page.text
    assert post(f"{bot.url}/a", key=page.key, message="hej").status == 200


def test_english_all_the_way(bot):
    page = post(f"{bot.url}/en/a", key=get(f"{bot.url}/en/a").key, message="my brother beats me")
    assert '<html lang="en">' in page.text and 'lang="en"' in page.text
    assert "Leave this page" in page.text


def test_what_is_embedded_may_be_embedded_there_only(bot):
    policy = get(f"{bot.url}/a").headers["content-security-policy"]
    assert policy.endswith("frame-ancestors http://host.localhost:*")
    script = get(f"{bot.url}/embed.js")
    assert script.status == 200 and len(script.text) < 5000


def test_the_operators_page_wants_its_token(bot):
    assert "<svg class" not in get(f"{bot.url}/drift").text
    assert post(f"{bot.url}/drift", token="wrong").status == 403
    assert post(f"{bot.url}/drift", token=OPERATOR_TOKEN).status == 200


def down_votes(bot) -> int:
    shown = post(f"{bot.url}/drift", token=OPERATOR_TOKEN).text
    shown = shown[shown.index("Svaret hjalp ikke</h2>") :]
    found = re.search(r"MindSpring[^<]*</th><td>(\d+)</td>", shown)
    return int(found[1]) if found else 0


def test_thumbs_are_counted_once_and_shown_from_five(bot):
    before = down_votes(bot)
    for _ in range(6):
        door = get(f"{bot.url}/b")
        page = post(f"{bot.url}/b", key=door.key, message="hvad er mindspring")
        ballot = re.search(r'name="ballot" value="([^"]+)"', page.text)
        assert ballot, "the answer cannot be judged"
        for _ in range(2):
            assert post(f"{bot.url}/b", ballot=ballot[1], vote="down").status == 200
    assert 6 <= down_votes(bot) - before < 12  # counted twice it would be twelve


def test_ready_and_health(bot):
    assert get(f"{bot.url}/health").text == '{"status":"ok"}'
    assert get(f"{bot.url}/ready").text == '{"status":"ready"}'
