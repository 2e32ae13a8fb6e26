"""What whoever hosts the page may decide; secrets come from the environment only."""

from __future__ import annotations

import os
import re
import secrets
from dataclasses import dataclass, field
from typing import Any, Dict, Mapping, Optional, Tuple
from urllib.parse import urlsplit

from rasa.shared.exceptions import RasaException

EXIT_URL = "https://www.google.com/search?q=vejret"
PER_CONVERSATION = "20/minute"
PER_CLIENT = "300/minute"  # a whole school may share one address
_HOST = re.compile(r"https?://(\*\.)?[A-Za-z0-9.-]+(:(\d{1,5}|\*))?")


@dataclass(frozen=True)
class Settings:
    """All settings of the web channel, checked."""

    secret: str = field(repr=False)
    operator_token: Optional[str] = field(default=None, repr=False)
    embed_hosts: Tuple[str, ...] = ()
    statistics: str = ""  # "" in memory, "off", or the name of a file
    proxies: int = 0  # how many proxies stand in front and write X-Forwarded-For
    exit_url: str = EXIT_URL
    per_conversation: str = PER_CONVERSATION
    per_client: str = PER_CLIENT

    @property
    def exit_origin(self) -> str:
        """Scheme and host of the page that quick exit goes to."""
        parts = urlsplit(self.exit_url)
        return f"{parts.scheme}://{parts.netloc}"


def settings(
    credentials: Optional[Dict[str, Any]] = None, environment: Mapping[str, str] = os.environ
) -> Settings:
    """Settings from credentials.yml and the environment. Raises RasaException for a bad one."""
    given = dict(credentials or {})
    hosts = tuple(environment.get("VEJVISER_EMBED_HOSTS", "").replace(",", " ").split())
    for host in hosts:
        if not _HOST.fullmatch(host):
            raise RasaException(f"VEJVISER_EMBED_HOSTS: '{host}' skal se ud som https://navn.dk")
    exit_url = str(given.get("exit_url") or EXIT_URL)
    if not exit_url.startswith("https://") or not urlsplit(exit_url).netloc:
        raise RasaException("credentials.yml: exit_url skal begynde med https://")
    return Settings(
        # Without a secret of its own, each start makes one: keys then end with the process.
        secret=environment.get("VEJVISER_SECRET") or secrets.token_urlsafe(32),
        operator_token=environment.get("VEJVISER_OPERATOR_TOKEN") or None,
        embed_hosts=hosts,
        statistics=environment.get("VEJVISER_STATISTICS", ""),
        proxies=int(environment.get("VEJVISER_PROXIES", "0") or 0),
        exit_url=exit_url,
        per_conversation=str(given.get("per_conversation") or PER_CONVERSATION),
        per_client=str(
            environment.get("VEJVISER_PER_CLIENT") or given.get("per_client") or PER_CLIENT
        ),
    )
