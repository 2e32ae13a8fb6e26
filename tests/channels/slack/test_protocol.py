"""What Slack sees: only its own requests are let in, acknowledged at once and answered once."""

import asyncio
import json
import logging
import time

import pytest

from tests.channels.slack.fake_slack import BOT
from vejviser.channels.slack import channel as channel_module
from vejviser.channels.workplace import workplace_phrase
from vejviser.privacy.logs import SilentFormatter
from vejviser.replies.reply import Kind, Next, Reply


def thread_of(post):
    return post.body.get("thread_ts")


# ---- who is let in


@pytest.mark.parametrize(
    "headers",
    [
        {"X_Slack_Signature": "v0=0000"},
        {"X_Slack_Signature": ""},
        {"X_Slack_Request_Timestamp": "0"},
        {"X_Slack_Request_Timestamp": "now"},
        {"X_Slack_Request_Timestamp": ""},
    ],
)
async def test_what_slack_did_not_sign_is_refused(slack, headers):
    answer = await slack.send(slack.fake.callback(slack.fake.direct()), **headers)
    assert answer.status == 401
    assert await slack.all_messages() == []


@pytest.mark.parametrize("minutes", [-6, 6])
async def test_an_old_or_future_request_is_refused_though_signed(slack, minutes):
    body = slack.fake.callback(slack.fake.direct())
    signed = slack.fake.signed(body, at=int(time.time()) + 60 * minutes)
    answer = await slack.session.post(slack.url, data=body, headers=signed)
    assert answer.status == 401
    assert await slack.all_messages() == []


async def test_a_signature_for_another_body_is_refused(slack):
    headers = slack.fake.signed(slack.fake.callback(slack.fake.direct("Hej")))
    body = slack.fake.callback(slack.fake.direct("Farvel"))
    answer = await slack.session.post(slack.url, data=body, headers=headers)
    assert answer.status == 401


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b"{" * 5000, b"\xff\xfe", b"", b"payload={", b"null"]
)
async def test_what_nobody_signed_cannot_break_anything(slack, body):
    headers = {"Content-Type": "application/json"}
    answer = await slack.session.post(slack.url, data=body, headers=headers)
    assert answer.status == 401


async def test_slack_can_verify_the_address(slack):
    body = json.dumps({"type": "url_verification", "challenge": "3eZbrw1a"}).encode()
    answer = await slack.send(body)
    assert answer.status == 200
    assert await answer.json() == {"challenge": "3eZbrw1a"}


async def test_a_charset_in_the_content_type_changes_nothing(slack):
    body = slack.fake.callback(slack.fake.direct("Hej æøå"))
    await slack.send(body, Content_Type="application/json; charset=utf-8")
    await slack.fake.wait_for(1)
    assert slack.stub.texts == ["Hej æøå"]


# ---- acknowledged within three seconds


async def test_a_message_is_acknowledged_before_the_bot_has_answered(slack):
    slack.stub.gate = asyncio.Event()
    for body in (
        slack.fake.callback(slack.fake.direct()),
        slack.fake.command("Hej"),
        press(slack, private=True),
    ):
        answer = await asyncio.wait_for(slack.send(body), 3)
        assert answer.status == 200
    assert slack.fake.posted == []
    slack.stub.gate.set()
    await slack.fake.wait_for(3)


async def test_three_seconds_are_kept_with_fifty_questions_under_way(slack):
    slack.stub.gate = asyncio.Event()
    events = [slack.fake.direct(user=f"U{n}", channel=f"D{n}") for n in range(50)]
    answers = await asyncio.wait_for(asyncio.gather(*map(slack.tell, events)), 3)
    assert {answer.status for answer in answers} == {200}
    slack.stub.gate.set()
    await slack.fake.wait_for(50)


async def test_slack_is_not_asked_anything_before_the_acknowledgement(slack):
    slack.stub.gate = asyncio.Event()
    await slack.tell(slack.fake.direct())
    assert slack.fake.calls == []  # bolt would ask auth.test, which can take longer than allowed
    slack.stub.gate.set()
    await slack.fake.wait_for(1)
    assert slack.fake.calls == ["chat.postMessage"]


async def test_too_many_at_once_are_sent_away_until_there_is_room(slack, monkeypatch):
    monkeypatch.setattr(channel_module, "MAX_AT_ONCE", 1)
    slack.stub.gate = asyncio.Event()
    await slack.tell(slack.fake.direct("først"))
    await wait_until(lambda: slack.stub.texts == ["først"])
    refused = slack.fake.callback(slack.fake.direct("siden"))
    assert (await slack.send(refused)).status == 503
    slack.stub.gate.set()
    await slack.fake.wait_for(1)
    monkeypatch.setattr(channel_module, "MAX_AT_ONCE", 10)
    assert (await slack.send(refused, X_Slack_Retry_Num="1")).status == 200
    await slack.fake.wait_for(2)  # the retry of what was sent away is answered
    assert slack.stub.texts == ["først", "siden"]


# ---- answered once


async def test_a_retry_is_answered_once(slack):
    body = slack.fake.callback(slack.fake.direct())
    await slack.send(body)
    for number in ("1", "2", "3"):
        retry = {"X_Slack_Retry_Num": number, "X_Slack_Retry_Reason": "http_timeout"}
        assert (await slack.send(body, **retry)).status == 200
    assert len(await slack.all_messages()) == 1
    assert slack.stub.texts == ["Hej"]


async def test_the_same_event_id_is_answered_once_even_when_it_comes_at_once(slack):
    body = slack.fake.callback(slack.fake.direct(), event_id="Ev0SAME")
    await asyncio.gather(*(slack.send(body) for _ in range(5)))
    assert len(await slack.all_messages()) == 1


async def test_a_mention_that_comes_as_message_and_as_mention_is_answered_once(slack):
    mention = slack.fake.mention("hvad er traumer")
    await slack.tell({**mention, "type": "message", "channel_type": "channel"})
    await slack.tell(mention)
    direct = slack.fake.direct(f"<@{BOT}> hvad er traumer")
    await slack.tell(direct)
    await slack.tell({**direct, "type": "app_mention"})
    assert len(await slack.all_messages()) == 2


async def test_a_command_or_button_that_comes_twice_is_answered_once(slack):
    for body in (slack.fake.command("Hej"), press(slack, private=True)):
        await slack.send(body)
        await slack.send(body)
    assert len(await slack.all_messages()) == 2


# ---- who is answered, and where


async def test_a_direct_message_is_answered_in_place(slack):
    await slack.tell(slack.fake.direct("Hvad er negativ social kontrol"))
    (post,) = await slack.fake.wait_for(1)
    assert (post.body["channel"], thread_of(post)) == ("D0ANE", None)
    assert slack.stub.heard[0].metadata["audience"] == "professional"
    assert slack.stub.heard[0].input_channel == "slack"


async def test_a_mention_is_answered_in_its_thread(slack):
    mention = slack.fake.mention()
    await slack.tell(mention)
    await slack.tell(slack.fake.mention(thread_ts="1600000000.000001"))
    first, second = await slack.fake.wait_for(2)
    assert (first.body["channel"], thread_of(first)) == ("C0BUF", mention["ts"])
    assert thread_of(second) == "1600000000.000001"


@pytest.mark.parametrize(
    "event",
    [
        {"type": "message", "channel": "C0BUF", "channel_type": "channel"},
        {"type": "message", "channel": "C0BUF", "channel_type": "channel", "thread_ts": "1.1"},
        {"type": "message", "channel": "G0GRP", "channel_type": "mpim"},
        {"bot_id": "B0OTHER"},
        {"bot_id": "B0BOT", "user": BOT},
        {"subtype": "bot_message", "bot_id": "B0OTHER"},
        {"user": "USLACKBOT"},
        {"edited": {"user": "U0ANE", "ts": "1.2"}},
        {"subtype": "message_changed", "message": {"text": "Hej", "user": "U0ANE", "ts": "1.1"}},
        {"subtype": "message_deleted", "deleted_ts": "1.1", "hidden": True},
        {"subtype": "channel_join"},
        {"type": "reaction_added", "item": {"type": "message", "channel": "D0ANE", "ts": "1.1"}},
        {"type": "app_home_opened"},
    ],
)
async def test_what_is_not_said_to_the_bot_is_not_answered(slack, event):
    assert (await slack.tell(slack.fake.direct(**event))).status == 200
    assert await slack.all_messages() == []
    assert slack.stub.heard == []


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        (f"<@{BOT}> hvad er traumer?", "hvad er traumer?"),
        (f"hvad er <@{BOT}|vejviser> traumer", "hvad er traumer"),
        (f"<@{BOT}> spørg <@U0BO> om tal", "spørg om tal"),
        ("<!here> hvad er <#C0BUF|born> til", "hvad er #born til"),
        ("§ 155 &amp; §\xa0154, alder &lt; 5", "§ 155 & § 154, alder < 5"),
        ("se <https://lg-insight.dk|lg-insight.dk> nu", "se lg-insight.dk nu"),
    ],
)
async def test_mentions_and_markup_are_no_part_of_the_question(slack, text, heard):
    await slack.tell(slack.fake.direct(text))
    await slack.fake.wait_for(1)
    assert slack.stub.texts == [heard]


async def test_a_mention_without_a_question_gets_the_welcome_with_examples(slack):
    await slack.tell(slack.fake.mention(""))
    (post,) = await slack.fake.wait_for(1)
    assert workplace_phrase("welcome", "da") in post.shown
    assert workplace_phrase("notice", "da") in post.shown
    assert slack.stub.heard == []


# ---- commands and buttons


def buttons_of(post):
    return [e for block in post.body["blocks"] for e in block.get("elements", []) if e.get("value")]


def press(slack, *, private=False, button=None, user="U0ANE", channel="C0BUF", thread=""):
    given = {"text": {"type": "plain_text", "text": "Mere", "emoji": False}, "value": "Fortæl mere"}
    button = button or {"type": "button", "action_id": "vejviser-ask-0", **given}
    container = {"type": "message", "message_ts": "9.9", "channel_id": channel}
    where = {"container": {**container, "is_ephemeral": private}}
    if not private:
        where["message"] = {"ts": "9.9", **({"thread_ts": thread} if thread else {})}
    return slack.fake.press(button, where, user)


async def test_a_command_is_answered_so_that_only_who_asked_sees_it(slack):
    answer = await slack.send(slack.fake.command("hvad er traumer"))
    assert (answer.status, await answer.text()) == (200, "")
    (post,) = await slack.fake.wait_for(1)
    assert (post.private, post.body["response_type"]) == ("U0ANE", "ephemeral")
    assert post.body["replace_original"] is False
    assert slack.stub.texts == ["hvad er traumer"]


@pytest.mark.parametrize("text", ["", "  ", "hjælp", "HELP"])
async def test_a_command_without_a_question_gets_the_welcome(slack, text):
    await slack.send(slack.fake.command(text))
    (post,) = await slack.fake.wait_for(1)
    assert workplace_phrase("welcome", "da") in post.shown
    assert len(buttons_of(post)) == 3


async def test_a_private_answer_goes_only_to_slacks_own_address(slack):
    elsewhere = slack.fake.command("Hej").replace(b"127.0.0.1", b"localhost")
    await slack.send(elsewhere)
    assert await slack.all_messages() == []


async def test_a_button_sends_what_stands_behind_it_as_if_typed(slack):
    await slack.tell(slack.fake.mention())
    (first,) = await slack.fake.wait_for(1)
    (button,) = buttons_of(first)
    await slack.send(press(slack, button=button, thread=thread_of(first)))
    second = (await slack.fake.wait_for(2))[1]
    assert slack.stub.texts == ["Hej", "Fortæl mere"]
    assert slack.stub.heard[0].sender_id == slack.stub.heard[1].sender_id
    assert (second.body["channel"], thread_of(second)) == ("C0BUF", thread_of(first))
    assert workplace_phrase("chosen", "da", question="Mere") in second.shown


async def test_a_button_of_a_private_answer_is_answered_privately_in_the_same_conversation(slack):
    await slack.send(slack.fake.command("Hej"))
    await slack.fake.wait_for(1)
    await slack.send(press(slack, private=True))
    second = (await slack.fake.wait_for(2))[1]
    assert second.private == "U0ANE"
    assert len({message.sender_id for message in slack.stub.heard}) == 1


async def test_a_button_in_a_direct_message_is_answered_there(slack):
    await slack.tell(slack.fake.direct())
    await slack.fake.wait_for(1)
    await slack.send(press(slack, channel="D0ANE"))
    second = (await slack.fake.wait_for(2))[1]
    assert (second.body["channel"], thread_of(second)) == ("D0ANE", None)
    assert len({message.sender_id for message in slack.stub.heard}) == 1


async def test_all_of_twelve_buttons_are_there(slack):
    questions = [Next(title=f"Emne {n}", payload=f"Fortæl om {n}") for n in range(12)]
    slack.stub.reply = Reply(kind=Kind.choice, paragraphs=["Hvad mener du?"], next=questions)
    await slack.tell(slack.fake.direct())
    (post,) = await slack.fake.wait_for(1)
    assert [b["value"] for b in buttons_of(post)] == [question.payload for question in questions]


# ---- conversations are kept apart, and nobody can be told from them


async def test_direct_message_channel_thread_and_command_are_four_conversations(slack):
    await slack.tell(slack.fake.direct())
    await slack.tell(slack.fake.direct(thread_ts="1.1"))
    await slack.tell(slack.fake.mention())
    await slack.tell(slack.fake.mention(thread_ts="1.1"))
    await slack.tell(slack.fake.mention(channel="C0OTHER", thread_ts="1.1"))
    await slack.send(slack.fake.command("Hej"))
    await slack.send(slack.fake.command("Hej", channel="D0ANE"))
    await slack.fake.wait_for(7)
    assert len({message.sender_id for message in slack.stub.heard}) == 7


async def test_two_people_in_one_thread_are_two_conversations(slack):
    await slack.tell(slack.fake.mention(thread_ts="1.1"))
    await slack.tell(slack.fake.mention(thread_ts="1.1", user="U0BO"))
    await slack.tell(slack.fake.mention(thread_ts="1.1"))
    await slack.fake.wait_for(3)
    ane, bo, ane_again = (message.sender_id for message in slack.stub.heard)
    assert ane == ane_again != bo


async def test_no_id_of_slack_is_in_a_sender_id_or_a_log(slack, caplog):
    caplog.set_level(logging.INFO)
    slack.stub.fails = True
    await slack.tell(slack.fake.direct("en hemmelighed"))
    await slack.send(slack.fake.command("en hemmelighed"))
    await slack.send(slack.fake.callback(slack.fake.direct("en hemmelighed")), X_Slack_Signature="")
    slack.fake.answers.append((200, {"ok": False, "error": "channel_not_found"}, {}))
    await slack.tell(slack.fake.direct("en hemmelighed"))
    await slack.all_messages()
    assert caplog.records
    seen = [SilentFormatter().format(record) for record in caplog.records]
    told = "\n".join([*seen, *(message.sender_id for message in slack.stub.heard)])
    for secret in ("U0ANE", "D0ANE", "C0BUF", "T0KOMMUNE", "hemmelighed", "xoxb", "for-tests"):
        assert secret not in told


# ---- when something does not work


async def test_a_bot_that_fails_gives_an_honest_sentence(slack):
    slack.stub.fails = True
    await slack.tell(slack.fake.direct())
    (post,) = await slack.fake.wait_for(1)
    assert "116 111" in post.shown
    assert "hemmeligt" not in post.shown


async def test_slacks_wish_for_patience_is_granted(slack):
    slack.fake.answers.append((429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "0"}))
    await slack.tell(slack.fake.direct())
    await slack.fake.wait_for(1)


async def test_an_outage_of_slack_is_waited_out_once(slack):
    slack.fake.answers.append((503, {"ok": False, "error": "service_unavailable"}, {}))
    await slack.tell(slack.fake.direct())
    await slack.fake.wait_for(1)


@pytest.mark.parametrize("privately", [False, True])
async def test_blocks_that_slack_refuses_are_sent_as_text(slack, privately):
    slack.fake.answers.append((200, {"ok": False, "error": "invalid_blocks"}, {}))
    body = slack.fake.callback(slack.fake.direct())
    await slack.send(slack.fake.command("Hej") if privately else body)
    (post,) = await slack.fake.wait_for(1)
    assert "blocks" not in post.body
    assert "Det ved jeg." in post.body["text"]


# ---- the workspace's owner can read along


async def test_each_conversation_is_told_once_who_can_read_along(slack):
    notice = workplace_phrase("notice", "da")
    thread = slack.fake.mention(thread_ts="1.1")
    for event in (slack.fake.direct(), slack.fake.direct(), thread):
        await slack.tell(event)
        await slack.all_messages()
    posts = await slack.all_messages()
    assert [notice in post.shown for post in posts] == [True, False, True]
    assert all((notice in post.shown) == (notice in post.body["text"]) for post in posts)


async def test_a_crisis_gets_its_reply_at_once_with_the_warning(slack):
    numbers = Reply(kind=Kind.crisis, title="Du kan få hjælp nu", paragraphs=["Ring 112."])
    slack.stub.reply = numbers
    await slack.tell(slack.fake.direct("jeg vil ikke leve mere"))
    (post,) = await slack.fake.wait_for(1)
    warning = workplace_phrase("notice_crisis", "da")
    assert "Ring 112." in post.shown
    assert warning in post.shown and warning in post.body["text"]
    assert workplace_phrase("notice", "da") not in post.shown  # nothing stands before the help
    assert post.shown.index("Ring 112.") < post.shown.index(warning)


async def wait_until(true):
    async def poll():
        while not true():
            await asyncio.sleep(0)

    await asyncio.wait_for(poll(), 30)


async def test_an_answer_under_way_is_finished_before_the_server_stops(fake, settings):
    from tests.channels.slack.conftest import StubBot

    stub = StubBot(gate=asyncio.Event())
    desk = channel_module.Reception(settings, channel_module.Answers(settings, stub))
    desk._begin(channel_module.Asked("Hej", "U0ANE", "D0ANE"))
    await wait_until(lambda: stub.heard)
    stopping = asyncio.create_task(desk.stop())
    stub.gate.set()
    await stopping
    assert len(fake.posted) == 1
