"""Noisy copies of treebank sentences, as people write them in a chat.

Only the spelling and the punctuation change: every token that stays keeps its part of speech,
its morphology, its correctly spelled lemma and its name label. All randomness comes from the
``random.Random`` handed in, so the same seed gives the same copies.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from spacy.tokens import Doc
from spacy.vocab import Vocab

# How æ, ø and å are written without a Danish keyboard.
DIGRAPHS = {"æ": "ae", "ø": "oe", "å": "aa"}
BARE_LETTERS = {"æ": "ae", "ø": "o", "å": "a"}

# Forms that turn up in chat and in school pupils' writing, by the correct lower-case form.
COMMON_MISSPELLINGS: dict[str, tuple[str, ...]] = {
    "af": ("ad",),
    "altid": ("altig", "alltid"),
    "altså": ("asså", "alså"),
    "andre": ("andrer",),
    "at": ("og",),
    "bare": ("bar", "bar'"),
    "blevet": ("bleved", "blevt"),
    "bliver": ("blir", "bliv"),
    "burde": ("burte",),
    "derfor": ("defor",),
    "det": ("de", "d"),
    "egentlig": ("egentligt", "eglig", "egenlig"),
    "eller": ("elr", "eler"),
    "forældre": ("foreldre", "forældrer", "forælder"),
    "fordi": ("fordig", "fodi"),
    "gerne": ("gerner", "gjerne"),
    "gider": ("gidder",),
    "gøre": ("gør",),
    "hvad": ("hva", "vad", "hvaf"),
    "hvem": ("vem",),
    "hver": ("vær", "hvær"),
    "hvis": ("vis", "vhis"),
    "hvor": ("vor", "hvo"),
    "hvordan": ("vordan", "hvorden", "hvodan"),
    "hvorfor": ("vorfor", "hvofor"),
    "igen": ("ien", "igjen"),
    "ikke": ("ik", "ikk", "ike"),
    "interesse": ("intresse",),
    "interesseret": ("intereseret", "intresseret"),
    "jeg": ("jg", "jeq", "je"),
    "kan": ("ka", "kn"),
    "kunne": ("ku", "kune"),
    "lige": ("li", "lie"),
    "ligesom": ("lissom",),
    "man": ("mand",),
    "mange": ("mage",),
    "meget": ("mget", "megt", "mejet"),
    "mig": ("mi", "mej"),
    "mine": ("min",),
    "måske": ("måsked", "måskke"),
    "nogen": ("nogle", "noen"),
    "noget": ("nogt", "noet", "nåed"),
    "nogle": ("nogen", "nole"),
    "nødt": ("nød", "nøt"),
    "og": ("å",),
    "også": ("ogs", "osse", "åså"),
    "problemer": ("problmer", "prolemer"),
    "selvfølgelig": ("selvfølig", "selføli"),
    "sige": ("sie", "siger"),
    "siger": ("sir", "sige"),
    "skal": ("ska", "sk"),
    "skulle": ("sku", "skule"),
    "snakke": ("snake",),
    "synes": ("syntes", "syns"),
    "tager": ("tar", "tage"),
    "tilbage": ("tilbake",),
    "være": ("vær", "vere"),
    "været": ("vært", "veret"),
    "vide": ("vie",),
    "virkelig": ("virklig", "virkeligt"),
}

_NEIGHBOURS = {
    "a": "sq", "b": "vn", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj", "i": "uo",
    "j": "hk", "k": "jl", "l": "kø", "m": "n", "n": "bm", "o": "ip", "p": "oå", "r": "et",
    "s": "ad", "t": "ry", "u": "yi", "v": "cb", "y": "tu", "æ": "lø", "ø": "æl", "å": "p",
}  # fmt: skip


@dataclass(frozen=True)
class Style:
    """How one message is written; the whole message keeps to it."""

    lower: bool = False
    upper: bool = False
    punctuation: str = "keep"  # "keep", "drop" (all of it) or "few" (no commas and quotes)
    letters: dict[str, str] | None = None
    misspell: float = 0.0  # chance that a word gets a misspelling

    @property
    def changes_something(self) -> bool:
        """Whether a text written in this style can differ from the original at all."""
        return self != Style()


#: What the fixed noisy test file is written in: the hardest common way without misspellings.
PLAIN_CHAT = Style(lower=True, punctuation="drop", letters=DIGRAPHS)


def random_style(rng: random.Random) -> Style:
    """Draw a way of writing; the shares are estimates of how chat in Danish looks."""
    case = rng.random()
    letters = rng.choices([None, DIGRAPHS, BARE_LETTERS], [0.50, 0.32, 0.18])[0]
    return Style(
        lower=case < 0.70,
        upper=case > 0.98,
        punctuation=rng.choices(["drop", "few", "keep"], [0.60, 0.20, 0.20])[0],
        letters=letters,
        misspell=rng.choices([0.0, 0.06, 0.15], [0.45, 0.35, 0.20])[0],
    )


def _slip(word: str, rng: random.Random) -> str:
    """Make one slip of the finger: two letters swapped, one left out, doubled or hit beside."""
    at = rng.randrange(1, len(word) - 1)
    kind = rng.random()
    if kind < 0.30:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind < 0.60:
        return word[:at] + word[at + 1 :]
    if kind < 0.75:
        return word[:at] + word[at] + word[at:]
    beside = _NEIGHBOURS.get(word[at], word[at])
    return word[:at] + rng.choice(beside) + word[at + 1 :]


def _misspell(word: str, pos: str, rng: random.Random) -> str:
    known = COMMON_MISSPELLINGS.get(word.lower())
    if known and rng.random() < 0.8:
        wrong = rng.choice(known)
        return wrong.capitalize() if word[0].isupper() else wrong
    if len(word) < 4 or not word.isalpha():
        return word
    # The silent r of the present tense is the commonest mistake in written Danish.
    if pos == "VERB" and rng.random() < 0.35:
        if word.endswith("er"):
            return word[:-1]
        if word.endswith("re"):
            return word + "r"
    for double in ("kk", "ll", "mm", "nn", "pp", "ss", "tt", "dd", "gg"):
        if double in word and rng.random() < 0.5:
            return word.replace(double, double[0], 1)
    return _slip(word, rng)


def _spell(word: str, letters: dict[str, str]) -> str:
    for letter, instead in letters.items():
        word = word.replace(letter, instead).replace(letter.upper(), instead.capitalize())
    return word


def write(words: list[str], pos: list[str], style: Style, rng: random.Random) -> list[str]:
    """Give the words of one message in a style; a dropped punctuation mark becomes ``""``."""
    out = []
    for word, kind in zip(words, pos, strict=True):
        if kind == "PUNCT" and (
            style.punctuation == "drop"
            or (style.punctuation == "few" and word not in {".", "?", "!", "..."})
        ):
            out.append("")
            continue
        # Names and numbers are left alone: a slip there makes another name or number.
        chance = style.misspell * (2 if word.lower() in COMMON_MISSPELLINGS else 1)
        if kind not in {"PUNCT", "NUM", "SYM", "PROPN"} and rng.random() < chance:
            word = _misspell(word, kind, rng)
        if style.letters:
            word = _spell(word, style.letters)
        if style.lower:
            word = word.lower()
        elif style.upper:
            word = word.upper()
        out.append(word)
    return out


def noisy_doc(doc: Doc, vocab: Vocab, style: Style, rng: random.Random, spaces: float = 0.0) -> Doc:
    """Copy a document in a style, annotation and all.

    spaces: chance of one stray white-space token (two spaces, a new line) somewhere inside.
    The copy may be empty when the document was nothing but punctuation.
    """
    words = write([t.text for t in doc], [t.pos_ for t in doc], style, rng)
    kept = [token for token, word in zip(doc, words, strict=True) if word]
    columns: dict[str, Any] = {
        "words": [word for word in words if word],
        # Where a mark was dropped, its white space falls to the word before it.
        "spaces": [],
        "pos": [t.pos_ for t in kept],
        "morphs": [str(t.morph) for t in kept],
        "lemmas": [t.lemma_ for t in kept],
        "ents": [f"{t.ent_iob_}-{t.ent_type_}" if t.ent_type_ else "O" for t in kept],
        "sent_starts": [],
    }
    starts = 0
    for token, word in zip(doc, words, strict=True):
        starts += bool(token.is_sent_start)
        if word:
            columns["sent_starts"].append(starts > 0)
            columns["spaces"].append(bool(token.whitespace_))
            starts = 0
        elif columns["spaces"]:
            columns["spaces"][-1] = columns["spaces"][-1] or bool(token.whitespace_)
    if kept:
        columns["spaces"][-1] = False
    _mend_names(columns["ents"], [t.i for t in kept], doc)
    if len(kept) > 2 and rng.random() < spaces:
        _stray_space(columns, rng)
    columns["tags"] = columns["pos"]
    return Doc(vocab, **columns)


def _mend_names(labels: list[str], kept: list[int], doc: Doc) -> None:
    """Make a name begin again when the punctuation mark it began with was dropped."""
    present = set(kept)
    for span in doc.ents:
        first = next((i for i in range(span.start, span.end) if i in present), None)
        if first is not None:
            labels[kept.index(first)] = f"B-{span.label_}"


def _stray_space(columns: dict[str, Any], rng: random.Random) -> None:
    at = rng.randrange(1, len(columns["words"]))
    before, after = columns["ents"][at - 1], columns["ents"][at]
    inside = after.startswith("I-") and before != "O"
    blank = rng.choice([" ", "\n"]) if columns["spaces"][at - 1] else "\n"
    for name, value in (
        ("words", blank),
        ("spaces", False),
        ("pos", "SPACE"),
        ("morphs", ""),
        ("lemmas", blank),
        ("ents", after if inside else "O"),
        ("sent_starts", False),
    ):
        columns[name].insert(at, value)


def messages(docs: Iterable[Doc], rng: random.Random) -> Iterator[Doc]:
    """Cut documents into pieces of a chat message's length: one sentence, now and then two."""
    for doc in docs:
        sentences = list(doc.sents)
        while sentences:
            size = min(len(sentences), 2 if rng.random() < 0.2 else 1)
            yield doc[sentences[0].start : sentences[size - 1].end].as_doc()
            del sentences[:size]


def noisy_copies(docs: list[Doc], vocab: Vocab, copies: int, seed: int) -> Iterator[Doc]:
    """Give several noisy copies of all the documents, each sentence in a newly drawn style."""
    for copy in range(copies):
        rng = random.Random(f"{seed}/{copy}")
        for message in messages(docs, rng):
            style = random_style(rng)
            if style.changes_something:
                noisy = noisy_doc(message, vocab, style, rng, spaces=0.03)
                if len(noisy):
                    yield noisy
