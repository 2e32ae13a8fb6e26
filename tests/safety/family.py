"""What no text to a young person may say: words that send to the family (R11)."""

from __future__ import annotations

import re
from typing import List

_KIN_DA = (
    r"(?:store|lille|sted)?(?:far|mor|bror|brødre|søster|søstre)|forældre|familie|onkel|onkler"
    r"|tante|fætter|kusine|slægt"
)
_FAMILY_DA = rf"(?:din|dine|jeres) (?:\w+ )?(?:{_KIN_DA})"
_FAMILY_EN = r"your (?:\w+ )?(?:dad|father|mum|mom|mother|parents|family|brothers?|sister|uncles?)"
SENDS_TO_FAMILY = [
    re.compile(
        r"(?<!ikke )(?<!ikke at )(?<!aldrig )(?<!uden at )(?<!end at )"
        r"\b(?:tal|snak|tale|snakke|sig det|sige det|fortæl|fortælle|skriv|skrive|ring|ringe|gå)"
        rf"(?: \w+){{0,3}} (?:med|til) {_FAMILY_DA}",
        re.I,
    ),
    re.compile(
        r"(?<!not )(?<!never )(?<!without )\b(?:talk|speak|write|call|confront|tell|ask|text|go)"
        rf"(?: \w+){{0,2}} (?:to|with )?\s?{_FAMILY_EN}",
        re.I,
    ),
    re.compile(rf"(?<!ikke )\b(?:spørg|spørge|kontakt|kontakte|inddrag) {_FAMILY_DA}", re.I),
    re.compile(r"\b(?:konfronter|mægl selv|forklar (?:dem|dine forældre))\b", re.I),
]


def sent_to_family(text: str) -> List[str]:
    """The words of `text` that send to the family; none in a text that may be said."""
    found = [pattern.search(text) for pattern in SENDS_TO_FAMILY]
    return [match[0] for match in found if match]
