"""Learns the weights of a ranking from kept questions: on one half of them, told how good it is on the other.

The order is learnt as a choice: of the candidates of a question, the answer should be the likeliest by the soft maximum
of the weighed signs. Adam on its cross entropy, with the weights drawn to zero.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from workflow.knowledge.finding.asking import query_for
from workflow.knowledge.finding.index import EVERYTHING
from workflow.knowledge.finding.judging import Judged, Quality, Rank, quality
from workflow.knowledge.finding.searching import Search, Searching
from workflow.knowledge.finding.signs import SIGNS
from workflow.knowledge.meaning.port import Vectors

Numbers = npt.NDArray[np.float64]
Meant = Mapping[str, Vectors]
"""The vectors of questions, by their words."""
NOTHING_MEANT: Meant = {}
SEED = 7
ROUNDS, STEP, DRAWN = 400, 0.05, 0.01
FADE, FADE_SQUARED, TINY = 0.9, 0.999, 1e-8
NEVER = frozenset({"near", "fresh", "heat"})
"""Signs that kept questions say nothing of: who asked, and when; they keep their weights, and so does what is the same
everywhere, as what is meant where there is no model."""


@dataclass(frozen=True, slots=True)
class Case:
    """A kept question with its candidates: the signs of each, and which of them answer it."""

    judged: Judged
    ids: Sequence[str]
    signs: Numbers
    answers: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Fitted:
    """The weights, and how good old and new ones are: `seen` on the half that was learnt from, `unseen` elsewhere."""

    weights: Mapping[str, float]
    seen_before: Quality
    seen: Quality
    unseen_before: Quality
    unseen: Quality


def cases(searching: Searching, judged: Sequence[Judged], by: Search, meant: Meant = NOTHING_MEANT) -> list[Case]:
    """Ask each question for its candidates."""
    found = []
    for one in judged:
        index = searching.index
        wanted = query_for(one.asked, searching.synonyms.of(one.asked), index.rarity, index.schema, by.boosts)
        if wanted is None:
            continue
        said = meant.get(one.asked)
        best = index.best(wanted, EVERYTHING, {}, by.candidates, counted=False).first()
        candidates = [*best, *searching.nearer(best, EVERYTHING, {}, said)]
        signs = searching.signs(one.asked, candidates, meant=said)
        ids = [candidate.entry.id for candidate in candidates]
        found.append(Case(one, ids, signs, np.array([id in one.answers for id in ids], np.bool_)))
    return found


def halves(judged: Sequence[Judged], seed: int = SEED) -> tuple[list[Judged], list[Judged]]:
    """The half to learn from, and the half that is only measured; the same for the same questions, in any order."""
    ordered = sorted(judged, key=lambda one: one.asked)
    places = np.random.default_rng(seed).permutation(len(ordered))
    middle = len(ordered) // 2
    return [ordered[at] for at in places[:middle]], [ordered[at] for at in places[middle:]]


def fit(searching: Searching, judged: Sequence[Judged], by: Search, meant: Meant = NOTHING_MEANT) -> Fitted:
    """Learn from one half; ValueError when that has no question whose answer is among its candidates."""
    first, second = halves(judged)
    seen, unseen = cases(searching, first, by, meant), cases(searching, second, by, meant)
    learnt = _learnt(seen)
    weights = {**learnt, **{name: weight for name, weight in by.weights.items() if name not in learnt}}
    return Fitted(
        weights,
        measured(seen, by.weights, len(first)),
        measured(seen, weights, len(first)),
        measured(unseen, by.weights, len(second)),
        measured(unseen, weights, len(second)),
    )


def measured(found: Collection[Case], weights: Mapping[str, float], questions: int) -> Quality:
    """How good these weights are; questions without candidates count as not found."""
    row = np.array([weights.get(name, 0.0) for name in SIGNS])
    ranks = []
    for one in found:
        order = np.argsort(-(one.signs @ row), kind="stable")
        places = np.flatnonzero(one.answers[order])
        ranks.append(Rank(one.judged, int(places[0]) + 1 if len(places) else 0))
    ranks += [Rank(Judged("", ()), 0)] * (questions - len(ranks))
    return quality(ranks)


def _learnt(seen: Sequence[Case]) -> dict[str, float]:
    learning = [one for one in seen if one.answers.any() and len(one.ids) > 1]
    if not learning:
        raise ValueError("no kept question has its answer among the candidates")
    spread = np.concatenate([one.signs for one in learning]).std(0)
    used = [at for at, name in enumerate(SIGNS) if name not in NEVER and spread[at] > 0]
    scale = spread[used]
    rows = [one.signs[:, used] / scale for one in learning]
    weights, drift, square = (np.zeros(len(used)) for _ in range(3))
    for turn in range(1, ROUNDS + 1):
        slope = DRAWN * weights
        for signs, one in zip(rows, learning, strict=True):
            slope = slope + (_likely(signs @ weights) - one.answers / one.answers.sum()) @ signs / len(learning)
        drift = FADE * drift + (1 - FADE) * slope
        square = FADE_SQUARED * square + (1 - FADE_SQUARED) * slope**2
        ahead = drift / (1 - FADE**turn)
        weights = weights - STEP * ahead / (np.sqrt(square / (1 - FADE_SQUARED**turn)) + TINY)
    return {SIGNS[at]: round(float(one), 2) for at, one in zip(used, weights / scale, strict=True)}


def _likely(scores: Numbers) -> Numbers:
    raised = np.exp(scores - scores.max())
    likely: Numbers = raised / raised.sum()
    return likely
