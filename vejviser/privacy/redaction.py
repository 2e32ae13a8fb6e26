"""Personal data out of a text, before anything is kept."""

from __future__ import annotations

import re
from typing import Iterable, List, NamedTuple, Tuple

REPLACEMENT = "[skjult]"

_CPR = re.compile(r"(?<!\d)(\d{6})[ \-–./]?(\d{4})(?!\d)")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.UNICODE)
_PHONE = re.compile(r"(?<![\d§])(?:(?:\+|00)45[ .-]?)?[2-9]\d(?:[ .-]?\d{2}){3}(?!\d)")
_STREET = (
    r"(?:vej|vejen|gade|gaden|alle|allé|alléen|stræde|strædet|plads|pladsen|park|parken|boulevard"
    r"|vænge|vænget|have|haven|toften|bakken|krogen|stien|torv|torvet|vaenge|straede)"
)
_ADDRESS = re.compile(
    rf"\b[\wæøåÆØÅ.]*{_STREET}\s+\d+\s?[a-zA-Z]?(?:[ ,]+\d{{1,2}}\.?\s?(?:sal|th|tv|mf)\b\.?)*",
    re.IGNORECASE,
)
_POSTCODE = re.compile(r"\b[1-9]\d{3}\s+[A-ZÆØÅ][a-zæøå]+(?:\s[A-ZÆØÅ])?\b")
_NAMED = re.compile(
    r"\b(?:jeg hedder|mit navn er|my name is|i am called|i'm called|hedder|kaldes)\s+"
    r"((?:[^\W\d_]+[-'’]?){1,2}(?:\s+[A-ZÆØÅ][\w-]+){0,3})",
    re.IGNORECASE,
)
_NOT_NAMES = {"ikke", "bare", "det", "noget", "også", "jeg", "han", "hun", "not", "nogen"}


class Redacted(NamedTuple):
    """A text with personal data replaced, and what sorts were found ("cpr", "phone", …)."""

    text: str
    found: Tuple[str, ...]


def redact(text: str, names: Iterable[str] = (), keep: Iterable[str] = ()) -> Redacted:
    """Replace CPR numbers, mail, phones, addresses and names in `text`.

    `names` are names of persons found by a language model; `keep` are numbers and words that are
    public (help lines), which stay.
    """
    public = {re.sub(r"\D", "", number) for number in keep}
    found: List[str] = []

    def hide(sort: str, pattern: "re.Pattern[str]", group: int = 0) -> None:
        nonlocal text

        def replace(match: "re.Match[str]") -> str:
            value = match.group(group)
            if sort == "phone" and re.sub(r"\D", "", value)[-8:] in public:
                return match.group(0)
            if sort == "name" and value.split()[0].lower() in _NOT_NAMES:
                return match.group(0)
            found.append(sort)
            return match.group(0).replace(value, REPLACEMENT)

        text = pattern.sub(replace, text)

    hide("cpr", _CPR)
    hide("mail", _MAIL)
    hide("phone", _PHONE)
    hide("address", _ADDRESS)
    hide("address", _POSTCODE)
    hide("name", _NAMED, group=1)
    for name in sorted(names, key=len, reverse=True):
        hide("name", re.compile(rf"\b{re.escape(name)}\b"))
    return Redacted(text, tuple(dict.fromkeys(found)))
