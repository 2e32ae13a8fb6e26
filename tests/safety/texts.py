"""Every text that the bot can say to a young person, with where it stands."""

from __future__ import annotations

from typing import Iterator, List, NamedTuple

from vejviser.knowledge.base import load
from vejviser.replies.fixed import FixedReply, fixed_reply, read_fixed
from vejviser.replies.reply import Kind, Reply
from vejviser.replies.wording import REPLIES_DIR

KNOWLEDGE = load()
CRISIS = read_fixed(REPLIES_DIR / "crisis.yml")
SMALL_TALK = read_fixed(REPLIES_DIR / "small_talk.yml")


class Said(NamedTuple):
    """A text in one language and the id of the reply it belongs to."""

    where: str
    language: str
    text: str


def texts_for_the_young() -> List[Said]:
    """All young answers, crisis replies and small talk, in Danish and English."""
    return [*_young(), *_fixed(CRISIS), *_fixed(SMALL_TALK)]


def _young() -> Iterator[Said]:
    for entry in KNOWLEDGE.young.values():
        yield Said(entry.id, "da", entry.reply.da)
        yield Said(entry.id, "en", entry.reply.en)


def _fixed(replies: List[FixedReply]) -> Iterator[Said]:
    for reply in replies:
        for language in ("da", "en"):
            parts = [getattr(reply.text, language)]
            if reply.step:
                parts.append(getattr(reply.step, language))
            yield Said(reply.intent, language, " ".join(parts))


def crisis_replies() -> List[Reply]:
    """The crisis replies as they are sent, in both languages."""
    return [
        fixed_reply(fixed, Kind.crisis, KNOWLEDGE, language)
        for fixed in CRISIS
        for language in ("da", "en")
    ]
