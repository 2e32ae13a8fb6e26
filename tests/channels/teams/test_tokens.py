"""Whatever Microsoft's own SDK rejects is rejected, and what it accepts is accepted."""

from datetime import timedelta
from typing import Any, Dict

import pytest
from botbuilder.schema import Activity
from botframework.connector.auth import (
    ChannelValidation,
    JwtTokenValidation,
    SimpleCredentialProvider,
)
from botframework.connector.auth.jwt_token_extractor import JwtTokenExtractor

from tests.channels.teams.fake_bot_framework import APP_ID, KID, PASSWORD, private_key
from vejviser.channels.teams.tokens import SigningKeys, TokenChecker, TokenRefused
from vejviser.channels.teams.web import Web

ELSEWHERE = "https://smba.example.org/emea/"
FAR = timedelta(minutes=15)  # well past the five minutes that clocks may differ

REJECTED: Dict[str, Dict[str, Any]] = {
    "issuer missing": {"without": ("iss",)},
    "issuer wrong": {"iss": "https://login.example.org"},
    "issuer of a user": {"iss": "https://sts.windows.net/11111111-0000-4000-8000-000000000000/"},
    "audience missing": {"without": ("aud",)},
    "audience wrong": {"aud": "another-bot"},
    "audience a list": {"aud": [APP_ID, "another-bot"]},
    "expired": {"exp": -FAR},
    "not yet valid": {"nbf": FAR},
    "issued in the future": {"iat": FAR},
    "expiry not a number": {"exp": "never"},
    "key id missing": {"kid": None},
    "key id unknown": {"kid": "nobody-knows"},
    "signed with another key": {"key": private_key("of-a-stranger")},
    "HS256": {"key": "x" * 64, "algorithm": "HS256"},
    "RS384": {"algorithm": "RS384"},
    "no signature": {"key": "", "algorithm": "none"},
    "serviceUrl missing": {"without": ("serviceurl",)},
    "serviceUrl of another": {"serviceurl": ELSEWHERE},
}
STRICTER: Dict[str, Dict[str, Any]] = {"expiry missing": {"without": ("exp",)}}
ACCEPTED: Dict[str, Dict[str, Any]] = {
    "as Teams sends it": {},
    "clocks four minutes apart": {"exp": timedelta(minutes=-4), "nbf": timedelta(minutes=-15)},
    "with other claims": {"tid": "11111111-0000-4000-8000-000000000000"},
}


async def sdk_accepts(fake, token: str, activity: Dict[str, Any]) -> bool:
    JwtTokenExtractor.metadataCache.clear()
    ChannelValidation.open_id_metadata_endpoint = fake.metadata_url
    credentials = SimpleCredentialProvider(APP_ID, PASSWORD)
    try:
        identity = await JwtTokenValidation.authenticate_request(
            Activity().deserialize(activity), f"Bearer {token}", credentials
        )
    except Exception:
        return False
    return bool(identity and identity.is_authenticated)


async def we_accept(settings, token: str, activity: Dict[str, Any]) -> bool:
    web = Web()
    checker = TokenChecker(settings, SigningKeys(settings, web.get_json))
    try:
        await checker.check(f"Bearer {token}", activity["channelId"], activity["serviceUrl"])
    except TokenRefused:
        return False
    finally:
        await web.close()
    return True


@pytest.mark.parametrize("change", REJECTED.values(), ids=REJECTED)
async def test_a_wrong_token_is_rejected_by_the_sdk_and_by_us(fake, settings, change):
    token, activity = fake.token(**change), fake.activity()
    assert not await sdk_accepts(fake, token, activity)
    assert not await we_accept(settings, token, activity)


@pytest.mark.parametrize("change", STRICTER.values(), ids=STRICTER)
async def test_we_reject_what_the_sdk_overlooks(fake, settings, change):
    token, activity = fake.token(**change), fake.activity()
    assert await sdk_accepts(fake, token, activity), "the SDK has become stricter: move this case"
    assert not await we_accept(settings, token, activity)


@pytest.mark.parametrize("change", ACCEPTED.values(), ids=ACCEPTED)
async def test_a_right_token_is_accepted_by_the_sdk_and_by_us(fake, settings, change):
    token, activity = fake.token(**change), fake.activity()
    assert await sdk_accepts(fake, token, activity)
    assert await we_accept(settings, token, activity)


async def test_a_key_endorsed_for_other_channels_does_not_speak_for_teams(fake, settings):
    fake.published[KID] = ["webchat"]
    assert not await sdk_accepts(fake, fake.token(), fake.activity())
    assert not await we_accept(settings, fake.token(), fake.activity())


async def test_a_key_without_endorsements_speaks_for_all_as_in_the_sdk(fake, settings):
    fake.published[KID] = None
    assert await sdk_accepts(fake, fake.token(), fake.activity())
    assert await we_accept(settings, fake.token(), fake.activity())


async def test_a_body_with_another_service_url_than_the_token_is_rejected(fake, settings):
    activity = fake.activity(serviceUrl=ELSEWHERE)
    assert not await sdk_accepts(fake, fake.token(), activity)
    assert not await we_accept(settings, fake.token(), activity)


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic {}", "bearer {}", "Bearer x y"])
async def test_only_a_bearer_token_counts(fake, settings, header):
    checker = TokenChecker(settings, SigningKeys(settings, Web().get_json))
    with pytest.raises(TokenRefused):
        await checker.check(header.format(fake.token()), "msteams", fake.service_url)


@pytest.mark.parametrize("token", ["x", "a.b.c", "e30.e30.", "." * 50, "æøå", "x" * 20_000])
async def test_rubbish_is_refused_and_makes_us_fetch_nothing(fake, settings, token):
    assert not await we_accept(settings, token, fake.activity())
    assert fake.calls["metadata"] == 0


@pytest.mark.parametrize("name", ["audience wrong", "issuer wrong", "HS256", "no signature"])
async def test_a_stranger_cannot_make_us_fetch_keys(fake, settings, name):
    assert not await we_accept(settings, fake.token(**REJECTED[name]), fake.activity())
    assert fake.calls["metadata"] == 0


async def test_a_token_never_vouches_for_an_address_that_is_not_https(fake, settings):
    from dataclasses import replace

    from vejviser.channels.teams.config import METADATA

    real = replace(settings, metadata_url=METADATA)
    checker = TokenChecker(real, SigningKeys(real, Web().get_json))
    with pytest.raises(TokenRefused, match="https"):
        await checker.check(f"Bearer {fake.token()}", "msteams", fake.service_url)
