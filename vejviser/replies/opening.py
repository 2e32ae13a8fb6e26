"""When a help line answers, by the clock and the public holidays of Copenhagen."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Iterator, List, Optional, Tuple
from zoneinfo import ZoneInfo

import holidays

from vejviser.knowledge.schema import Contact, Opening

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def now_in_copenhagen() -> dt.datetime:
    """The present moment as a Copenhagen time."""
    return dt.datetime.now(COPENHAGEN)


@lru_cache(maxsize=8)
def _danish_holidays(year: int) -> holidays.HolidayBase:
    return holidays.country_holidays("DK", years=year)


def days_of(opening: Opening) -> List[int]:
    """Weekday numbers of "mon-fri", "sat" or "mon, thu" (Monday is 0). Raises ValueError."""
    found: List[int] = []
    for part in opening.days.split(","):
        first, _, last = part.strip().partition("-")
        start, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
        found.extend(range(start, end + 1))
    return found


def is_open(contact: Contact, moment: dt.datetime) -> Optional[bool]:
    """Whether the line answers at `moment` (any time zone); None when its hours are not known."""
    if contact.always_open:
        return True
    if not contact.openings:
        return None
    local = moment.astimezone(COPENHAGEN)
    return any(start <= local < end for start, end in _spans(contact, local))


def _spans(contact: Contact, local: dt.datetime) -> Iterator[Tuple[dt.datetime, dt.datetime]]:
    # Yesterday counts too: a line open 20:00-02:00 is open at 01:00 by yesterday's hours.
    for back in (0, 1):
        day = local.date() - dt.timedelta(days=back)
        if contact.closed_on_holidays and day in _danish_holidays(day.year):
            continue
        for opening in contact.openings:
            if day.weekday() in days_of(opening):
                yield _span(day, opening)


def _span(day: dt.date, opening: Opening) -> Tuple[dt.datetime, dt.datetime]:
    start = _at(day, opening.start)
    end = _at(day, opening.end)
    return start, end if end > start else _at(day + dt.timedelta(days=1), opening.end)


def _at(day: dt.date, clock: str) -> dt.datetime:
    hour, minute = (int(part) for part in clock.split(":"))
    midnight = dt.datetime.combine(day, dt.time(), COPENHAGEN)
    if hour == 24:
        return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), COPENHAGEN)
    return midnight.replace(hour=hour, minute=minute)


def open_first(contacts: List[Contact], moment: dt.datetime) -> List[Contact]:
    """The contacts with those that are surely closed now put last; otherwise in their order."""
    return sorted(contacts, key=lambda contact: is_open(contact, moment) is False)
