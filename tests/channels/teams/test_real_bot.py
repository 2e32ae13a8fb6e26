"""One conversation in Teams with the trained bot behind the real server."""

import aiohttp
import pytest

from tests.channels.teams.conftest import Teams
from tests.channels.teams.fake_bot_framework import FakeBotFramework
from vejviser.channels.workplace import workplace_phrase

TRAUMA = "Hvad er tegn på traumer hos børn under 5 år?"


@pytest.fixture
async def real(bot):
    if bot.teams_port is None:
        pytest.skip("a bot that runs already has no fake Bot Framework")
    with FakeBotFramework(bot.teams_port) as fake:
        async with aiohttp.ClientSession() as session:
            yield Teams(fake, f"{bot.url}/webhooks/teams/webhook", None, session)


async def test_teams_gives_the_same_facts_as_rest(real, bot):
    rest = f"{bot.url}/webhooks/rest/webhook"
    body = {"sender": "teams-compare", "message": TRAUMA}
    async with real.session.post(rest, json=body) as answer:
        told = (await answer.json())[0]["custom"]
    await real.send(real.fake.activity(TRAUMA, **personal("compare")))
    (post,) = await real.fake.wait_for_messages(1)
    shown = str(post.body)
    for fact in (*told["paragraphs"], *told["items"], *(s["text"] for s in told["sources"])):
        assert str([fact])[2:-2] in shown
    assert workplace_phrase("notice", "da") in shown


async def test_a_button_of_an_answer_gives_the_next_answer(real):
    where = personal("button")
    await real.send(real.fake.activity(TRAUMA, **where))
    (post,) = await real.fake.wait_for_messages(1)
    body = post.body["attachments"][0]["content"]["body"]
    pressed = [row for row in body if row["type"] == "ActionSet"][0]["actions"][0]["data"]
    await real.send(real.fake.activity("", value=pressed, **where))
    posts = await real.fake.wait_for_messages(2)
    assert posts[1].body["attachments"]


async def test_a_crisis_message_gets_help_at_once_and_the_warning(real):
    await real.send(real.fake.activity("jeg vil ikke leve mere", **personal("crisis")))
    (post,) = await real.fake.wait_for_messages(1)
    shown = str(post.body["attachments"][0]["content"]["body"])
    assert shown.index("116 111") < shown.index(workplace_phrase("notice_crisis", "da"))
    assert "112" in shown


async def test_one_persons_crisis_does_not_show_in_a_colleagues_answer(real):
    group = {"id": "19:crisis@thread.v2", "conversationType": "groupChat", "isGroup": True}
    mention = {
        "type": "mention",
        "mentioned": {"id": "28:bot", "name": "Vejviser"},
        "text": "<at>Vejviser</at>",
    }
    shared = {"conversation": group, "entities": [mention]}
    await real.send(real.fake.activity("<at>Vejviser</at> jeg vil ikke leve mere", **shared))
    await real.fake.wait_for_messages(1)
    bo = {"from": {"id": "29:bo", "name": "Bo"}}
    await real.send(real.fake.activity(f"<at>Vejviser</at> {TRAUMA}", **shared, **bo))
    posts = await real.fake.wait_for_messages(2)
    assert workplace_phrase("notice_crisis", "da") in str(posts[0].body)
    assert workplace_phrase("notice_crisis", "da") not in str(posts[1].body)


def personal(name):
    """A personal chat of its own, so that tests share no memory."""
    return {"conversation": {"id": f"a:{name}", "conversationType": "personal"}}
