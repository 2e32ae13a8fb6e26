"""`make stale`: what was checked more than 90 days ago and has to be dialled or opened again."""

from __future__ import annotations

import datetime as dt
import sys
from typing import List

from vejviser.knowledge.base import Knowledge, KnowledgeError, load

MAX_DAYS = 90


def stale(knowledge: Knowledge, today: dt.date) -> List[str]:
    """One line for each source older than 90 days, with the contacts that rest on it."""
    lines = []
    for source in knowledge.sources.values():
        age = (today - source.verified_on).days
        if age > MAX_DAYS:
            contacts = [c.name for c in knowledge.contacts.values() if c.source == source.id]
            used = f" ({', '.join(contacts)})" if contacts else ""
            lines.append(f"{source.id}: kontrolleret for {age} dage siden{used}: {source.url}")
    return lines


def main() -> int:
    """Print what is stale. Returns 1 when there is something, so that a scheduler notices."""
    try:
        lines = stale(load(), dt.date.today())
    except KnowledgeError as error:
        print(error, file=sys.stderr)
        return 2
    print("\n".join(lines) or f"Intet er ældre end {MAX_DAYS} dage.")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
