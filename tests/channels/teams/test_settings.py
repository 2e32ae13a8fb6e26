"""Off without secrets, on with them, and refused at start when half set."""

import uuid

import pytest
from rasa.core.run import create_http_input_channels
from sanic import Sanic

from vejviser.channels.settings import HalfSet
from vejviser.channels.teams.channel import TeamsChannel
from vejviser.channels.teams.config import (
    APP_ID,
    PASSWORD,
    TENANT,
    TEST_LOGIN,
    TEST_METADATA,
    teams_settings,
)

ORGANISATION = "11111111-0000-4000-8000-000000000000"


def routes_of(channel: TeamsChannel) -> set:
    app = Sanic(f"settings_{uuid.uuid4().hex}", configure_logging=False)
    app.blueprint(channel.blueprint(lambda message: None), url_prefix="/webhooks/teams")
    return {route.path for route in app.router.routes}


def test_without_secrets_teams_is_off_and_has_no_address(monkeypatch):
    for name in (APP_ID, PASSWORD, TENANT):
        monkeypatch.delenv(name, raising=False)
    assert routes_of(TeamsChannel.from_credentials(None)) == set()


@pytest.mark.parametrize("tenant", ["", ORGANISATION])
def test_with_its_secrets_it_is_on_and_asks_the_network_nothing(monkeypatch, tenant):
    monkeypatch.setenv(APP_ID, "app")
    monkeypatch.setenv(PASSWORD, "secret")
    monkeypatch.setenv(TENANT, tenant)
    assert "webhooks/teams/webhook" in routes_of(TeamsChannel.from_credentials(None))


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({APP_ID: "app"}, PASSWORD),
        ({PASSWORD: "s"}, APP_ID),
        ({APP_ID: "a", PASSWORD: " "}, PASSWORD),
    ],
)
def test_half_a_configuration_is_refused_with_the_missing_name(given, missing):
    with pytest.raises(HalfSet, match=f"{missing} mangler"):
        teams_settings(given)


def test_a_tenant_alone_is_half_a_configuration():
    with pytest.raises(HalfSet, match=APP_ID):
        teams_settings({TENANT: ORGANISATION})


def test_a_refusal_never_shows_a_secret():
    with pytest.raises(HalfSet) as refusal:
        teams_settings({PASSWORD: "very-secret"})
    assert "very-secret" not in str(refusal.value)


def test_a_tenant_must_be_an_id():
    with pytest.raises(HalfSet, match=TENANT):
        teams_settings({APP_ID: "app", PASSWORD: "s", TENANT: "kommune.dk"})


@pytest.mark.parametrize("name", [TEST_METADATA, TEST_LOGIN])
@pytest.mark.parametrize("url", ["https://evil.example.org/x", "http://10.0.0.1/x", "http://a@b/"])
def test_test_addresses_cannot_lead_away_from_this_machine(name, url):
    with pytest.raises(HalfSet, match=name):
        teams_settings({APP_ID: "app", PASSWORD: "s", name: url})


def test_one_organisation_has_its_own_token_address():
    one = teams_settings({APP_ID: "app", PASSWORD: "s", TENANT: ORGANISATION})
    many = teams_settings({APP_ID: "app", PASSWORD: "s"})
    assert one.token_url == f"https://login.microsoftonline.com/{ORGANISATION}/oauth2/v2.0/token"
    assert many.token_url == "https://login.microsoftonline.com/botframework.com/oauth2/v2.0/token"
    assert not many.allows_loopback


def test_rasa_refuses_to_start_with_half_a_configuration(monkeypatch, tmp_path):
    listed = tmp_path / "credentials.yml"
    listed.write_text("vejviser.channels.teams.channel.TeamsChannel:\n")
    monkeypatch.delenv(PASSWORD, raising=False)
    monkeypatch.setenv(APP_ID, "app")
    with pytest.raises(HalfSet):
        create_http_input_channels(None, str(listed))
