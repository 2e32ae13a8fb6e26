"""What Teams sees: acknowledged at once, answered once, in the right place and nowhere else."""

import asyncio
import logging
from dataclasses import replace

import pytest

from vejviser.channels.teams import channel as channel_module
from vejviser.channels.teams import connector as connector_module
from vejviser.channels.workplace import workplace_phrase
from vejviser.replies.reply import Kind, Reply

GROUP = {"id": "19:group@thread.v2", "conversationType": "groupChat", "isGroup": True}
THREAD = {
    "id": "19:team@thread.tacv2;messageid=1700000000001",
    "conversationType": "channel",
    "isGroup": True,
}
MENTION = {
    "type": "mention",
    "mentioned": {"id": "28:bot", "name": "Vejviser"},
    "text": "<at>Vejviser</at>",
}
COLLEAGUE = {
    "type": "mention",
    "mentioned": {"id": "29:bo", "name": "Bo Bendtsen"},
    "text": "<at>Bo Bendtsen</at>",
}


def card_of(post):
    return post.body["attachments"][0]["content"]


def shown(post) -> str:
    return str(post.body)


async def test_a_message_is_acknowledged_before_the_bot_has_answered(teams):
    teams.stub.gate = asyncio.Event()
    answer = await asyncio.wait_for(teams.send(), 3)
    assert answer.status == 202
    assert not teams.fake.messages
    teams.stub.gate.set()
    await teams.fake.wait_for_messages(1)


async def test_three_seconds_are_kept_with_fifty_questions_under_way(teams):
    teams.stub.gate = asyncio.Event()
    await teams.send()  # the first also fetches the keys
    answers = await asyncio.wait_for(asyncio.gather(*(teams.send() for _ in range(50))), 3)
    assert {answer.status for answer in answers} == {202}
    teams.stub.gate.set()
    await teams.fake.wait_for_messages(51)


async def test_the_answer_goes_to_the_conversation_as_an_answer_to_the_message(teams):
    activity = teams.fake.activity("Hvad er negativ social kontrol")
    await teams.send(activity)
    (post,) = await teams.fake.wait_for_messages(1)
    assert (post.conversation, post.reply_to) == ("a:personal-ane", activity["id"])
    assert post.body["from"] == {"id": "28:bot"}
    assert post.body["recipient"] == {"id": "29:ane"}
    assert post.authorization == "Bearer t1"
    assert teams.stub.heard[0].text == "Hvad er negativ social kontrol"
    assert teams.stub.heard[0].metadata["audience"] == "professional"


async def test_a_channel_is_answered_in_its_thread(teams):
    await teams.send(teams.fake.activity(conversation=THREAD, entities=[MENTION]))
    (post,) = await teams.fake.wait_for_messages(1)
    assert post.conversation == THREAD["id"]


async def test_a_redelivered_activity_is_answered_once(teams):
    activity = teams.fake.activity()
    answers = await asyncio.gather(*(teams.send(activity) for _ in range(5)))
    assert {answer.status for answer in answers} == {202}
    await teams.send(teams.fake.activity("og så"))
    await teams.fake.wait_for_messages(2)
    assert len(teams.stub.heard) == 2


async def test_the_same_id_in_another_conversation_is_another_activity(teams):
    await teams.send(teams.fake.activity(id="1"))
    await teams.send(teams.fake.activity(id="1", conversation=GROUP, entities=[MENTION]))
    await teams.fake.wait_for_messages(2)


@pytest.mark.parametrize(
    ("text", "entities", "heard"),
    [
        ("<at>Vejviser</at> hvad er traumer?", [MENTION], "hvad er traumer?"),
        ("<at>Vejviser</at>&nbsp;hvad er traumer?\r\n", [MENTION], "hvad er traumer?"),
        ("hvad er <at>Vejviser</at> traumer", [MENTION], "hvad er traumer"),
        (
            "<at>Vejviser</at> spørg <at>Bo Bendtsen</at> om tal",
            [MENTION, COLLEAGUE],
            "spørg om tal",
        ),
        ('<at id="0">Vejviser</at> 5 &lt; 6 &amp; 7', [{**MENTION, "text": None}], "5 < 6 & 7"),
    ],
)
async def test_mentions_never_reach_the_bot(teams, text, entities, heard):
    await teams.send(teams.fake.activity(text, conversation=GROUP, entities=entities))
    await teams.fake.wait_for_messages(1)
    assert teams.stub.heard[0].text == heard


async def test_talk_in_a_group_that_does_not_mention_the_bot_is_not_answered(teams):
    for entities in ([], [COLLEAGUE]):
        activity = teams.fake.activity("vi ses", conversation=GROUP, entities=entities)
        assert (await teams.send(activity)).status == 202
    await teams.send(teams.fake.activity("hej"))
    await teams.fake.wait_for_messages(1)
    assert [message.text for message in teams.stub.heard] == ["hej"]


async def test_a_pressed_button_is_heard_as_if_it_was_typed(teams):
    await teams.send()
    (post,) = await teams.fake.wait_for_messages(1)
    (button,) = card_of(post)["body"][-1]["actions"]
    activity = teams.fake.activity(value=button["data"], conversation=GROUP)
    del activity["text"]
    await teams.send(activity)
    await teams.fake.wait_for_messages(2)
    assert teams.stub.heard[1].text == "Fortæl mere"


async def test_private_group_and_thread_never_share_memory_nor_do_colleagues(teams):
    bo = {"id": "29:bo", "name": "Bo"}
    other_thread = {**THREAD, "id": "19:team@thread.tacv2;messageid=1700000000002"}
    for conversation in (None, GROUP, THREAD, other_thread):
        where = {"conversation": conversation} if conversation else {}
        await teams.send(teams.fake.activity(entities=[MENTION], **where))
    await teams.send(teams.fake.activity(conversation=GROUP, entities=[MENTION], **{"from": bo}))
    await teams.send(teams.fake.activity("igen"))
    await teams.fake.wait_for_messages(6)
    senders = [message.sender_id for message in teams.stub.heard]
    assert len(set(senders)) == 5
    assert senders.count(senders[0]) == 2
    for raw in ("ane", "bo", "19:", "group", "29:"):
        assert all(raw not in sender.removeprefix("teams-") for sender in senders if raw != "bo")


async def test_who_can_read_along_is_said_once_in_each_conversation(teams):
    notice = workplace_phrase("notice", "da")
    for text in ("en", "to"):
        await teams.send(teams.fake.activity(text))
        await teams.fake.wait_for(lambda t=text: any(m.text == t for m in teams.stub.heard))
    await teams.fake.wait_for_messages(2)
    await teams.send(teams.fake.activity(conversation=GROUP, entities=[MENTION]))
    posts = await teams.fake.wait_for_messages(3)
    assert [shown(post).count(notice) > 0 for post in posts] == [True, False, True]
    assert card_of(posts[0])["body"][0]["items"][0]["text"]


async def test_a_crisis_reply_comes_first_and_then_who_can_read_along(teams):
    teams.stub.reply = Reply(kind=Kind.crisis, title="Du kan få hjælp nu", paragraphs=["Ring 112."])
    for _ in range(2):
        await teams.send(teams.fake.activity("jeg kan ikke mere"))
    for post in await teams.fake.wait_for_messages(2):
        texts = str(card_of(post)["body"])
        assert texts.index("Ring 112.") < texts.index(workplace_phrase("notice_crisis", "da"))
        assert workplace_phrase("notice", "da") not in texts


@pytest.mark.parametrize("language", ["da", "en"])
async def test_a_person_who_gets_the_bot_is_welcomed_once(teams, language):
    added = {
        "type": "conversationUpdate",
        "membersAdded": [{"id": "28:bot"}, {"id": "29:ane"}],
        "locale": {"da": "da-DK", "en": "en-US"}[language],
    }
    await teams.send(teams.fake.activity(**added))
    await teams.send(teams.fake.activity(**added))
    (post,) = await teams.fake.wait_for_messages(1)
    for phrase in ("welcome", "notice"):
        assert workplace_phrase(phrase, language) in shown(post)
    assert len(card_of(post)["body"][-1]["actions"]) == 3
    await teams.send(teams.fake.activity("hej"))
    posts = await teams.fake.wait_for_messages(2)
    assert len(posts) == 2
    assert workplace_phrase("notice", language) not in shown(posts[1])


async def test_the_bot_does_not_welcome_itself_nor_those_who_leave(teams):
    for change in ({"membersAdded": [{"id": "28:bot"}]}, {"membersRemoved": [{"id": "29:ane"}]}):
        await teams.send(teams.fake.activity(type="conversationUpdate", **change))
    await teams.send(teams.fake.activity("hej"))
    (post,) = await teams.fake.wait_for_messages(1)
    assert workplace_phrase("welcome", "da") not in shown(post)


async def test_a_group_is_told_what_the_bot_is_when_it_comes_and_not_for_each_newcomer(teams):
    for member in ("28:bot", "29:bo", "29:eva"):
        update = {"type": "conversationUpdate", "membersAdded": [{"id": member}]}
        await teams.send(teams.fake.activity(conversation=GROUP, **update))
    await teams.send(teams.fake.activity("hej", conversation=GROUP, entities=[MENTION]))
    posts = await teams.fake.wait_for_messages(2)
    assert workplace_phrase("welcome_shared", "da") in shown(posts[0])
    assert workplace_phrase("welcome", "da") not in shown(posts[1])


@pytest.mark.parametrize(("conversation", "dots"), [(None, True), (GROUP, True), (THREAD, False)])
async def test_typing_is_shown_while_the_bot_thinks_in_chats(teams, conversation, dots):
    teams.stub.gate = asyncio.Event()
    where = {"conversation": conversation} if conversation else {}
    await teams.send(teams.fake.activity(entities=[MENTION], **where))
    if dots:
        await teams.fake.wait_for(lambda: teams.fake.posted)
    teams.stub.gate.set()
    await teams.fake.wait_for_messages(1)
    assert [p.body["type"] for p in teams.fake.posted] == (["typing"] if dots else []) + ["message"]


async def test_an_invoke_from_a_card_is_answered_in_the_response(teams):
    action = {"action": {"type": "Action.Execute", "data": {"vejviser": "Fortæl mere"}}}
    activity = teams.fake.activity(type="invoke", name="adaptiveCard/action", value=action)
    answer = await teams.send(activity)
    assert (answer.status, (await answer.json())["statusCode"]) == (200, 200)
    await teams.fake.wait_for_messages(1)
    assert teams.stub.heard[0].text == "Fortæl mere"


async def test_an_invoke_that_vejviser_does_not_know_is_refused_as_the_sdk_does(teams):
    answer = await teams.send(teams.fake.activity(type="invoke", name="task/fetch", value={}))
    assert answer.status == 501


@pytest.mark.parametrize("kind", ["messageReaction", "installationUpdate", "event", "typing"])
async def test_other_activities_are_taken_and_not_answered(teams, kind):
    assert (await teams.send(teams.fake.activity(type=kind))).status == 202
    await teams.send(teams.fake.activity("hej"))
    await teams.fake.wait_for_messages(1)
    assert len(teams.stub.heard) == 1


@pytest.fixture
def waits(monkeypatch):
    """How long the connector would wait between tries, without waiting."""
    waited = []
    real = connector_module.asyncio.sleep

    async def note(seconds):
        waited.append(seconds)
        await real(0)

    defaults = connector_module.Connector.__init__.__defaults__
    monkeypatch.setattr(connector_module.Connector.__init__, "__defaults__", (note,))
    assert defaults
    return waited


@pytest.mark.parametrize("status", [412, 429, 500, 502, 503, 504])
async def test_an_answer_that_teams_could_not_take_is_sent_again(waits, teams, status):
    teams.fake.answers.extend([(status, {}), (status, {})])
    await teams.send()
    await teams.fake.wait_for_messages(1)
    assert len(waits) == 2
    assert waits[0] < waits[1]


async def test_teams_decides_how_long_to_wait_within_bounds(waits, teams):
    teams.fake.answers.extend([(429, {"Retry-After": "7"}), (429, {"Retry-After": "86400"})])
    await teams.send()
    await teams.fake.wait_for_messages(1)
    assert waits == [7, connector_module.LONGEST_WAIT]


async def test_a_connector_that_stays_down_is_left_alone_and_the_bot_goes_on(waits, teams):
    teams.fake.answers.extend([(500, {})] * connector_module.TRIES)
    await teams.send(teams.fake.activity("tabt"))
    await teams.fake.wait_for(lambda: not teams.fake.answers)
    await teams.send(teams.fake.activity("hej"))
    posts = await teams.fake.wait_for_messages(1)
    assert len(posts) == 1
    assert len(waits) == connector_module.TRIES - 1


@pytest.mark.parametrize("status", [403, 404])
async def test_what_teams_refuses_for_good_is_not_sent_again(waits, teams, status):
    teams.fake.answers.append((status, {}))
    await teams.send(teams.fake.activity("tabt"))
    await teams.fake.wait_for(lambda: not teams.fake.answers)
    await teams.send(teams.fake.activity("hej"))
    await teams.fake.wait_for_messages(1)
    assert waits == []


@pytest.mark.parametrize("status", [400, 413])
async def test_a_card_that_teams_refuses_is_sent_as_text(teams, status):
    teams.fake.answers.append((status, {}))
    await teams.send()
    (post,) = await teams.fake.wait_for_messages(1)
    assert "attachments" not in post.body
    assert "Det ved jeg." in post.body["text"]
    assert workplace_phrase("notice", "da") in post.body["text"]


async def test_the_answer_token_is_got_once_with_the_bots_own_secret(teams):
    for text in ("en", "to"):
        await teams.send(teams.fake.activity(text))
    await teams.fake.wait_for_messages(2)
    (form,) = teams.fake.forms
    assert form["scope"] == "https://api.botframework.com/.default"
    assert form["tenant"] == "botframework.com"


async def test_a_token_that_soon_ends_is_not_used(teams):
    teams.fake.token_lasts = 200
    await teams.send(teams.fake.activity("en", conversation=THREAD, entities=[MENTION]))
    await teams.fake.wait_for_messages(1)
    await teams.send(teams.fake.activity("to", conversation=THREAD, entities=[MENTION]))
    posts = await teams.fake.wait_for_messages(2)
    assert [post.authorization for post in posts] == ["Bearer t1", "Bearer t2"]


async def test_a_token_that_teams_refuses_is_replaced(waits, teams):
    teams.fake.answers.append((401, {}))
    await teams.send(teams.fake.activity(conversation=THREAD, entities=[MENTION]))
    (post,) = await teams.fake.wait_for_messages(1)
    assert post.authorization == "Bearer t2"


async def test_a_stranger_is_refused_and_nothing_is_sent_anywhere(teams):
    activity = teams.fake.activity(serviceUrl="https://evil.example.org/")
    assert (await teams.send(activity)).status == 401
    assert (await teams.session.post(teams.url, json=teams.fake.activity())).status == 401
    assert teams.fake.forms == []
    assert teams.stub.heard == []


@pytest.mark.parametrize("body", [b"", b"[]", b"nonsense", b'"text"', b"null", b"\xff\xfe"])
async def test_a_body_that_is_no_activity_is_refused(teams, body):
    headers = {"Authorization": f"Bearer {teams.fake.token()}", "Content-Type": "application/json"}
    assert (await teams.session.post(teams.url, data=body, headers=headers)).status == 401


@pytest.mark.parametrize(
    "change", [{"conversation": {}}, {"conversation": {"id": ".."}}, {"type": None}, {"from": "x"}]
)
async def test_an_activity_that_cannot_be_answered_is_refused_or_ignored(teams, change):
    assert (await teams.send(teams.fake.activity(**change))).status in (202, 400)
    await teams.send(teams.fake.activity("hej"))
    await teams.fake.wait_for_messages(1)


async def test_only_teams_is_let_in_not_an_open_web_chat(teams):
    assert (await teams.send(teams.fake.activity(channelId="webchat"))).status == 403


async def test_no_more_is_taken_in_than_can_be_answered(teams, monkeypatch):
    monkeypatch.setattr(channel_module, "MAX_AT_ONCE", 2)
    teams.stub.gate = asyncio.Event()
    statuses = [(await teams.send()).status for _ in range(3)]
    assert statuses == [202, 202, 503]
    teams.stub.gate.set()
    await teams.fake.wait_for_messages(2)


async def test_a_bot_that_fails_answers_honestly_with_help(teams):
    teams.stub.fails = True
    await teams.send(teams.fake.activity("hej"))
    (post,) = await teams.fake.wait_for_messages(1)
    assert "116 111" in shown(post)


async def test_no_id_name_or_text_reaches_a_log(teams, caplog):
    caplog.set_level(logging.DEBUG, logger="vejviser")
    teams.fake.answers.append((403, {}))
    await teams.send(teams.fake.activity("noget hemmeligt"))
    await teams.fake.wait_for(lambda: not teams.fake.answers)
    await teams.send(teams.fake.activity("mere hemmeligt"), token=teams.fake.token(aud="x"))
    await teams.fake.wait_for(lambda: teams.fake.calls["connector"] >= 1)
    own = [r.getMessage() for r in caplog.records if r.name.startswith("vejviser")]
    for secret in ("hemmelig", "ane", "Andersen", "29:", "a:personal"):
        assert not any(secret in line for line in own)


async def test_a_bot_of_one_organisation_answers_no_other(fake, settings, serve):
    ours, other = "11111111-0000-4000-8000-000000000000", "22222222-0000-4000-8000-000000000000"
    async with serve(replace(settings, tenant=ours)) as teams:
        stranger = {
            "conversation": {**fake.activity()["conversation"], "tenantId": other},
            "channelData": {"tenant": {"id": other}},
        }
        assert (await teams.send(fake.activity(**stranger))).status == 403
        assert (await teams.send(fake.activity())).status == 202
        await fake.wait_for_messages(1)
        assert fake.forms[0]["tenant"] == ours
