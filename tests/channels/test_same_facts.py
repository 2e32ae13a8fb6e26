"""One conversation, told once: REST, web, Slack and Teams answer it with the same facts."""

from __future__ import annotations

import html
import re
from typing import Any, Awaitable, Callable, Dict, List

import aiohttp
import pytest

from tests.channels.slack.fake_slack import FakeSlack
from tests.channels.teams.fake_bot_framework import FakeBotFramework
from tests.channels.web.http import get, post
from tests.conversations.talk import Talk

# A professional by the first question's words, as REST is not told who is asking.
QUESTIONS = [
    "Jeg er pædagog. Hvad er negativ social kontrol?",
    "Hvad siger loven om underretning?",
    "Hvem kan vi ringe til?",
]
Say = Callable[[str], Awaitable[str]]


@pytest.fixture(scope="module")
def conversation(bot) -> List[Dict[str, Any]]:
    """The conversation through REST: the replies as data, which the others draw."""
    talk, replies = Talk(bot), []
    for question in QUESTIONS:
        (message,) = talk.say(question)
        replies.append(message["custom"])
        assert_told(message["text"], facts(message["custom"]))
    kinds = [reply["kind"] for reply in replies]
    assert kinds == ["answer", "answer", "contact"]  # else there is little to compare
    return replies


def facts(reply: Dict[str, Any]) -> List[str]:
    """What must be told wherever the reply is shown: facts, help and sources."""
    told = [*reply["paragraphs"], *reply["items"]]
    told += [note["text"] for note in reply["notes"]]
    told += [source["text"] for source in reply["sources"]]
    for card in reply["contacts"]:
        told += [card[name] for name in ("name", "phone", "anonymity") if card.get(name)]
    assert told
    return told


def assert_told(shown: str, told: List[str]) -> None:
    text = plain(shown)
    assert [fact for fact in told if plain(fact) not in text] == []


def plain(text: str) -> str:
    """Text without the marks that a channel puts around an address, in single spaces."""
    without_links = re.sub(r"<\w+:[^<>|\s]+\|([^<>|]+)>", r"\1", html.unescape(text))  # Slack's
    without_links = re.sub(r"<(https?://[^<>|\s]+)>", r"\1", without_links)
    without_tags = re.sub(r"</?[a-zA-Z][^<>]*>", " ", without_links)
    return " ".join(without_tags.split())


def texts(value: Any) -> str:
    """All that a drawn message shows, one text a line."""
    if isinstance(value, dict):
        shown = ("text", "title", "value", "elements", "items", "body", "inlines", "facts")
        return "\n".join(texts(value[name]) for name in shown if name in value)
    if isinstance(value, list):
        return "\n".join(map(texts, value))
    return unmarked(value) if isinstance(value, str) else ""


def unmarked(text: str) -> str:
    """Without Markdown's escapes (Teams)."""
    return re.sub(r"\\(.)", r"\1", text)


async def same(conversation: List[Dict[str, Any]], say: Say) -> None:
    for question, reply in zip(QUESTIONS, conversation, strict=True):
        assert_told(await say(question), facts(reply))


async def test_the_web_page_tells_the_same(bot, conversation):
    key = get(f"{bot.url}/b").key

    async def say(question: str) -> str:
        return post(f"{bot.url}/b", key=key, message=question).text

    await same(conversation, say)


async def test_slack_tells_the_same(bot, conversation):
    if bot.slack_port is None:
        pytest.skip("the bot that runs already knows no fake Slack")
    async with FakeSlack(bot.slack_port) as fake, aiohttp.ClientSession() as session:

        async def say(question: str) -> str:
            body = fake.callback(fake.direct(question, channel="D2", user="U2"))
            count = len(fake.posted) + 1
            url = f"{bot.url}/webhooks/slack/webhook"
            async with session.post(url, data=body, headers=fake.signed(body)) as answer:
                assert answer.status == 200
            return texts((await fake.wait_for(count))[-1].body["blocks"])

        await same(conversation, say)
        assert fake.refused == []


async def test_teams_tells_the_same(bot, conversation):
    if bot.teams_port is None:
        pytest.skip("the bot that runs already knows no fake Bot Framework")
    with FakeBotFramework(bot.teams_port) as fake:
        async with aiohttp.ClientSession() as session:

            async def say(question: str) -> str:
                count = len(fake.messages) + 1
                where = {"id": "a:same-facts", "conversationType": "personal"}
                activity = fake.activity(question, conversation=where)
                headers = {"Authorization": f"Bearer {fake.token()}"}
                url = f"{bot.url}/webhooks/teams/webhook"
                async with session.post(url, json=activity, headers=headers) as answer:
                    assert answer.status == 202
                message = (await fake.wait_for_messages(count))[-1]
                return texts([a["content"] for a in message.body["attachments"]])

            await same(conversation, say)
