"""Personal data out of a text, before anything is kept."""

from __future__ import annotations

import re
from typing import FrozenSet, Iterable, Iterator, List, NamedTuple, Tuple

from vejviser.privacy.names import may_be_name, persons
from vejviser.privacy.numbers import Found, digits, net_addresses, numbers
from vejviser.privacy.places import homes, schools
from vejviser.text import fold

REPLACEMENT = "[skjult]"
_NOBODY: FrozenSet[str] = frozenset()


class Redacted(NamedTuple):
    """A text with personal data replaced, and what sorts were found ("cpr", "phone", …)."""

    text: str
    found: Tuple[str, ...]


def public_forms(values: Iterable[str]) -> FrozenSet[str]:
    """What `redact` compares with: numbers as digits, everything else in folded spelling."""
    forms = set()
    for value in values:
        bare = digits(value)
        forms.add(bare[2:] if len(bare) == 10 and bare.startswith("45") else bare)
        forms.add(fold(value))
    return frozenset(forms - {""})


def told_in(texts: Iterable[str]) -> Iterator[str]:
    """What published texts say that would be taken for personal data: it is public. A first name
    alone is not: it may be anybody's."""
    for text in texts:
        for piece in _found(text, _NOBODY):
            words = text[piece.start : piece.end]
            if piece.sort != "name" or " " in words:
                yield words


def redact(text: str, names: Iterable[str] = (), keep: FrozenSet[str] = _NOBODY) -> Redacted:
    """Replace CPR numbers, mail, phones, addresses, schools and names in `text`.

    `names` are names of persons found by a language model; `keep` is public and stays: help lines
    and names of the knowledge, as `public_forms` gives them.
    """
    names = [name for name in names if may_be_name(name, keep)]
    found = sorted([*_found(text, keep), *_told(text, names)])
    parts, end = [], 0
    for piece in found:
        if piece.start >= end:
            parts += [text[end : piece.start], REPLACEMENT]
        end = max(end, piece.end)
    return Redacted("".join(parts) + text[end:], tuple(dict.fromkeys(f.sort for f in found)))


def _found(text: str, keep: FrozenSet[str]) -> Iterator[Found]:
    yield from numbers(text, keep)
    yield from net_addresses(text, keep)
    yield from homes(text, keep)
    yield from schools(text, keep)
    yield from persons(text, keep)


def _told(text: str, names: Iterable[str]) -> List[Found]:
    return [
        Found(match.start(), match.end(), "name")
        for name in names
        for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text)
    ]
