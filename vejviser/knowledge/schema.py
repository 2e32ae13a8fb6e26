"""The shape of every knowledge entry: what a YAML file below data/knowledge/ may say.

An entry is one thing a person asks about. Each statement in it carries where it comes from: the
lines of the 2018 report, or the id of a source outside it.
"""

from __future__ import annotations

import datetime as dt
import re
from enum import Enum
from typing import Dict, List, Optional, Tuple

from pydantic import BaseModel, Extra, Field, root_validator, validator

LineRange = Tuple[int, int]

_ID = re.compile(r"^[a-z][a-z0-9_]*$")
_LINES = re.compile(r"^\d+(-\d+)?(, ?\d+(-\d+)?)*$")
LAST_REPORT_LINE = 1741


class Strict(BaseModel):
    """A model that refuses fields it does not know, so that a misspelt field is not lost."""

    class Config:
        extra = Extra.forbid
        allow_mutation = False
        anystr_strip_whitespace = True
        min_anystr_length = 1


class Evidence(str, Enum):
    """How a source outside the report was seen (see docs/knowledge.md)."""

    owner = "SEEN-A"
    secondary = "SEEN-B"


class Source(Strict):
    """A page outside the report: who publishes it, where, and when it was last checked."""

    id: str
    publisher: str
    url: str
    evidence: Evidence
    verified_on: dt.date


class Fact(Strict):
    """One statement and where it stands: exactly one of report `lines` and outside `source`.

    `origin` marks a fact that says whom the report has it from ("Kilden er note 4 ..."): it is
    told to whoever asks for the source.
    """

    text: str
    lines: Optional[str] = None
    source: Optional[str] = None
    origin: bool = False

    @validator("lines")
    def _lines_are_ranges(cls, value: Optional[str]) -> Optional[str]:
        if value is not None:
            parse_lines(value)
        return value

    @root_validator(skip_on_failure=True)
    def _one_origin(cls, values: Dict) -> Dict:
        if bool(values.get("lines")) == bool(values.get("source")):
            raise ValueError("needs either 'lines' (from the report) or 'source' (not from it)")
        return values

    @property
    def line_ranges(self) -> List[LineRange]:
        """The report lines as (first, last) pairs; empty when the fact is not from the report."""
        return parse_lines(self.lines) if self.lines else []


class Texts(Strict):
    """One wording in the two languages of the bot."""

    da: str
    en: str


class Askable(Strict):
    """What professional and young entries share: an id, names, contacts and what to ask next."""

    id: str
    names: List[str] = Field(default_factory=list)
    contacts: List[str] = Field(default_factory=list)
    related: List[str] = Field(default_factory=list)

    _id = validator("id", allow_reuse=True)(lambda cls, v: check_id(v))


class Entry(Askable):
    """Something the report, or today's knowledge, says: the unit that is asked about."""

    title: str
    section: Optional[str] = None
    summary: Fact
    facts: List[Fact] = Field(default_factory=list)
    caveats: List[Fact] = Field(default_factory=list)
    today: List[Fact] = Field(default_factory=list)

    def all_facts(self) -> List[Fact]:
        """Every statement of the entry in reading order."""
        return [self.summary, *self.facts, *self.caveats, *self.today]


class YoungEntry(Askable):
    """An answer in the young register: short, plain, in Danish and English."""

    title: Texts
    reply: Texts
    lines: Optional[str] = None
    sources: List[str] = Field(default_factory=list)
    sensitive: bool = False

    @validator("lines")
    def _lines_are_ranges(cls, value: Optional[str]) -> Optional[str]:
        if value is not None:
            parse_lines(value)
        return value


class Opening(Strict):
    """Opening hours of some weekdays; `to` 24:00 means midnight. Times are Copenhagen's."""

    days: str = Field(description="e.g. mon-fri, sat, mon-sun")
    start: str = Field(alias="from", regex=r"^\d\d:\d\d$")
    end: str = Field(alias="to", regex=r"^\d\d:\d\d$")


class Anonymity(Strict):
    """What a person gives away by using a line. No field may be left out."""

    label: Texts
    they_see: Texts
    kept: Texts
    must_act: Texts
    phone_bill: Texts


class Audience(str, Enum):
    """Whom a contact may be shown to."""

    young = "young"
    professional = "professional"


class Contact(Strict):
    """A way to reach somebody today; one of 2018 that has moved has `status_2018`, no phone."""

    id: str
    name: str
    for_whom: Texts
    audiences: List[Audience]
    phone: Optional[str] = None
    sms: Optional[str] = None
    chat: Optional[str] = None
    mail: Optional[str] = None
    web: Optional[str] = None
    always_open: bool = False
    openings: List[Opening] = Field(default_factory=list)
    closed_on_holidays: bool = False
    hours_note: Optional[Texts] = None
    anonymity: Anonymity
    note: Optional[Texts] = None
    status_2018: Optional[Fact] = None
    source: str

    _id = validator("id", allow_reuse=True)(lambda cls, v: check_id(v))

    @root_validator(skip_on_failure=True)
    def _hours_are_known(cls, values: Dict) -> Dict:
        if values.get("always_open") and values.get("openings"):
            raise ValueError("'always_open' and 'openings' exclude each other")
        return values


def check_id(value: str) -> str:
    """Return `value` when it is ASCII snake_case; raise ValueError otherwise."""
    if not _ID.match(value):
        raise ValueError(f"'{value}' is not ASCII snake_case")
    return value


def parse_lines(value: str) -> List[LineRange]:
    """Turn "907-937, 965" into [(907, 937), (965, 965)].

    Raises ValueError for anything else, for a range that runs backwards, and for lines that the
    report does not have.
    """
    if not _LINES.match(value):
        raise ValueError(f"'{value}' is not a list of report lines such as '907-937, 965'")
    ranges = []
    for part in value.split(","):
        first, _, last = part.strip().partition("-")
        pair = (int(first), int(last or first))
        if not 1 <= pair[0] <= pair[1] <= LAST_REPORT_LINE:
            raise ValueError(f"lines {part.strip()} do not exist in the report")
        ranges.append(pair)
    return ranges
