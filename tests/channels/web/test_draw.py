import datetime as dt

import pytest

from vejviser.channels.web.draw import dial, link, numbers, render, reply_view, wording
from vejviser.replies.opening import COPENHAGEN
from vejviser.replies.reply import ContactCard, Kind, Next, Note, Reply, SourceRef

NOON = dt.datetime(2026, 11, 23, 12, tzinfo=COPENHAGEN)
EVIL = '<script>alert("x")</script>'


def shape(value):
    """The keys of nested wording, so that two languages can be compared."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    return [shape(inner) for inner in value] if isinstance(value, list) else "text"


def drawn(reply: Reply, audience: str = "professional") -> str:
    message = {"text": reply.text(), "custom": reply.data()}
    view = reply_view(message, audience, lambda topic: f"ballot-{topic}", NOON)
    place = {"prefix": "", "door": "b", "audience": audience, "fragment": False, "key": "k"}
    return render("exchange.html", "da", said="", problem="", cards=[], views=[view], **place)


def card(**changed) -> ContactCard:
    values = dict(
        name="X", hours="alle dage", anonymity="Du er anonym", for_whom="Alle", checked="i dag"
    )
    return ContactCard(**{**values, **changed})


def test_danish_and_english_say_the_same_things():
    assert shape(wording()["da"]) == shape(wording()["en"])


@pytest.mark.parametrize("page", ["doors", "young", "professional"])
def test_the_three_most_important_numbers_can_be_dialled(page):
    cards = numbers(page, "da", NOON)
    assert len(cards) == 3 and all(card.phone for card in cards)
    assert cards[0].phone == "112"


def test_every_part_of_a_reply_is_drawn_and_escaped():
    reply = Reply(
        kind=Kind.answer,
        title=EVIL,
        paragraphs=[EVIL],
        items=[EVIL],
        notes=[Note(label=EVIL, text=EVIL)],
        contacts=[card(name=EVIL, note=EVIL, chat="javascript:alert(1)", mail='"><script>')],
        sources=[SourceRef(text=EVIL, url="javascript:alert(1)")],
        next=[Next(title=EVIL, payload='" onclick="x')],
        topic="ask_law/x",
    )
    html = drawn(reply)
    assert "<script" not in html and '="javascript:' not in html and '" onclick' not in html
    assert html.count("&lt;script&gt;alert") >= 8


def test_a_number_can_be_called_and_texted():
    html = drawn(Reply(kind=Kind.contact, contacts=[card(phone="70 27 76 66", sms="116 111")]))
    assert 'href="tel:70277666"' in html and 'href="sms:116111"' in html


def test_a_fixed_card_tells_whether_the_line_is_open_now():
    html = drawn(Reply(kind=Kind.crisis, contacts=[card(name="BørneTelefonen")]), "young")
    assert "Åbent nu" in html


def test_a_crisis_reply_looks_like_one_and_is_not_judged():
    html = drawn(Reply(kind=Kind.crisis, title="Hjælp", topic="crisis_suicide"), "young")
    assert 'class="answer crisis"' in html and "Hjælp nu" in html
    assert "ballot" not in html


def test_today_stands_beside_2018():
    note = Note(label="I dag (ikke fra rapporten)", text="Loven hedder nu barnets lov.")
    html = drawn(Reply(kind=Kind.answer, items=["§ 11"], notes=[note]))
    assert html.index("Rapporten fra 2018") < html.index("§ 11") < html.index("I dag</h4>")
    assert 'class="beside"' in html


def test_what_was_in_2018_is_not_shown_to_a_young_person():
    reply = Reply(kind=Kind.contact, contacts=[card(status_2018="Hed Etnisk Ung, 00 00 00 00")])
    assert "Etnisk Ung" in drawn(reply, "professional")
    assert "Etnisk Ung" not in drawn(reply, "young")


def test_labels_follow_the_language_of_the_reply():
    reply = Reply(kind=Kind.answer, language="en", contacts=[card(phone="116 111")])
    html = drawn(reply)
    assert "Call 116 111" in html and 'lang="en"' in html


def test_a_message_without_data_is_still_shown():
    view = reply_view({"text": "Hej\nmed dig"}, "young", lambda topic: topic, NOON)
    assert view["reply"].paragraphs == ["Hej", "med dig"]


@pytest.mark.parametrize("number, dialled", [("116 111", "116111"), ("+45 33 92", "+453392")])
def test_dial(number, dialled):
    assert dial(number) == dialled


@pytest.mark.parametrize("url", ["http://a.dk", "javascript:x", "//a.dk", "", None])
def test_only_safe_addresses_become_links(url):
    assert link(url) is None
