"""Sparse features of short Danish and English messages: words, stems, ages and pieces of words.

Topic classifier and crisis detector learn from the same features, so a message is turned into
numbers once and both look at them.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Any, Dict, List, NamedTuple, Tuple

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


class TextFeatures:
    """Trained features. `transform` gives one row of 32-bit numbers for each text."""

    def __init__(self, union: FeatureUnion, fingerprint: str) -> None:
        self._union = union
        self.fingerprint = fingerprint

    def transform(self, texts: List[str]) -> csr_matrix:
        """One row for each text, as the user typed it."""
        return self._union.transform(texts).astype(np.float32)

    def of(self, message: Message, text: str) -> csr_matrix:
        """The row for a text that belongs to a message, worked out once for all components."""
        rows: Dict[Tuple[str, str], Any] = message.get(ROWS) or {}
        key = (self.fingerprint, text)
        if key not in rows:
            rows[key] = self.transform([text])
            message.set(ROWS, rows)
        return rows[key]


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
