"""Ages and classes in a message mean one of the report's three age groups, and only those do."""

from __future__ import annotations

from typing import List

import pytest

from vejviser.nlu.ages import SCHOOL, SMALL, TEEN, age_tokens
from vejviser.nlu.ages import _group as group

SAID = [
    ("Hvilke tegn ses hos børn under 5 år?", [SMALL]),
    ("en dreng på 4", [SMALL]),
    ("barn paa 3 aar", [SMALL]),
    ("to år gammel pige", [SMALL]),
    ("halvandet år", [SMALL]),
    ("i vuggestuen", [SMALL]),
    ("børnehavebarn", [SMALL]),
    ("traumer 6 år", [SCHOOL]),
    ("en pige på ni", [SCHOOL]),
    ("8-årig dreng", [SCHOOL]),
    ("en elev i 3. klasse", [SCHOOL]),
    ("3.b er urolig", [SCHOOL]),
    ("0. klasse", [SCHOOL]),
    ("mellemtrinnet", [SCHOOL]),
    ("sfo'en", [SCHOOL]),
    ("15-årig", [TEEN]),
    ("er 17 og vil ik", [TEEN]),
    ("han er fjorten", [TEEN]),
    ("9. kl", [TEEN]),
    ("teenagere med traumer", [TEEN]),
    ("efterskole", [TEEN]),
    ("i am 16 years old", [TEEN]),
    ("børn på 4 år og 14 år", [SMALL, TEEN]),
]
NOT_SAID = [
    "§ 11 stk. 3",
    "rapporten fra 2018",
    "439 og 173",
    "ring 112",
    "116 111",
    "70 27 76 66",
    "alle 98 kommuner",
    "en kommune på 40 år",
    "hvad koster det",
    "",
    "25 år gammel",
]


@pytest.mark.parametrize("text, groups", SAID)
def test_an_age_is_understood_as_its_group(text: str, groups: List[str]) -> None:
    assert age_tokens(text) == groups


@pytest.mark.parametrize("text", NOT_SAID)
def test_other_numbers_are_no_age(text: str) -> None:
    assert age_tokens(text) == []


@pytest.mark.parametrize(
    "age, expected",
    [(0, SMALL), (5, SMALL), (6, SCHOOL), (12, SCHOOL), (13, TEEN), (17, TEEN), (19, TEEN)],
)
def test_the_groups_end_where_the_report_ends_them(age: int, expected: str) -> None:
    assert group(age) == expected


def test_a_group_is_named_once() -> None:
    assert age_tokens("en pige på 14 år i 8. klasse, en teenager") == [TEEN]
