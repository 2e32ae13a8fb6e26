"""Ages and school classes in a message, as tokens that mean the report's three age groups."""

from __future__ import annotations

import re
from typing import List

from vejviser.text import normalise

SMALL, SCHOOL, TEEN = "alder_0_5", "alder_6_12", "alder_13_17"
_NUMBER_WORDS = (
    "nul et to tre fire fem seks syv otte ni ti elleve tolv tretten fjorten femten seksten "
    "sytten atten nitten"
)
NUMBERS = {word: number for number, word in enumerate(_NUMBER_WORDS.split())}
NUMBERS["halvandet"] = 1
_WORDS = "|".join(NUMBERS)
_NUMBER = rf"(?:\d{{1,2}}|{_WORDS})"
_AGE = re.compile(
    rf"\b({_NUMBER})(?:[- ]?aars?|[- ]?aarig[ea]?s?| year| yo\b| aar gammel)"
    rf"|\b(?:paa|er|fyldt|alder(?:en)?|age|aged) ({_NUMBER})\b"
    r"(?! (?:mdr|maaned|uger|timer|pct|kommuner))"
)
_CLASS = re.compile(rf"\b({_NUMBER}|0)[a-e]?\.? ?(?:klasse|kl)\b|\b(\d) ?[a-e]\b")
_GROUPS = (
    (
        SMALL,
        r"vuggestue|boernehave|dagpleje|spaedbarn|baby|smaaboern|smaa boern|lille barn|toddler",
    ),
    (SCHOOL, r"indskoling|mellemtrin|sfo|skolefritids|fritidshjem|boernehaveklasse"),
    (
        TEEN,
        r"teenage|udskoling|gymnasi|konfirmation|efterskole|ungdomsskole|ungdomsklub"
        r"|erhvervsskole|fgu\b|hf\b|stor unge|unge mennesker|puberte",
    ),
)


def age_tokens(text: str) -> List[str]:
    """The age groups that a message speaks of, e.g. ["alder_6_12"] for "pige i 3. klasse"."""
    folded = normalise(text)
    ages = [_value(a or b) for a, b in _AGE.findall(folded)]
    ages += [_value(a or b) + 6 for a, b in _CLASS.findall(folded)]
    groups = [_group(age) for age in ages if age < 20]
    groups += [group for group, pattern in _GROUPS if re.search(pattern, folded)]
    return list(dict.fromkeys(groups))


def _value(number: str) -> int:
    return int(number) if number.isdigit() else NUMBERS[number]


def _group(age: int) -> str:
    if age <= 5:
        return SMALL
    return SCHOOL if age <= 12 else TEEN
