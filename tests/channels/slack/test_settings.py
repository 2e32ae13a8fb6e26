"""Slack is switched on by its secrets and nothing else."""

from pathlib import Path

import pytest
import yaml
from rasa.core.channels.channel import InputChannel

from vejviser.channels.settings import HalfSet
from vejviser.channels.slack.channel import COMMAND, SlackChannel
from vejviser.channels.slack.config import API, SECRET, TEST_API, TOKEN, slack_settings

ROOT = Path(__file__).resolve().parents[3]
BOTH = {TOKEN: "xoxb-1", SECRET: "abc"}


def test_slack_is_off_without_its_secrets(monkeypatch):
    for name in (TOKEN, SECRET):
        monkeypatch.delenv(name, raising=False)
    channel = SlackChannel.from_credentials(None)
    assert isinstance(channel, InputChannel)

    async def nobody(_):
        raise AssertionError

    assert not channel.blueprint(nobody)._future_routes


@pytest.mark.parametrize(("given", "missing"), [(TOKEN, SECRET), (SECRET, TOKEN)])
def test_half_of_the_settings_is_refused_with_the_missing_name(given, missing):
    with pytest.raises(HalfSet, match=missing):
        slack_settings({given: BOTH[given]})


@pytest.mark.parametrize("token", ["xoxp-1", "xapp-1", "abc"])
def test_another_token_than_the_bots_is_refused(token):
    with pytest.raises(HalfSet, match="xoxb-"):
        slack_settings({**BOTH, TOKEN: token})


def test_slack_is_spoken_to_at_its_own_address():
    settings = slack_settings(BOTH)
    assert settings is not None and settings.api_url == API
    assert settings.may_answer_at("https://hooks.slack.com/commands/T0/1/a")
    for elsewhere in (
        "https://hooks.slack.com.evil.dk/",
        "http://hooks.slack.com/",
        "http://[::1]",
    ):
        assert not settings.may_answer_at(elsewhere)


@pytest.mark.parametrize("url", ["https://evil.dk/api/", "http://127.0.0.1.evil.dk/"])
def test_only_this_machine_can_stand_in_for_slack(url):
    with pytest.raises(HalfSet, match=TEST_API):
        slack_settings({**BOTH, TEST_API: url})


def test_the_manifest_asks_for_what_the_channel_handles_and_no_more():
    manifest = yaml.safe_load((ROOT / "deploy/slack/manifest.yml").read_text(encoding="utf-8"))
    settings, features = manifest["settings"], manifest["features"]
    assert set(settings["event_subscriptions"]["bot_events"]) == {"app_mention", "message.im"}
    scopes = {"app_mentions:read", "chat:write", "commands", "im:history"}
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == scopes
    (command,) = features["slash_commands"]
    assert command["command"] == COMMAND and command["should_escape"]
    urls = {
        command["url"],
        settings["event_subscriptions"]["request_url"],
        settings["interactivity"]["request_url"],
    }
    assert len(urls) == 1 and urls.pop().endswith("/webhooks/slack/webhook")
    assert features["app_home"]["messages_tab_enabled"]
    assert not features["app_home"]["messages_tab_read_only_enabled"]
    assert not settings["token_rotation_enabled"] and not settings["socket_mode_enabled"]
    assert len(manifest["display_information"]["description"]) <= 140
    assert 174 <= len(manifest["display_information"]["long_description"]) <= 4000
