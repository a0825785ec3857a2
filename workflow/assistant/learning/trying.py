"""Trains by turns: a model is made of some sides of the texts and tried on the other; repeated texts stay together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress

import numpy as np
import numpy.typing as npt

from workflow.assistant.learning.figures import Figures, figures
from workflow.assistant.learning.fitting import fit, margins_of, steepness
from workflow.assistant.learning.linear import Linear, probabilities
from workflow.assistant.learning.repeated import groups, sides

SIDES = 5
FEW_SIDES = 3
MANY = 20_000
"""From so many texts on, three sides tell as much."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A model of all texts, its figures by turns, which class came first for each text, and which texts repeat others:
    those of one group do.
    """

    model: Linear
    figures: Figures
    guesses: list[str]
    groups: npt.NDArray[np.int64]

    @property
    def repeated(self) -> int:
        """How many texts repeat another."""
        return len(self.groups) - len(np.unique(self.groups))


def train(texts: Sequence[str], labels: Sequence[str]) -> Tried:
    """Make a model, its probabilities calibrated on texts that were not learned from. ValueError below two classes."""
    group = groups(texts)
    count = FEW_SIDES if len(texts) > MANY else SIDES
    margins, classes, tried = by_turns(texts, labels, sides(group, count))
    at = {name: number for number, name in enumerate(classes)}
    right = np.array([at[one] for one in labels], np.int64)
    steep = steepness(margins[tried], right[tried])
    made = fit(texts, labels, steep=steep)
    told = figures(classes, probabilities(margins[tried], steep), [*compress(labels, tried)])
    told.untried = dict(Counter(compress(labels, ~tried)).most_common())
    return Tried(made, told, [classes[one] for one in margins.argmax(axis=1).tolist()], group)


def by_turns(
    texts: Sequence[str], labels: Sequence[str], side: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.float32], tuple[str, ...], npt.NDArray[np.bool_]]:
    """The margins of each text (texts × classes) by a model that has not learned from its side, and which texts are of
    a class that this model has met: of the others nothing is tried.

    A class that such a model has not met lies as far as its farthest.
    """
    classes = tuple(sorted(set(labels)))
    at = {name: number for number, name in enumerate(classes)}
    found, tried = np.zeros((len(texts), len(classes)), np.float32), np.zeros(len(texts), np.bool_)
    if len(np.unique(side)) < 2:
        raise ValueError("all texts repeat each other: nothing is left to try a model on")
    for one in np.unique(side):
        learned, asked = np.flatnonzero(side != one).tolist(), np.flatnonzero(side == one).tolist()
        model = fit([texts[here] for here in learned], [labels[here] for here in learned])
        margins = margins_of(model, [texts[here] for here in asked])
        whole = np.repeat(margins.min(axis=1, keepdims=True), len(classes), axis=1)
        whole[:, [at[name] for name in model.classes]] = margins
        found[asked] = whole
        tried[asked] = [labels[here] in model.classes for here in asked]
    if not tried.any():
        raise ValueError("the texts of each class repeat each other: nothing is left to try a model on")
    return found, classes, tried
