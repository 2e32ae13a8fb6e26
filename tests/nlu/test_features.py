"""A text looked up by itself has the features that it was trained with."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.svm import LinearSVC

from vejviser.nlu.features import fit
from vejviser.nlu.one_against_rest import margin
from vejviser.nlu.training_texts import look_alikes

TEXTS = (*look_alikes()[:300], "Dreng på 8, ondt i maven hver dag", "pige i 3. klasse")
ASKED = [*TEXTS[:20], TEXTS[-2], "min MOR, min mor og min far!!", "ukendteordxyz", "", "🙂"]


@pytest.mark.parametrize("text", ASKED)
def test_one_text_alone_gets_what_the_vectorizers_give(text: str) -> None:
    features = fit(TEXTS).features
    expected = features._union.transform([text])
    np.testing.assert_allclose(features.row(text).toarray(), expected.toarray(), atol=1e-6)


def test_the_rows_of_training_texts_are_the_same_again() -> None:
    fitted = fit(TEXTS)
    again = [fitted.features.row(text).toarray()[0] for text in TEXTS]
    np.testing.assert_allclose(fitted.rows(list(TEXTS)).toarray(), again, atol=1e-6)


def test_a_margin_is_what_the_classifier_decides_by() -> None:
    fitted = fit(TEXTS)
    matrix = fitted.rows(list(TEXTS))
    classifier = LinearSVC(random_state=0).fit(matrix, ["far" in text for text in TEXTS])
    expected = classifier.decision_function(matrix)
    margins = [margin(classifier, fitted.features.row(text)) for text in TEXTS]
    np.testing.assert_allclose(margins, expected, atol=1e-4)
