"""Sparse features of short Danish and English messages: words, stems, ages and pieces of words."""

from __future__ import annotations

from typing import List

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import FeatureUnion

from vejviser.knowledge.search import stems
from vejviser.nlu.ages import age_tokens
from vejviser.text import normalise


def split(text: str) -> List[str]:
    """The words of an already normalised text (a named function, so that it can be stored)."""
    return text.split()


def text_features() -> FeatureUnion:
    """Untrained features: word pairs for phrases, stems for inflection, n-grams for typing errors.

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
