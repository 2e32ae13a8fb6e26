"""Whether the server lives, and whether it can answer."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit, urlunsplit

import aiohttp
from cachetools import TTLCache
from sanic import Sanic

ASK_SECONDS = 2.0
_recent: TTLCache = TTLCache(maxsize=1, ttl=2.0)  # a public address must not multiply requests


async def ready(app: Sanic) -> bool:
    """A model is loaded and the action server answers."""
    agent = getattr(app.ctx, "agent", None)
    if agent is None or not agent.is_ready():
        return False
    endpoint = getattr(agent, "action_endpoint", None)
    if endpoint is None or not endpoint.url:
        return True
    if "actions" not in _recent:
        _recent["actions"] = await _answers(health_address(endpoint.url))
    return bool(_recent["actions"])


def health_address(webhook: str) -> str:
    """The action server's own health page."""
    parts = urlsplit(webhook)
    return urlunsplit((parts.scheme, parts.netloc, "/health", "", ""))


async def _answers(url: str) -> bool:
    try:
        limit = aiohttp.ClientTimeout(ASK_SECONDS)
        async with aiohttp.ClientSession(timeout=limit) as session, session.get(url) as answer:
            return bool(answer.status == 200)
    except (aiohttp.ClientError, asyncio.TimeoutError, OSError):
        return False
