"""Microsoft's keys: fetched late, kept, looked for again, and never hammered."""

import asyncio
from dataclasses import replace

import pytest

from tests.channels.teams.fake_bot_framework import KID
from vejviser.channels.teams.tokens import (
    FAILURE_PAUSE,
    KEYS_LAST,
    KEYS_TRUSTED,
    REFRESH_PAUSE,
    KeysUnavailable,
    SigningKeys,
    TokenRefused,
)
from vejviser.channels.teams.web import Web


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def keys(settings):
    web = Web()
    made = SigningKeys(settings, web.get_json, clock=Clock())
    made.clock = made._clock
    yield made
    await web.close()


async def test_keys_are_fetched_once_for_many_callers_at_once(keys, fake):
    assert fake.calls["metadata"] == 0
    await asyncio.gather(*(keys.get(KID) for _ in range(20)))
    assert (fake.calls["metadata"], fake.calls["keys"]) == (1, 1)


async def test_a_new_key_is_found_without_a_restart(keys, fake):
    await keys.get(KID)
    fake.published["second-key"] = ["msteams"]
    keys.clock.now += REFRESH_PAUSE + 1
    _, endorsements = await keys.get("second-key")
    assert endorsements == ["msteams"]


async def test_unknown_keys_cannot_make_us_ask_microsoft_again_and_again(keys, fake):
    await keys.get(KID)
    for number in range(20):
        with pytest.raises(TokenRefused):
            await keys.get(f"made-up-{number}")
    assert fake.calls["metadata"] == 1
    keys.clock.now += REFRESH_PAUSE + 1
    with pytest.raises(TokenRefused):
        await keys.get("made-up")
    assert fake.calls["metadata"] == 2


async def test_a_withdrawn_key_is_forgotten_after_a_day(keys, fake):
    await keys.get(KID)
    fake.published = {"second-key": None}
    keys.clock.now += KEYS_LAST + 1
    with pytest.raises(TokenRefused):
        await keys.get(KID)


async def test_an_outage_at_microsoft_does_not_stop_a_bot_that_has_keys(keys, fake):
    await keys.get(KID)
    fake.down = True
    keys.clock.now += KEYS_LAST + 1
    assert await keys.get(KID)
    keys.clock.now += KEYS_TRUSTED
    with pytest.raises(KeysUnavailable):
        await keys.get(KID)


async def test_keys_are_had_soon_after_an_outage_ends(keys, fake):
    fake.down = True
    with pytest.raises(KeysUnavailable):
        await keys.get(KID)
    fake.down = False
    with pytest.raises(KeysUnavailable):
        await keys.get(KID)
    keys.clock.now += FAILURE_PAUSE + 1
    assert await keys.get(KID)


async def test_without_internet_nobody_is_let_in_and_nothing_breaks(settings):
    web = Web()
    nowhere = replace(settings, metadata_url="http://127.0.0.1:9/none")
    with pytest.raises(KeysUnavailable):
        await SigningKeys(nowhere, web.get_json).get(KID)
    await web.close()


@pytest.mark.parametrize(
    "answer",
    [{}, {"jwks_uri": "http://example.org/keys"}, {"jwks_uri": 7}, {"jwks_uri": "file:///keys"}],
)
async def test_keys_come_over_https_or_not_at_all(settings, answer):
    asked = []

    async def fetch(url):
        asked.append(url)
        return answer

    with pytest.raises(KeysUnavailable):
        await SigningKeys(settings, fetch).get(KID)
    assert asked == [settings.metadata_url]


@pytest.mark.parametrize("kind", ["oct", "EC", None])
async def test_a_published_key_that_is_not_rsa_is_not_used(settings, kind):
    async def fetch(url):
        if url == settings.metadata_url:
            return {"jwks_uri": "https://login.example.org/keys"}
        return {"keys": [{"kid": KID, "kty": kind, "k": "c2VjcmV0"}]}

    with pytest.raises(TokenRefused):
        await SigningKeys(settings, fetch).get(KID)
