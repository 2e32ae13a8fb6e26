"""Where somebody lives or goes to school: streets, postcodes, schools. Towns stay: they are asked
about ("findes det i Odense?")."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Dict, FrozenSet, Iterator, List, Tuple

import yaml

from vejviser.privacy.numbers import Found
from vejviser.privacy.word_lists import any_of, word_list
from vejviser.text import fold

_MUNICIPALITIES = Path(__file__).resolve().parents[2] / "data" / "language" / "municipalities.yml"
_COUNTED = any_of("counted")
_NUMBER = (
    rf"\d{{1,3}}(?!\d|[.,]\d|[ -]?(?:{_COUNTED})\b)(?:\s?[a-hA-H]\b)?"
    r"(?:[ ,]+(?:\d{1,2}|st)\.?,?\s?(?:sal|th|tv|mf)?\b\.?)?(?:[ ,]+(?:th|tv|mf)\b\.?)?"
)
_ENDS = any_of("street_endings")
_WAYS = any_of("street_words")
_BIG = r"[A-ZÆØÅ][\w.'’-]{0,30}"
_LIVES = r"\b(?:bor|boede|live|lives|adressen?(?:\ser|:)?|address(?:\sis|:)?)\s"
_AT = r"(?:(?:nu|lige|stadig|still)\s)?(?:(?:på|paa|i|ved|at|on|in)\s)?"
_ALONE = r"(?:sammen|hos|alene|kun|stadig|siden|mindst|cirka|omkring|over|under|nu|her|der|paa)\b"
_STREETS = (
    re.compile(rf"(?i)\b\w{{2,30}}(?:{_ENDS})\s{{1,3}}{_NUMBER}"),
    re.compile(rf"\b(?:{_BIG}\s{{1,3}}){{1,3}}(?:{_WAYS.title()})\s{{1,3}}{_NUMBER}"),
    re.compile(rf"(?i)\b\w{{2,30}}s\s{{1,3}}(?:{_WAYS})\s{{1,3}}{_NUMBER}"),
    re.compile(rf"(?i)\b\w{{3,30}}\s{{1,3}}(?:allé|boulevard|torv)\s{{1,3}}{_NUMBER}"),
    re.compile(rf"(?i){_LIVES}{_AT}(\w{{2,30}}(?:{_ENDS}))\b"),
    re.compile(rf"(?i)\bbor\s((?!{_ALONE})\w{{3,30}}\s{{1,3}}{_NUMBER})"),
    re.compile(rf"(?i)\b(?:bor|live)\s(?:på|paa|i|ved|at|on)\s((?!alt\b)(?:\w{{3,30}}\s{{1,3}}){{1,2}}{_NUMBER})"),
    re.compile(rf"(?i)\b(?:adressen?(?:\ser|:)?|address(?:\sis|:)?)\s(\w{{3,30}}\s{{1,3}}{_NUMBER})"),
    re.compile(
        r"(?<=[\wæøå,] )[A-ZÆØÅ]\w{1,30}"
        r"(?:vej|vejen|gade|gaden|allé|stræde|vænge|vænget|toften|bakken|stien|boulevarden|parken)\b"
    ),
)  # fmt: skip
_NO_STREET = word_list("no_streets")
_POSTCODE = re.compile(r"(?<![\d.,§])\b([1-9]\d{3})\s{1,3}([^\W\d_]{3,})(?:\s[A-ZÆØÅ]\b)?")
_POSTNUMBER = re.compile(r"(?i)\b(?:post(?:nummer|nr)\w*\b\D{0,12}|bor\s(?:i|på|paa)\s)(\d{4})\b")
_TOWNS = word_list("towns")
_CAPITAL_TOWNS = word_list("capital_towns")

_SCHOOLS = (
    r"(?:skole|gymnasium|friskole|efterskole|privatskole|realskole|legatskole|kostskole|børnehave"
    r"|vuggestue|børnehus)"
)
_ONE_WORD = re.compile(r"\b\w{3,30}(?:skolen|skole|gymnasium|gymnasiet)\b")
_GENERIC = re.compile(rf"(?:{any_of('school_kinds')})s?(?:skole|gymnasi)")
_MANY_WORDS = re.compile(rf"\b((?:{_BIG}\s{{1,3}}){{1,3}})(?i:{_SCHOOLS})\b")
_GOES = re.compile(
    r"(?i)\b(?:går|gaar|gik|gået|elev|lærer|laerer|læreren|arbejder|starter|startet|go|goes|teacher)"
    rf"\b.{{0,25}}?\b(?:på|paa|i|to|at)\s{{1,3}}(?P<school>(?P<name>(?:[^\W\d_]{{1,30}}\s{{1,3}}){{1,3}}){_SCHOOLS})\b"
)
_NEAR = re.compile(r"(?i)\b(?:på|paa|fra|ved|hos|at|to|from)\s$")
_NOT_A_NAME = word_list("no_school_names")


@lru_cache(maxsize=1)
def _lists() -> Dict[str, List[str]]:
    content: Dict[str, List[str]] = yaml.safe_load(_MUNICIPALITIES.read_text(encoding="utf-8"))
    return content


def municipality_names() -> Tuple[str, ...]:
    """The 98 municipalities as they are written (data/language/municipalities.yml)."""
    return tuple(_lists()["municipalities"])


def is_word_as_well(municipality: str) -> bool:
    """Whether a municipality is a place only with a capital letter: "på vejen", "i Vejen"."""
    return municipality in _lists()["words_as_well"]


@lru_cache(maxsize=None)
def municipalities() -> FrozenSet[str]:
    """The municipalities, folded: a place that may be named."""
    return frozenset(map(fold, municipality_names()))


def homes(text: str, public: FrozenSet[str]) -> Iterator[Found]:
    """Streets with or without a number, and postcodes."""
    for pattern in _STREETS:
        for match in pattern.finditer(text):
            street = fold(match[pattern.groups])
            known = street in public or street.split()[0] in municipalities()
            if not known and street.split()[0] not in _NO_STREET:
                yield Found(match.start(pattern.groups), match.end(pattern.groups), "address")
    for match in _POSTCODE.finditer(text):
        if _is_postcode(match[1], match[2]):
            yield Found(match.start(), match.end(), "address")
    for match in _POSTNUMBER.finditer(text):
        yield Found(match.start(1), match.end(1), "address")


def _is_postcode(number: str, town: str) -> bool:
    folded = fold(town)
    if number[:2] in ("19", "20", "18"):  # a year, but for Frederiksberg and Copenhagen
        return folded in _CAPITAL_TOWNS
    return (
        (town[0].isupper() and folded not in _NOT_A_NAME)
        or folded in municipalities()
        or folded in _TOWNS
    )


def schools(text: str, public: FrozenSet[str]) -> Iterator[Found]:
    """Schools and kindergartens by name."""
    for match in _ONE_WORD.finditer(text):
        word = fold(match[0])
        named = match[0][0].isupper() or _NEAR.search(
            text, max(0, match.start() - 6), match.start()
        )
        if named and word not in public and not _GENERIC.match(word):
            yield Found(match.start(), match.end(), "school")
    for match in _MANY_WORDS.finditer(text):
        words = match[1].split()
        while words and (fold(words[0]) in _NOT_A_NAME or words[0].isupper()):
            words.pop(0)
        ordinary = any(fold(word) in _NOT_A_NAME for word in words)
        if words and not ordinary and fold(match[0]) not in public:
            yield Found(text.index(words[0], match.start()), match.end(), "school")
    for match in _GOES.finditer(text):
        if not any(fold(word) in _NOT_A_NAME for word in match["name"].split()):
            yield Found(match.start("school"), match.end("school"), "school")
