"""Makes a model of texts and their classes. Takes scikit-learn, which only the process that trains loads."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from workflow.assistant.learning.linear import Linear, probabilities
from workflow.assistant.learning.terms import MOST_TERMS, Floats, sparse, vocabulary

STRENGTH = 0.3
"""How much an error counts against short weights; tried on public messages: 0.1 to 1 differ by half a point."""
STEEPEST = 64.0


def fit(texts: Sequence[str], labels: Sequence[str], *, most_terms: int = MOST_TERMS, steep: float = 4.0) -> Linear:
    """A linear support vector classifier, one class against the others. ValueError below two classes."""
    from scipy.sparse import csr_array
    from sklearn.svm import LinearSVC

    if len(set(labels)) < 2:
        raise ValueError("one class alone is nothing to choose from")
    known = vocabulary(texts, most_terms)
    values, places, begins = sparse(known, texts)
    rows = csr_array((values, places.astype(np.int32), begins.astype(np.int32)), shape=(len(texts), len(known.terms)))
    made = LinearSVC(C=STRENGTH, tol=1e-3, random_state=0).fit(rows, np.asarray(labels))
    weights, bias = np.asarray(made.coef_), np.asarray(made.intercept_)
    if len(made.classes_) == 2:
        weights, bias = np.vstack([-weights, weights]), np.concatenate([-bias, bias])
    classes = tuple(str(one) for one in made.classes_)
    return Linear(classes, known, weights.T.astype(np.float16), bias.astype(np.float32), steep)


def margins_of(model: Linear, texts: Sequence[str]) -> Floats:
    """Of texts (texts × classes)."""
    return np.stack([model.margins(text) for text in texts]) if texts else np.zeros((0, len(model.classes)), np.float32)


def steepness(margins: Floats, right: npt.NDArray[np.int64]) -> float:
    """The steepness at which the probabilities of margins that were not learned from fit what was right best."""

    def loss(steep: float) -> float:
        likely = probabilities(margins, steep)[np.arange(len(right)), right]
        return float(-np.log(np.maximum(likely, 1e-12)).mean())

    low, high = 0.0, float(np.log(STEEPEST))
    inner = (np.sqrt(5) - 1) / 2
    for _ in range(40):
        left, other = high - inner * (high - low), low + inner * (high - low)
        if loss(float(np.exp(left))) < loss(float(np.exp(other))):
            high = other
        else:
            low = left
    return float(np.exp((low + high) / 2))
