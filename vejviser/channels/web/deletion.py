"""Forgetting a conversation at once, wherever Rasa keeps it."""

from __future__ import annotations

import logging
from typing import Any

from sanic import Sanic

from vejviser.channels.web.keys import Keys

logger = logging.getLogger(__name__)


def sender(conversation: str) -> str:
    """The sender id that the bot knows a conversation by."""
    return f"web-{conversation}"


async def forget(app: Sanic, keys: Keys, conversation: str) -> None:
    """Delete a conversation; a message that is being answered is deleted after it (see site)."""
    keys.delete(conversation)
    await delete_tracker(app, conversation)


async def delete_tracker(app: Sanic, conversation: str) -> None:
    """Take the conversation out of the tracker store, if the store is one that can forget."""
    store = _store(app)
    if store is not None:
        await store.delete(sender(conversation))
    elif getattr(app.ctx, "agent", None) is not None:
        logger.error("the tracker store cannot delete: conversations stay until they expire")


def _store(app: Sanic) -> Any:
    """The store with `delete`, which Rasa wraps once or twice (FailSafe, Awaitable)."""
    store = getattr(getattr(app.ctx, "agent", None), "tracker_store", None)
    while store is not None and not hasattr(store, "delete"):
        store = getattr(store, "_tracker_store", None)
    return store
