"""How a reply looks in Slack: everything is there, can be pressed, and is within Slack's limits."""

import json

import pytest

from tests.channels.slack.fake_slack import faults_of
from vejviser.channels.slack.answers import drawn, welcome
from vejviser.channels.slack.blocks import blocks
from vejviser.channels.slack.conversations import Asked
from vejviser.channels.workplace import workplace_phrase
from vejviser.knowledge.base import load
from vejviser.replies.compose import answer
from vejviser.replies.fixed import FILES, fixed_reply, read_fixed
from vejviser.replies.opening import now_in_copenhagen
from vejviser.replies.reply import ContactCard, Kind, Next, Note, Reply, SourceRef
from vejviser.replies.wording import REPLIES_DIR


@pytest.fixture(scope="module")
def knowledge():
    return load()


def message_of(reply, *, first=True, pressed=""):
    return drawn({"text": reply.text(), "custom": reply.data()}, first=first, pressed=pressed)


def shown(message):
    return json.dumps(message["blocks"], ensure_ascii=False)


def contact(**changes):
    given = {"name": "Linjen", "hours": "altid", "anonymity": "Anonym", "for_whom": "Alle"}
    return ContactCard(**{**given, "checked": "Kontrolleret", **changes})


@pytest.mark.parametrize("language", ["da", "en"])
def test_slack_takes_every_answer_in_the_knowledge_whole(knowledge, language):
    moment = now_in_copenhagen()
    for entry_id in knowledge.kind_of:
        if knowledge.kind_of[entry_id] in ("contact", "source"):
            continue
        reply = answer(entry_id, knowledge, language=language, moment=moment)
        message = message_of(reply, pressed=reply.title)
        assert faults_of(message) == [], entry_id
        text = shown(message)
        facts = [*reply.paragraphs, *reply.items, *(note.text for note in reply.notes)]
        missing = [fact for fact in facts if json.dumps(fact, ensure_ascii=False)[1:-1] not in text]
        assert missing == [], entry_id
        assert all(question.payload in text for question in reply.next), entry_id


@pytest.mark.parametrize("language", ["da", "en"])
def test_slack_takes_every_fixed_reply_and_a_crisis_ends_with_the_warning(knowledge, language):
    warning = workplace_phrase("notice_crisis", language)
    for stem, kind in FILES.items():
        for fixed in read_fixed(REPLIES_DIR / f"{stem}.yml"):
            message = message_of(fixed_reply(fixed, kind, knowledge, language))
            assert faults_of(message) == [], fixed.intent
            assert (warning in shown(message)) == (kind == Kind.crisis), fixed.intent


@pytest.mark.parametrize("channel", ["D0ANE", "C0BUF"])
def test_slack_takes_the_welcome(channel):
    assert faults_of(welcome(Asked("", "U0ANE", channel))) == []


def test_help_can_be_pressed():
    card = contact(phone="+45 33 92 11 12", chat="https://chat.dk/a?b=1&c", mail="a@b.dk")
    text = shown({"blocks": blocks(Reply(kind=Kind.contact, contacts=[card]).data())})
    assert "<tel:+4533921112|+45 33 92 11 12>" in text
    assert "<mailto:a@b.dk|a@b.dk>" in text
    card = contact(phone="116 111", chat="headspace.dk", web="https://headspace.dk")
    text = shown({"blocks": blocks(Reply(kind=Kind.contact, contacts=[card]).data())})
    assert "<tel:116111|116 111>" in text
    assert "<https://headspace.dk|headspace.dk>" in text


def test_what_is_no_address_is_shown_and_not_linked():
    card = contact(phone="via kommunen", chat="via hjemmesiden")
    text = shown({"blocks": blocks(Reply(kind=Kind.contact, contacts=[card]).data())})
    assert "Telefon: via kommunen" in text and "Chat: via hjemmesiden" in text
    assert "<" not in text


def test_nothing_in_a_reply_can_call_a_whole_channel_or_change_a_link():
    evil = "<!channel> <https://x.dk|y> & *z*"
    reply = Reply(
        kind=Kind.answer,
        title=evil,
        paragraphs=[evil],
        items=[evil],
        notes=[Note(label=evil, text=evil)],
        contacts=[contact(name=evil, phone=evil, chat=evil, note=evil)],
        sources=[SourceRef(url="https://x.dk", text=f"{evil} https://x.dk")],
        next=[Next(title=evil, payload=evil)],
    )
    message = message_of(reply)
    assert faults_of(message) == []
    assert "<!channel>" not in message["text"] and message["mrkdwn"] is False
    for markup in markup_texts(message["blocks"]):
        assert "<!channel>" not in markup and "|y>" not in markup


def markup_texts(value):
    if isinstance(value, dict):
        own = [value["text"]] if value.get("type") == "mrkdwn" else []
        return own + [text for item in value.values() for text in markup_texts(item)]
    return [t for item in value for t in markup_texts(item)] if isinstance(value, list) else []


def test_sources_stand_in_a_context_block_with_their_page():
    text = "Ikke fra rapporten: Politiet, https://politi.dk, kontrolleret 2024-01-01"
    sources = [SourceRef(url="https://politi.dk", text=text)] * 12
    made = blocks(Reply(kind=Kind.answer, sources=sources).data())
    assert [block["type"] for block in made] == ["context", "context"]
    assert sum("<https://politi.dk>" in e["text"] for b in made for e in b["elements"]) == 12


@pytest.mark.parametrize(
    "reply",
    [
        Reply(kind=Kind.answer, title="t" * 400, paragraphs=["ord " * 2500]),
        Reply(kind=Kind.answer, paragraphs=["o" * 9000]),
        Reply(kind=Kind.answer, items=["punkt " * 100] * 60),
        Reply(kind=Kind.answer, items=["kort"] * 300, notes=[Note(label="l", text="t")] * 20),
        Reply(kind=Kind.contact, contacts=[contact(phone="112", note="n" * 5000)]),
        Reply(kind=Kind.choice, next=[Next(title="æ" * 200, payload="p" * 900)] * 8),
        Reply(kind=Kind.choice, next=[Next(title=f"{n}", payload=f"{n}") for n in range(40)]),
        Reply(kind=Kind.answer, sources=[SourceRef(text="kilde " * 900)]),
        Reply(kind=Kind.answer),
        Reply(kind=Kind.answer, title=" ", paragraphs=["", " "]),
    ],
)
def test_no_reply_is_too_much_for_slack(reply):
    text = reply.text() or "Svar"
    message = drawn({"text": text, "custom": reply.data()}, first=True)
    assert faults_of(message) == []


def test_a_long_answer_loses_items_and_says_so_but_keeps_help_and_sources():
    source = SourceRef(text="Kilde: rapporten")
    items = [f"{n} {'ord ' * 150}" for n in range(60)]
    reply = Reply(
        kind=Kind.answer, items=items, contacts=[contact(phone="116 111")], sources=[source]
    )
    text = shown(message_of(reply))
    assert "tel:116111" in text and source.text in text
    assert workplace_phrase("shortened", "da") in text
    assert items[0].strip() in text


def test_a_reply_without_data_is_shown_as_text():
    message = drawn({"text": "Hej & velkommen"}, first=False)
    assert faults_of(message) == []
    assert "Hej & velkommen" in shown(message)
