"""Slack's requests to the trained bot, as it runs: real server, real model, fake Slack."""

from __future__ import annotations

import asyncio
from typing import Any, AsyncIterator, Dict, List

import aiohttp
import pytest

from tests.channels.slack.fake_slack import FakeSlack, Posted
from vejviser.channels.workplace import workplace_phrase


@pytest.fixture
async def fake(bot) -> AsyncIterator[FakeSlack]:
    if bot.slack_port is None:
        pytest.skip("the bot that runs already knows no fake Slack")
    async with FakeSlack(bot.slack_port) as running:
        yield running
        assert running.refused == []


async def ask(bot: Any, fake: FakeSlack, *events: Dict[str, Any]) -> List[Posted]:
    """Deliver events one after the other; the answers to them."""
    async with aiohttp.ClientSession() as session:
        for event in events:
            body, count = fake.callback(event), len(fake.posted)
            url = f"{bot.url}/webhooks/slack/webhook"
            async with session.post(url, data=body, headers=fake.signed(body)) as answer:
                assert answer.status == 200
            await fake.wait_for(count + 1)
    return fake.posted


async def test_a_professional_gets_an_answer_with_its_source(bot, fake):
    event = fake.direct("Hvad er negativ social kontrol?", channel="D1A", user="U1A")
    (post,) = await ask(bot, fake, event)
    assert "negativ social kontrol" in post.shown.lower()
    assert "LG Insights rapport fra 2018" in post.shown
    assert workplace_phrase("notice", "da") in post.shown


async def test_a_crisis_gets_the_crisis_reply_and_the_warning(bot, fake):
    event = fake.direct("jeg vil ikke leve mere", channel="D1B", user="U1B")
    (post,) = await ask(bot, fake, event)
    assert "tel:112" in post.shown and "tel:116111" in post.shown
    assert workplace_phrase("notice_crisis", "da") in post.shown


async def test_a_thread_knows_nothing_of_the_direct_message(bot, fake):
    who = {"user": "U1C"}
    posts = await ask(
        bot,
        fake,
        fake.direct("jeg vil ikke leve mere", channel="D1C", **who),
        fake.mention("ok", channel="C1C", **who),
        fake.direct("ok", channel="D1C", **who),
    )
    warned = [workplace_phrase("notice_crisis", "da") in post.shown for post in posts]
    assert warned == [True, False, True]  # the care frame holds where it began, and only there


async def test_commands_of_rasa_are_only_text(bot, fake):
    first = fake.direct("Hvad er negativ social kontrol?", channel="D1D", user="U1D")
    again = fake.direct("/restart", channel="D1D", user="U1D")
    _, post = await ask(bot, fake, first, again)
    assert post.body["text"]


async def test_three_seconds_are_kept_while_the_bot_answers_twenty_people(bot, fake):
    await ask(bot, fake, fake.direct("Hvad er et traume?", channel="D1E", user="U1E"))
    url = f"{bot.url}/webhooks/slack/webhook"

    async def deliver(session: aiohttp.ClientSession, person: int) -> int:
        text, who = "Hvad er negativ social kontrol?", f"E{person}"
        body = fake.callback(fake.direct(text, channel=f"D{who}", user=f"U{who}"))
        async with session.post(url, data=body, headers=fake.signed(body)) as answer:
            return answer.status

    async with aiohttp.ClientSession() as session:
        everybody = asyncio.gather(*(deliver(session, person) for person in range(20)))
        assert set(await asyncio.wait_for(everybody, 3)) == {200}
    await fake.wait_for(21)
