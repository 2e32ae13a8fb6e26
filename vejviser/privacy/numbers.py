"""CPR numbers, telephone numbers and addresses of the net, in the notations that people type."""

from __future__ import annotations

import re
from typing import FrozenSet, Iterator, NamedTuple


class Found(NamedTuple):
    """A piece of a text that shows who somebody is: from `start` to before `end`, and its sort."""

    start: int
    end: int
    sort: str


_BETWEEN = r"[^\w,]{0,3}_?"  # what stands between the digits of one number
_TEN_OR_TWELVE = re.compile(rf"(?<!\d)\d(?:{_BETWEEN}\d){{9}}(?:(?:{_BETWEEN}\d){{2}})?(?!\d)")
_SIX_AND_FOUR = re.compile(
    r"(?<!\d)\d{6}(?:[\W_]{0,3}|\W*\b(?:bindestreg|streg|dash)\W*)(?:\d{4}(?!\d)|[xX*]{4})"
)
_LAST_FOUR = re.compile(
    r"(?i)\b(?:cpr\w*|personnummer\w*|sidste (?:fire|4)|last (?:four|4))\b\D{0,30}(\d{4,6})(?!\d)"
)
_BIRTHDAY = re.compile(
    r"(?i)\b(?:født|foedt|fødselsdato|fødselsdag|born|birthday)\b[^\d\n]{0,12}"
    r"(\d{6,8}|\d{1,2}[./-]\s?\d{1,2}[./-]\s?(?:\d{4}|\d{2}))(?!\d)"
)
_GAP = r"[\s.\-–/]{0,3}"
_PHONE = re.compile(
    rf"(?<![\d§])(?<!\d[.,])(?:\(?(?:\+|00)?45\)?{_GAP})?[2-9](?:{_GAP}\d){{7}}(?!\d)"
)
_FOREIGN = re.compile(r"(?<!\w)(?:\+|00)(?!45)[1-9](?:[\s.\-–/()]{0,2}\d){7,13}(?!\d)")
_LONG = re.compile(r"(?<!\d)\d{9,20}(?!\d)")  # passports, cards, accounts
_DIGIT = re.compile(r"\d")
_NOT_A_PHONE = re.compile(
    r"(?:19|20)\d\d\W{1,3}(?:19|20)\d\d"  # years
    r"|(?:0?[1-9]|[12]\d|3[01])[./\- ]{1,2}(?:0?[1-9]|1[0-2])[./\- ]{1,2}(?:19|20)\d\d"  # a day
    r"|(?:19|20)\d\d-\d\d-\d\d"
    r"|(?:[01]?\d|2[0-4])[.:][0-5]\d ?[-–] ?(?:[01]?\d|2[0-4])[.:][0-5]\d"  # opening hours
    r"|\d{1,3}(?:\.\d{3})*\.000"  # an amount
)
_AMOUNT = re.compile(r" ?(?:kr|kroner|mio|euro|personer|børn)\b")
_AT = r"(?:\s?@\s?|\s?[(\[](?:at|snabela)[)\]]\s?|\s(?:snabela|snabel-a)\s)"
_DOT = r"(?:\.|\s(?:dot|punktum)\s)"
_MAIL = re.compile(
    rf"(?i)(?<![\w.+-])[\w.+-]{{1,64}}(?:{_AT}[\w-]{{1,60}}(?:{_DOT}[\w-]{{1,60}}){{0,5}}"
    r"|\sat\s[\w-]{1,60}(?:\s(?:dot|punktum)\s[\w-]{1,60}){1,3})"
)
_APP = r"(?:snap(?:chat)?|insta(?:gram)?|ig|tiktok|discord|facebook|fb|telegram|steam)"
_HANDLE = r"@?\w(?:[\w.#-]{0,40}\w)?"
_HANDLES = (
    re.compile(r"(?<![\w.@])@\w[\w.]{1,40}\w"),
    re.compile(rf"(?i)\b{_APP}(?:navn\w*)?\b(?:\s?[:=]|\s(?:hedder|er|is))*\s*(\w{{0,40}}[\d_.#][\w.#]{{0,40}}\w)"),
    re.compile(rf"(?i)\b(?:{_APP}(?:navn\w*)?|sc|brugernavn\w*|username)\s?[:=]\s*({_HANDLE})"),
    re.compile(rf"(?i)\b(?:{_APP}navn\w*|brugernavn\w*|username)\s(?:er|is)\s({_HANDLE})"),
    re.compile(rf"(?i)\b(?:min|mit|my|hans|hendes)\s{_APP}\s(?:hedder|is called)\s({_HANDLE})"),
    re.compile(rf"(?i)\b(?:tilføj|tilfoej|add|følg|foelg|follow)\s(?:mig|me)\s(?:på|paa|on)\s{_APP}"
               rf"\s(?!og\b|and\b|eller\b)({_HANDLE})"),
    re.compile(rf"(?i)(?<!\w)(\w{{0,40}}[\d_][\w.]{{0,40}})\s(?:på|paa|on)\s{_APP}\b"),
)  # fmt: skip


def digits(text: str) -> str:
    """The digits of `text`, as 0-9 whatever script they are in."""
    return "".join(str(int(digit)) for digit in _DIGIT.findall(text))


def numbers(text: str, public: FrozenSet[str]) -> Iterator[Found]:
    """CPR and telephone numbers, and other long ones; those that are `public` stay."""
    for pattern in (_SIX_AND_FOUR, _TEN_OR_TWELVE):
        for match in pattern.finditer(text):
            bare = digits(match[0])
            certain = pattern is _SIX_AND_FOUR or _is_born(bare)
            if certain and not _is_public(bare, public):
                yield Found(match.start(), match.end(), "cpr")
    for pattern in (_LAST_FOUR, _BIRTHDAY):
        for match in pattern.finditer(text):
            yield Found(match.start(1), match.end(1), "cpr")
    for match in _PHONE.finditer(text):
        if _is_phone(match, public):
            yield Found(match.start(), match.end(), "phone")
    for pattern in (_FOREIGN, _LONG):
        for match in pattern.finditer(text):
            if not _is_public(digits(match[0]), public):
                yield Found(match.start(), match.end(), "phone")


def net_addresses(text: str, public: FrozenSet[str]) -> Iterator[Found]:
    """Mail addresses, and names on Snapchat, Instagram and the like."""
    for match in _MAIL.finditer(text):
        if match[0].lower() not in public:
            yield Found(match.start(), match.end(), "mail")
    for pattern in _HANDLES:
        for match in pattern.finditer(text):
            group = pattern.groups
            if _may_be_handle(match[group]):
                yield Found(match.start(group), match.end(group), "handle")


def _may_be_handle(word: str) -> bool:
    return not word.isdigit()  # "snap 2 gange"


def _is_born(bare: str) -> bool:
    """Whether the digits begin with a day and a month (a replacement CPR adds 60 to the day)."""
    day, month = int(bare[:2]), int(bare[2:4])
    century = len(bare) == 10 or bare[4:6] in ("19", "20")
    return century and 1 <= (day - 60 if day > 60 else day) <= 31 and 1 <= month <= 12


def _is_phone(match: "re.Match[str]", public: FrozenSet[str]) -> bool:
    if _is_public(digits(match[0]), public) or _NOT_A_PHONE.fullmatch(match[0]):
        return False
    return not _AMOUNT.match(match.string, match.end())


def _is_public(bare: str, public: FrozenSet[str]) -> bool:
    return bare in public or (bare[:-8] in ("", "45", "0045") and bare[-8:] in public)
