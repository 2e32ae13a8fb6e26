"""A linear classifier of each label against the rest, for many labels and sparse features."""

from __future__ import annotations

from typing import List, Tuple

import joblib
import numpy as np
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC

# Nine weights in ten are smaller: without them the answers are the same (docs/performance.md).
SMALL = 0.005


class OneAgainstRest:
    """Trained weights of `labels`; a positive score says "this label rather than any other"."""

    def __init__(self, labels: List[str], weights: np.ndarray, bias: np.ndarray) -> None:
        self.labels = labels
        self._weights = csr_matrix(
            np.where(np.abs(weights) > SMALL, weights, 0).T, dtype=np.float32
        )
        self._bias = bias.astype(np.float32)

    @classmethod
    def fit(cls, matrix: csr_matrix, labels: List[str], c: float) -> "OneAgainstRest":
        """Train on all cores: rows of `matrix` (texts x features) have the labels in their order.

        Each core gets a share of the labels and takes the others for one, which is thrown away.
        """
        exact = matrix.astype(np.float64)

        def train(share: np.ndarray) -> Tuple[np.ndarray, np.ndarray]:
            own = np.where(np.isin(labels, share), labels, "")
            svm = LinearSVC(C=c, tol=5e-2, random_state=0).fit(exact, own)
            mine = svm.classes_ != ""
            return svm.coef_[mine], svm.intercept_[mine]

        shares = np.array_split(np.unique(labels), joblib.cpu_count())
        trained = joblib.Parallel(n_jobs=-1)(map(joblib.delayed(train), shares))
        weights, bias = (np.concatenate(parts) for parts in zip(*trained, strict=True))
        return cls([str(label) for label in np.concatenate(shares)], weights, bias)

    def scores(self, row: csr_matrix) -> np.ndarray:
        """The score of each label, in their order, for one row of features."""
        return np.asarray((row @ self._weights).toarray()[0] + self._bias)


def margin(classifier: LinearSVC, row: csr_matrix) -> float:
    """How far one row of features is on the second of two classes' side of the border.

    What scikit-learn's `decision_function` gives, which checks its input for longer than it works.
    """
    return float(row.data @ classifier.coef_[0][row.indices] + classifier.intercept_[0])
