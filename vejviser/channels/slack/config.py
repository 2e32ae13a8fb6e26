"""The settings of the Slack channel, from the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Mapping, Optional
from urllib.parse import urlsplit

from vejviser.channels.settings import HalfSet, read_settings

TOKEN, SECRET = "VEJVISER_SLACK_BOT_TOKEN", "VEJVISER_SLACK_SIGNING_SECRET"
TEST_API = "VEJVISER_SLACK_API_URL"
API = "https://slack.com/api/"
HOOKS = "https://hooks.slack.com/"
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class SlackSettings:
    """One app that is installed in one workspace."""

    token: str
    signing_secret: str
    api_url: str = API

    def may_answer_at(self, response_url: str) -> bool:
        """Whether an address for a private answer is Slack's own (in tests: the fake Slack's)."""
        if self.api_url == API:
            return response_url.startswith(HOOKS)
        return urlsplit(response_url)[:2] == urlsplit(self.api_url)[:2]


def slack_settings(environment: Optional[Mapping[str, str]] = None) -> Optional[SlackSettings]:
    """The settings, or None when Slack is off.

    Raises HalfSet when something is missing or cannot be right.
    """
    source = os.environ if environment is None else environment
    values = read_settings("slack", (TOKEN, SECRET), environment=source)
    if values is None:
        return None
    if not values[TOKEN].startswith("xoxb-"):
        raise HalfSet(f"{TOKEN} skal være appens 'Bot User OAuth Token', der begynder med xoxb-.")
    api = source.get(TEST_API) or API
    parts = urlsplit(api)
    if api != API and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise HalfSet(f"{TEST_API} er kun til prøver og skal pege på denne maskine.")
    return SlackSettings(values[TOKEN], values[SECRET], api)
