"""Answers from entries: which facts, in which order, in which register."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import FrozenSet, List, Optional, Sequence

from vejviser.knowledge.base import Knowledge
from vejviser.knowledge.schema import Entry, Fact, YoungEntry
from vejviser.knowledge.search import stems
from vejviser.replies.cards import contact_card, in_language, outside_source, report_source
from vejviser.replies.opening import open_first
from vejviser.replies.reply import ContactCard, Kind, Next, Note, Reply, SourceRef
from vejviser.replies.wording import phrase

MAX_CONTACTS = 3
MAX_NEXT = 4
MAX_YOUNG_WORDS = 80
ALSO_FACTS = 3  # how many facts of an entry that may have been meant as well


def answer(
    entry_id: str,
    knowledge: Knowledge,
    *,
    question: str = "",
    language: str = "da",
    young: bool = False,
    also: Sequence[str] = (),
    moment: dt.datetime,
) -> Reply:
    """The reply about an entry.

    `question` moves the fact that it asks for to the front; `young` shortens a professional
    entry to plain words; `also` are entries that may have been meant as well, told in notes;
    `moment` decides what is open now. Raises KeyError for an unknown entry.
    """
    others = [_also(other, knowledge, question, language) for other in also]
    if entry_id in knowledge.young:
        reply = _young_answer(knowledge.young[entry_id], knowledge, language, moment)
        asked_on = buttons([*also, *knowledge.young[entry_id].related], knowledge, language)
        return reply.copy(update={"notes": _that_fit(others, reply), "next": asked_on})
    entry = knowledge.entries[entry_id]
    facts = ordered_facts(entry, question)
    notes = others
    notes += [Note(label=phrase("caveat", language), text=fact.text) for fact in entry.caveats]
    notes += [Note(label=phrase("today", language), text=fact.text) for fact in entry.today]
    kind = Kind.unknown if knowledge.kind_of[entry_id] == "out_of_scope" else Kind.answer
    paragraphs = [entry.summary.text]
    if language == "en":
        paragraphs.insert(0, phrase("english_lead", language))
    return Reply(
        kind=kind,
        language=language,
        title=entry.title,
        paragraphs=paragraphs,
        items=[fact.text for fact in (facts[:2] if young else facts)],
        notes=notes,
        contacts=cards(entry.contacts, knowledge, language, moment),
        sources=sources(entry, knowledge, language),
        next=buttons(entry.related, knowledge, language),
        topic=knowledge.topic(entry_id),
    )


def _young_answer(
    entry: YoungEntry, knowledge: Knowledge, language: str, moment: dt.datetime
) -> Reply:
    references: List[SourceRef] = []
    if entry.lines:
        title = in_language(entry.title, language)
        text = phrase("report_source", language, section=title, lines=entry.lines)
        references.append(SourceRef(section=title, lines=entry.lines, text=text))
    references += [outside_source(s, knowledge, language) for s in entry.sources]
    return Reply(
        kind=Kind.answer,
        language=language,
        title=in_language(entry.title, language),
        paragraphs=_with_comfort(entry, knowledge, language),
        contacts=cards(entry.contacts, knowledge, language, moment),
        sources=references,
        next=buttons(entry.related, knowledge, language),
        topic=knowledge.topic(entry.id),
    )


def _with_comfort(entry: YoungEntry, knowledge: Knowledge, language: str) -> List[str]:
    """The paragraphs; a word of comfort with what hurts, where it fits in and is not said yet."""
    text = in_language(entry.reply, language)
    comfort = phrase("comfort", language)
    feelings = knowledge.kind_of[entry.id] == "young_feelings"
    said = any(word in text for word in ("skyld", "fault"))
    fits = _words(text, comfort) <= MAX_YOUNG_WORDS
    extra = [comfort] if feelings and fits and not said else []
    return [*text.split("\n\n"), *extra]


def _that_fit(notes: Sequence[Note], reply: Reply) -> List[Note]:
    """The notes that a short answer has room for; the others' entries are buttons all the same."""
    room = MAX_YOUNG_WORDS - _words(*reply.paragraphs)
    fitting = []
    for note in notes:
        room -= _words(note.label or "", note.text)
        if room >= 0:
            fitting.append(note)
    return fitting


def _words(*texts: str) -> int:
    return sum(len(text.split()) for text in texts)


def _also(entry_id: str, knowledge: Knowledge, question: str, language: str) -> Note:
    """The gist of an entry that may have been meant as well."""
    if entry_id in knowledge.young:
        young = knowledge.young[entry_id]
        return Note(
            label=in_language(young.title, language), text=in_language(young.reply, language)
        )
    entry = knowledge.entries[entry_id]
    facts = ordered_facts(entry, question)[:ALSO_FACTS]
    return Note(label=entry.title, text=" ".join([entry.summary.text, *(f.text for f in facts)]))


def ordered_facts(entry: Entry, question: str) -> List[Fact]:
    """The facts of an entry, the one that shares most rare words with the question first."""
    if not question:
        return list(entry.facts)
    asked = set(stems(question))
    frequency: dict = {}
    for fact in entry.facts:
        for stem in _stems_of(fact.text):
            frequency[stem] = frequency.get(stem, 0) + 1

    def match(fact: Fact) -> float:
        return sum(1 / frequency[stem] for stem in asked & _stems_of(fact.text))

    best = max(entry.facts, key=match, default=None)
    if best is None or match(best) < 1:  # no word of the question is particular to one fact
        return list(entry.facts)
    return [best] + [fact for fact in entry.facts if fact is not best]


@lru_cache(maxsize=None)
def _stems_of(statement: str) -> FrozenSet[str]:
    """The stems of a statement of the knowledge, worked out once (never of what users write)."""
    return frozenset(stems(statement))


def cards(
    contact_ids: Sequence[str], knowledge: Knowledge, language: str, moment: dt.datetime
) -> List[ContactCard]:
    """At most three contact cards; a line that is closed now never comes first."""
    contacts = open_first([knowledge.contacts[c] for c in contact_ids], moment)
    return [contact_card(c, knowledge, language, moment) for c in contacts[:MAX_CONTACTS]]


def sources(entry: Entry, knowledge: Knowledge, language: str) -> List[SourceRef]:
    """The report reference and those outside it, each once."""
    found: List[SourceRef] = []
    report = report_source(entry, language)
    if report:
        found.append(report)
    outside = dict.fromkeys(fact.source for fact in entry.all_facts() if fact.source)
    found += [outside_source(source_id, knowledge, language) for source_id in outside]
    return found


def buttons(entry_ids: Sequence[str], knowledge: Knowledge, language: str) -> List[Next]:
    """Buttons that ask about other entries: the title is what is sent, as if it were typed."""
    chosen = list(dict.fromkeys(entry_ids))[:MAX_NEXT]
    titles = [knowledge.title(entry_id, language) for entry_id in chosen]
    return [Next(title=title, payload=title) for title in titles]


def choice(
    entry_ids: Sequence[str], knowledge: Knowledge, language: str, lead: Optional[str] = None
) -> Reply:
    """One short question back, with a button for each entry."""
    return Reply(
        kind=Kind.choice,
        language=language,
        paragraphs=[lead or phrase("unsure_lead", language)],
        next=buttons(entry_ids, knowledge, language),
    )
