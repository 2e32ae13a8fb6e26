"""`bot`: the real servers with the trained bot, started once for the whole session.

While writing tests, `pytest --bot http://127.0.0.1:5005` uses a bot that runs already; tests that
need its log or its processes are then skipped.
"""

from __future__ import annotations

import os
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator, Optional

import pytest

from vejviser.launch.model import ensure_model
from vejviser.launch.run import start_actions, start_rasa, stop, wait_for

OPERATOR_TOKEN = "only-for-tests"
EMBED_HOSTS = "http://host.localhost:*"
SETTINGS = {
    "VEJVISER_OPERATOR_TOKEN": OPERATOR_TOKEN,
    "VEJVISER_EMBED_HOSTS": EMBED_HOSTS,
    "VEJVISER_SECRET": "a-secret-for-tests-only",
    "VEJVISER_PER_CLIENT": "100000/minute",  # all tests are one client
}


def teams_settings(port: int) -> "dict[str, str]":
    """Teams is on; the fake Bot Framework of tests/channels/teams can stand on `port`."""
    fake = f"http://127.0.0.1:{port}"
    return {
        "VEJVISER_TEAMS_APP_ID": "0d5f18e0-0000-4000-8000-00000000aaaa",
        "VEJVISER_TEAMS_APP_PASSWORD": "a-secret-for-tests",
        "VEJVISER_TEAMS_TEST_METADATA": f"{fake}/v1/.well-known/openidconfiguration",
        "VEJVISER_TEAMS_TEST_LOGIN": fake,
    }


def slack_settings(port: int) -> "dict[str, str]":
    """Slack is on; the fake Slack of tests/channels/slack can stand on `port`."""
    return {
        "VEJVISER_SLACK_BOT_TOKEN": "xoxb-a-token-for-tests",
        "VEJVISER_SLACK_SIGNING_SECRET": "a-signing-secret-for-tests",
        "VEJVISER_SLACK_API_URL": f"http://127.0.0.1:{port}/api/",
    }


@dataclass(frozen=True)
class Bot:
    """A running bot. `url` is its page; REST is at /webhooks/rest/webhook."""

    url: str
    port: int
    log: Optional[Path] = None
    rasa: "Optional[subprocess.Popen[bytes]]" = None
    actions: "Optional[subprocess.Popen[bytes]]" = None
    teams_port: Optional[int] = None
    slack_port: Optional[int] = None


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--bot", help="address of a bot that runs already")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def bot(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    running = request.config.getoption("--bot")
    if running:
        yield Bot(running.rstrip("/"), int(running.rstrip("/").rpartition(":")[2]))
        return
    model, port, action_port = ensure_model(), free_port(), free_port()
    log = tmp_path_factory.mktemp("bot") / "bot.log"
    before = dict(os.environ)
    teams_port, slack_port = free_port(), free_port()
    os.environ.update(SETTINGS | teams_settings(teams_port) | slack_settings(slack_port))
    with log.open("wb") as output:
        actions = start_actions(action_port, output)
        rasa = start_rasa(model, "127.0.0.1", port, action_port, output)
        os.environ.clear()
        os.environ.update(before)
        try:
            wait_for(f"http://127.0.0.1:{port}/ready", [actions, rasa])
            url = f"http://127.0.0.1:{port}"
            yield Bot(url, port, log, rasa, actions, teams_port, slack_port)
        finally:
            stop([rasa, actions])
