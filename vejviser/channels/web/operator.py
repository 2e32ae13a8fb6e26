"""The page of whoever runs the bot: counts as plots, behind a token."""

from __future__ import annotations

import hmac
from typing import Any, Dict, List, Tuple

from vejviser.channels.guard import knowledge
from vejviser.channels.web.draw import wording
from vejviser.channels.web.statistics import SORTS, Statistics

MOST = 20  # bars in a plot
WIDEST = 280
LONGEST = 40  # letters of a name beside its bar


def may_see(given: str, token: str) -> bool:
    """Whether the token is the right one (in constant time)."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), token.encode())


def plots(statistics: Statistics, language: str = "da") -> List[Dict[str, Any]]:
    """What the template draws: one plot for the days, one for each sort of count."""
    words = wording()[language]["operator"]
    days = _plot(words["per_day"], words["day"], statistics.days("asked")[-31:])
    by_topic = []
    for sort in SORTS:
        rows = [(topic_name(topic), number) for topic, number in statistics.shown(sort)[:MOST]]
        by_topic.append(_plot(words[sort], words["topic"], rows))
    return [days, *by_topic]


def topic_name(topic: str) -> str:
    """The title of the entry that a topic stands for, or the topic itself."""
    entry = topic.rpartition("/")[2]
    known = entry in knowledge().entries or entry in knowledge().young
    name = knowledge().title(entry) if known else topic
    return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"


def _plot(title: str, column: str, rows: List[Tuple[str, int]]) -> Dict[str, Any]:
    most = max((number for _, number in rows), default=1)
    bars = [{"name": n, "number": v, "width": max(2, v * WIDEST // most)} for n, v in rows]
    return {"title": title, "column": column, "bars": bars}
