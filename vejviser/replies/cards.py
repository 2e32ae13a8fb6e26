"""Contacts and sources as they are shown in a reply."""

from __future__ import annotations

import datetime as dt
from typing import List, Optional

from vejviser.knowledge.base import Knowledge
from vejviser.knowledge.schema import Contact, Entry, Opening, Texts
from vejviser.replies.opening import days_of, is_open
from vejviser.replies.reply import ContactCard, SourceRef
from vejviser.replies.wording import day_name, phrase


def in_language(texts: Texts, language: str) -> str:
    """The English text for "en", otherwise the Danish."""
    return texts.en if language == "en" else texts.da


def contact_card(
    contact: Contact, knowledge: Knowledge, language: str, moment: Optional[dt.datetime]
) -> ContactCard:
    """How `contact` is shown. Without a `moment` (fixed replies) nothing is said of "now"."""
    open_now = is_open(contact, moment) if moment else None
    source = knowledge.sources[contact.source]
    return ContactCard(
        name=contact.name,
        phone=contact.phone,
        sms=contact.sms,
        chat=contact.chat,
        mail=contact.mail,
        web=contact.web,
        hours=_hours(contact, language, open_now) if moment else _fixed_hours(contact, language),
        open_now=open_now,
        anonymity=in_language(contact.anonymity.label, language),
        for_whom=in_language(contact.for_whom, language),
        note=in_language(contact.note, language) if contact.note else None,
        status_2018=contact.status_2018.text if contact.status_2018 else None,
        checked=phrase("checked", language, date=source.verified_on.isoformat()),
    )


def _fixed_hours(contact: Contact, language: str) -> str:
    # A fixed reply has no clock and few words: the hours stand on the page of the line.
    return phrase("always_open" if contact.always_open else "hours_unknown", language)


def _hours(contact: Contact, language: str, open_now: Optional[bool]) -> str:
    if contact.always_open:
        return phrase("always_open", language)
    parts = [_opening(opening, language) for opening in contact.openings]
    if contact.hours_note:
        parts.append(in_language(contact.hours_note, language))
    if not parts:
        return phrase("hours_unknown", language)
    if open_now is not None:
        parts.insert(0, phrase("open_now" if open_now else "closed_now", language))
    return ", ".join(parts)


def _opening(opening: Opening, language: str) -> str:
    days = days_of(opening)
    if len(days) == 7:
        when = phrase("every_day", language)
    else:
        when = ", ".join(_day_runs(opening, language))
    return f"{when} {_clock(opening.start)}-{_clock(opening.end)}"


def _clock(time: str) -> str:
    hour, minute = time.split(":")
    return f"{int(hour)}:{minute}"


def _day_runs(opening: Opening, language: str) -> List[str]:
    runs = []
    for part in opening.days.split(","):
        first, _, last = part.strip().partition("-")
        names = [day_name(day, language) for day in ([first, last] if last else [first])]
        runs.append(f" {phrase('to', language)} ".join(names))
    return runs


def report_source(entry: Entry, language: str) -> Optional[SourceRef]:
    """One reference for all lines of the report that an entry rests on; None if there are none."""
    ranges = sorted({pair for fact in entry.all_facts() for pair in fact.line_ranges})
    if not ranges:
        return None
    merged: List[List[int]] = []
    for first, last in ranges:
        if merged and first <= merged[-1][1] + 2:
            merged[-1][1] = max(merged[-1][1], last)
        else:
            merged.append([first, last])
    lines = ", ".join(f"{a}-{b}" if a != b else str(a) for a, b in merged)
    section = entry.section or entry.title
    text = phrase("report_source", language, section=section, lines=lines)
    return SourceRef(section=section, lines=lines, text=text)


def outside_source(source_id: str, knowledge: Knowledge, language: str) -> SourceRef:
    """The reference to a page outside the report, with the day it was last checked."""
    source = knowledge.sources[source_id]
    date = source.verified_on.isoformat()
    text = phrase("other_source", language, publisher=source.publisher, url=source.url, date=date)
    return SourceRef(publisher=source.publisher, url=source.url, verified_on=date, text=text)
