import pytest
from itsdangerous import TimestampSigner

from vejviser.channels.web.keys import LIFE_SECONDS, Keys, State


@pytest.fixture
def keys():
    return Keys("a secret")


def test_a_key_leads_back_to_its_conversation(keys):
    conversation = keys.new()
    assert keys.read(keys.sign(conversation)) == (State.good, conversation)


def test_conversations_cannot_be_guessed(keys):
    ids = {keys.new() for _ in range(1000)}
    assert len(ids) == 1000 and min(map(len, ids)) >= 22  # 128 bits


@pytest.mark.parametrize("forged", ["", "x", "a.b.c", "æøå", "\x00", "a" * 5000])
def test_what_we_did_not_sign_is_forged(keys, forged):
    assert keys.read(forged) == (State.forged, None)


def test_a_key_of_another_secret_is_forged(keys):
    other = Keys("another secret")
    assert keys.read(other.sign(other.new()))[0] is State.forged


def test_a_changed_key_is_forged(keys):
    key = keys.sign(keys.new())
    assert keys.read("A" + key[1:] if key[0] != "A" else "B" + key[1:])[0] is State.forged


def test_a_key_expires(keys, monkeypatch):
    key = keys.sign(keys.new())
    now = TimestampSigner.get_timestamp
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda self: now(self) + LIFE_SECONDS + 2)
    assert keys.read(key) == (State.expired, None)


def test_a_deleted_conversation_takes_no_message(keys):
    conversation = keys.new()
    keys.delete(conversation)
    assert keys.read(keys.sign(conversation)) == (State.deleted, conversation)


def test_an_answer_is_judged_once(keys):
    counted = []
    ballot = keys.ballot("ask_law/barnets_lov")
    assert keys.count(ballot, counted.append) and keys.count(ballot, counted.append)
    assert counted == ["ask_law/barnets_lov"]


@pytest.mark.parametrize("forged", ["", "W10.x", "bm90IGpzb24", "æ"])
def test_a_forged_ballot_counts_nothing(keys, forged):
    counted = []
    assert not keys.count(forged, counted.append)
    assert counted == []


def test_a_conversation_key_is_no_ballot(keys):
    assert not keys.count(keys.sign(keys.new()), lambda topic: None)
