"""Sparse features of short Danish and English messages: words, stems, ages and pieces of words.

Topic classifier and crisis detector learn from the same features, so a message is turned into
numbers once and both look at them.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from functools import cached_property, lru_cache
from typing import Any, Callable, Dict, Iterable, List, NamedTuple, Tuple

import numpy as np
from rasa.shared.nlu.training_data.message import Message
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import FeatureUnion

from vejviser.knowledge.search import stems
from vejviser.nlu.ages import age_tokens
from vejviser.text import normalise

ROWS = "text_rows"


def split(text: str) -> List[str]:
    """The words of an already normalised text (a named function, so that it can be stored)."""
    return text.split()


class _Part(NamedTuple):
    """One trained vectorizer, as it is looked up: pieces of a text -> weighted features."""

    pieces: Callable[[str], Iterable[str]]
    places: Dict[str, int]
    idf: np.ndarray
    sublinear: bool
    weight: float
    offset: int  # where its features begin among all


class TextFeatures:
    """Trained features. `row` gives one row of 32-bit numbers for a text."""

    def __init__(self, union: FeatureUnion, fingerprint: str) -> None:
        self._union = union
        self.fingerprint = fingerprint

    @cached_property
    def _parts(self) -> List[_Part]:
        parts: List[_Part] = []
        weights = self._union.transformer_weights
        for name, vectorizer in self._union.transformer_list:
            part = _Part(
                pieces=vectorizer.build_analyzer(),
                places=vectorizer.vocabulary_,
                idf=vectorizer.idf_,
                sublinear=vectorizer.sublinear_tf,
                weight=weights.get(name, 1.0),
                offset=sum(len(earlier.places) for earlier in parts),
            )
            parts.append(part)
        return parts

    def row(self, text: str) -> csr_matrix:
        """What the vectorizers' own `transform` gives for a text, as the user typed it.

        Theirs is made for thousands of texts: for one it takes four times as long, most of it
        checking and converting (docs/performance.md).
        """
        places, values = zip(*(_look_up(part, text) for part in self._parts), strict=True)
        columns, data = np.concatenate(places), np.concatenate(values).astype(np.float32)
        width = self._parts[-1].offset + len(self._parts[-1].places)
        return csr_matrix((data, columns, np.array([0, len(data)])), shape=(1, width))

    def of(self, message: Message, text: str) -> csr_matrix:
        """The row for a text that belongs to a message, worked out once for all components."""
        rows: Dict[Tuple[str, str], Any] = message.get(ROWS) or {}
        key = (self.fingerprint, text)
        if key not in rows:
            rows[key] = self.row(text)
            message.set(ROWS, rows)
        return rows[key]


def _look_up(part: _Part, text: str) -> Tuple[np.ndarray, np.ndarray]:
    """Columns and TF-IDF values of a text's known pieces; the values have length one together."""
    known = (part.places.get(piece) for piece in part.pieces(text))
    counts = Counter(place for place in known if place is not None)
    places = np.fromiter(counts.keys(), np.int32, len(counts))
    values = np.fromiter(counts.values(), np.float64, len(counts))
    if part.sublinear:
        values = 1.0 + np.log(values)
    values *= part.idf[places]
    length = float(np.sqrt(values @ values)) or 1.0
    return places + part.offset, values * (part.weight / length)


class Fitted(NamedTuple):
    """Features and what they make of the texts that they were trained on."""

    features: TextFeatures
    matrix: csr_matrix
    row_of: Dict[str, int]

    def rows(self, texts: List[str]) -> csr_matrix:
        """The rows of some of the training texts, in the order given."""
        return self.matrix[[self.row_of[text] for text in texts]]


@lru_cache(maxsize=1)
def fit(texts: Tuple[str, ...]) -> Fitted:
    """Train the features on all texts; the second component to ask gets what the first one got."""
    union = _untrained()
    matrix = union.fit_transform(texts).astype(np.float32)
    fingerprint = hashlib.sha256("\n".join(texts).encode()).hexdigest()
    row_of = {text: row for row, text in enumerate(texts)}
    return Fitted(TextFeatures(union, fingerprint), matrix, row_of)


def _untrained() -> FeatureUnion:
    """Word pairs for phrases, stems for inflection, n-grams for typing errors.

    Trained on and applied to plain strings as the user typed them.
    """
    return FeatureUnion(
        [
            (
                "words",
                TfidfVectorizer(
                    preprocessor=normalise,
                    tokenizer=split,
                    token_pattern=None,
                    ngram_range=(1, 2),
                    min_df=2,
                    sublinear_tf=True,
                ),
            ),
            ("ages", TfidfVectorizer(analyzer=age_tokens)),
            ("stems", TfidfVectorizer(analyzer=stems, sublinear_tf=True)),
            (
                "pieces",
                TfidfVectorizer(
                    preprocessor=normalise,
                    analyzer="char_wb",
                    ngram_range=(3, 5),
                    min_df=4,
                    sublinear_tf=True,
                ),
            ),
        ],
        # An age narrows a question down; it must not outweigh what is asked.
        transformer_weights={"ages": 0.6},
    )
