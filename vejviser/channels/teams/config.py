"""The settings of the Teams channel, from the environment."""

from __future__ import annotations

import os
import uuid
from dataclasses import dataclass
from typing import Mapping, Optional
from urllib.parse import urlsplit

from vejviser.channels.settings import HalfSet, read_settings

APP_ID, PASSWORD = "VEJVISER_TEAMS_APP_ID", "VEJVISER_TEAMS_APP_PASSWORD"
TENANT = "VEJVISER_TEAMS_TENANT"
TEST_METADATA, TEST_LOGIN = "VEJVISER_TEAMS_TEST_METADATA", "VEJVISER_TEAMS_TEST_LOGIN"
METADATA = "https://login.botframework.com/v1/.well-known/openidconfiguration"
LOGIN = "https://login.microsoftonline.com"
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class TeamsSettings:
    """One registered bot. An empty `tenant` means that it is registered for all tenants."""

    app_id: str
    password: str
    tenant: str = ""
    metadata_url: str = METADATA
    login_url: str = LOGIN

    @property
    def allows_loopback(self) -> bool:
        """Whether http on this machine is spoken to: only in tests."""
        return self.metadata_url != METADATA

    @property
    def token_url(self) -> str:
        """Where the token for answering is got."""
        return f"{self.login_url}/{self.tenant or 'botframework.com'}/oauth2/v2.0/token"


def teams_settings(environment: Optional[Mapping[str, str]] = None) -> Optional[TeamsSettings]:
    """The settings, or None when Teams is off.

    Raises HalfSet when something is missing or cannot be right.
    """
    source = os.environ if environment is None else environment
    values = read_settings("teams", (APP_ID, PASSWORD), (TENANT,), source)
    if values is None:
        return None
    if values[TENANT] and not _is_uuid(values[TENANT]):
        raise HalfSet(f"{TENANT} skal være organisationens id, 32 hexcifre med bindestreger.")
    metadata, login = source.get(TEST_METADATA) or METADATA, source.get(TEST_LOGIN) or LOGIN
    for name, url, real in ((TEST_METADATA, metadata, METADATA), (TEST_LOGIN, login, LOGIN)):
        if url != real and not is_loopback(url):
            raise HalfSet(f"{name} er kun til prøver og skal pege på denne maskine.")
    return TeamsSettings(values[APP_ID], values[PASSWORD], values[TENANT], metadata, login)


def is_loopback(url: str) -> bool:
    """Whether an http address is on this machine."""
    parts = urlsplit(url)
    return parts.scheme == "http" and parts.hostname in LOOPBACK


def _is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False
