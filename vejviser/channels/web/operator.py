"""The page of whoever runs the bot: counts as plots, behind a token."""

from __future__ import annotations

import hmac
from typing import Any, Dict, List, Tuple

from vejviser.channels.web.draw import wording
from vejviser.channels.web.statistics import SORTS, Statistics

MOST = 20  # bars in a plot
WIDEST = 280


def may_see(given: str, token: str) -> bool:
    """Whether the token is the right one (in constant time)."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), token.encode())


def plots(statistics: Statistics, language: str = "da") -> List[Dict[str, Any]]:
    """What the template draws: one plot for the days, one for each sort of count."""
    words = wording()[language]["operator"]
    days = _plot(words["per_day"], words["day"], statistics.days("asked")[-31:])
    by_topic = [_plot(words[s], words["topic"], statistics.shown(s)[:MOST]) for s in SORTS]
    return [days, *by_topic]


def _plot(title: str, column: str, rows: List[Tuple[str, int]]) -> Dict[str, Any]:
    most = max((number for _, number in rows), default=1)
    bars = [{"name": n, "number": v, "width": max(2, v * WIDEST // most)} for n, v in rows]
    return {"title": title, "column": column, "bars": bars}
