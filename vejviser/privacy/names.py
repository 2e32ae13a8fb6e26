"""Names of persons, also in lower case: listed ones, and whatever stands where a name must."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import FrozenSet, Iterator, List, NamedTuple

import yaml

from vejviser.privacy.numbers import Found
from vejviser.privacy.places import municipalities
from vejviser.privacy.word_lists import word_list
from vejviser.text import fold, stop_words

_LIST = Path(__file__).resolve().parents[2] / "data" / "language" / "first_names.yml"
_WORD = re.compile(r"[^\W_][\w'’-]*")
_ENDS_SENTENCE = re.compile(r"[.!?:;\n]\s*$")
_GENITIVE = re.compile(r"['’]?s$")
_MOST_NAMES = 3  # words that may follow a first name as further names

_KIN = word_list("kin")
_ENGLISH_KIN = word_list("english_kin")
_ROLES = word_list("roles")
_BEFORE_A_NAME = _KIN | _ENGLISH_KIN | _ROLES
_OWN = word_list("possessives")
_TITLES = word_list("titles")
_GREETINGS = word_list("greetings")
_PERSONS = word_list("persons") | _BEFORE_A_NAME
_CALLED = word_list("called")
_FILLERS = word_list("fillers")
_NOT_NAMES = word_list("no_names")


class Names(NamedTuple):
    """The lists of data/language/first_names.yml, folded."""

    sure: FrozenSet[str]
    unsure: FrozenSet[str]


class _Token(NamedTuple):
    start: int
    end: int
    word: str  # folded, as lists have it
    big: bool  # begins with a capital that is not merely the beginning of a sentence
    starts: bool  # a sentence begins here


@lru_cache(maxsize=None)
def listed() -> Names:
    """The lists, read once."""
    content = yaml.safe_load(_LIST.read_text(encoding="utf-8"))
    first, unsure, last = (
        frozenset(fold(name) for name in content[part].split())
        for part in ("names", "unsure", "surnames")
    )
    return Names((first | last) - unsure, unsure)


def persons(text: str, public: FrozenSet[str]) -> Iterator[Found]:
    """The names of persons; words of `public` (folded) are none."""
    tokens = _tokens(text)
    index = 0
    while index < len(tokens):
        if not _is_name(tokens, index) or _is_public(tokens[index : index + 2], public):
            index += 1
            continue
        last = index
        while last + 1 < len(tokens) and last - index < _MOST_NAMES:
            if not _goes_on(text, tokens[last], tokens[last + 1], public):
                break
            last += 1
        start, end = tokens[index].start, tokens[last].end
        if fold(text[start:end]) not in public:
            yield Found(start, end, "name")
        index = last + 1


def _is_public(tokens: List[_Token], public: FrozenSet[str]) -> bool:
    """Whether this word, or the family name after it, is somebody of the knowledge."""
    return any(token.word in public for token in tokens)


def _tokens(text: str) -> List[_Token]:
    matches = [(match, _starts(text, match.start())) for match in _WORD.finditer(text)]
    titled = any(_is_titled(match[0]) for match, starts in matches if not starts)
    tokens = []
    for match, starts in matches:
        shaped = match[0][0].isupper() and not match[0].isupper() and not titled
        tokens.append(_Token(match.start(), match.end(), fold(match[0]), shaped, starts))
    return tokens


def _starts(text: str, place: int) -> bool:
    """Whether a sentence begins at `place`."""
    return place == 0 or bool(_ENDS_SENTENCE.search(text, max(0, place - 4), place))


def _is_titled(word: str) -> bool:
    """Whether a small word has a capital, as In Titles ("I" and "De" have it anywhere)."""
    small = word.istitle() and len(word) > 1 and fold(word) not in ("de", "dem", "jer")
    return small and (fold(word) in _NOT_NAMES or fold(word) in stop_words())


def _is_name(tokens: List[_Token], index: int) -> bool:
    names, token = listed(), tokens[index]
    bare = _GENITIVE.sub("", token.word)
    before = [tokens[i].word for i in range(index - 1, max(-1, index - 5), -1)]
    if token.word in names.sure or bare in names.sure:
        return before[:1] != ["profeten"]
    if token.word in _NOT_NAMES or token.word in _FILLERS or token.word in municipalities():
        return False
    expected = _expected(before, token)
    if token.word in names.unsure or bare in names.unsure:
        if before[:1] and before[0] in _BEFORE_A_NAME:
            return token.word in _UNSURE_AFTER_KIN or token.big
        return expected or (token.big and not token.starts)
    return expected


_UNSURE_AFTER_KIN = word_list("names_after_kin")


def _expected(before: List[str], token: _Token) -> bool:
    """Whether a name must stand here, given the words before, the nearest first."""
    while len(before) > 1 and before[0] in _FILLERS and before[1] in (*_CALLED, "navn", "name"):
        before = before[1:]
    near = before[0] if before else ""
    asked = any(word in ("hvad", "hvordan", "hvem", "what") for word in before)
    if near in _CALLED:
        subject = before[1] if len(before) > 1 else ""
        return not asked and (subject in _PERSONS or (token.big and subject not in ("det", "den")))
    if near in ("navn", "name"):
        return not asked and token.big
    if near == "mig" and before[1:2] == ["kald"] or near == "me" and before[1:2] == ["call"]:
        return token.big
    if near in _GREETINGS or before[:2] == ["bare", "mig"]:
        return token.big
    if near in _TITLES:
        return (token.big and not token.starts) or near in ("fru", "frk", "mrs")
    related = near == "til" and before[2:3] == ["er"] and before[1] in _BEFORE_A_NAME
    if near in _BEFORE_A_NAME or related:
        return token.big and not token.starts
    return False


def may_hold_name(text: str) -> bool:
    """Whether a language model could find a name in a text that the lists do not: something that
    is written like a name after its first word, or a word after "min fætter"."""
    words = [match[0] for match in _WORD.finditer(text)]
    written_so = any(word.istitle() for word in words[1:])
    return written_so or any(map(expects_name, words, words[1:-1]))


def may_be_name(name: str, public: FrozenSet[str]) -> bool:
    """Whether what a language model takes for a person may be one."""
    word = fold(name)
    return not (word in public or word in _NOT_NAMES or word in municipalities())


def expects_name(before: str, word: str) -> bool:
    """Whether the language model may be believed when it takes the word after "min fætter", in
    lower case, for a name: there it is nearly always right."""
    return before.lower() in _OWN and fold(word) in _KIN


def _goes_on(text: str, token: _Token, following: _Token, public: FrozenSet[str]) -> bool:
    """Whether the next word is a further name of the same person."""
    if text[token.end : following.start].strip(" ") or following.word in public:
        return False
    if following.word in _NOT_NAMES or following.word in municipalities():
        return False
    return following.big or following.word in listed().sure
