"""How good a model is on texts that it has not learned from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pydantic

BINS = 10
MOST_CONFUSED = 20


class Confusion(pydantic.BaseModel):
    """A class that was taken for another."""

    right: str
    taken_for: str
    times: int


class OfClass(pydantic.BaseModel):
    """How good it is on one class."""

    name: str
    texts: int
    found: int = pydantic.Field(description="how many of them came first")
    named: int = pydantic.Field(description="how many texts were taken for it")


class Figures(pydantic.BaseModel):
    """By texts that were tried; the shares are between 0 and 1. `calibration` is how far a told probability lies from
    the truth. Of `absent` classes (by name, with their texts) a model has none, so nothing is said of them; `untried`
    are those whose texts all repeat each other, so that no model could learn some and be tried on others.
    """

    texts: int
    first: float
    two: float
    five: float
    calibration: float
    classes: list[OfClass]
    confusions: list[Confusion]
    sure: dict[str, tuple[float, float]] = pydantic.Field(
        default={}, description="by least probability: the share of texts that reach it, and of those the right"
    )
    absent: dict[str, int] = {}
    untried: dict[str, int] = {}


SURE = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95)


def figures(classes: Sequence[str], likely: npt.NDArray[np.float64], labels: Sequence[str]) -> Figures:
    """Of probabilities (texts × classes) and what was right; texts of a class that the model has not are told apart."""
    absent = Counter(one for one in labels if one not in classes)
    here = [at for at, one in enumerate(labels) if one not in absent]
    likely, labels = likely[here], [labels[at] for at in here]
    order = np.argsort(-likely, axis=1, kind="stable")
    at = {name: number for number, name in enumerate(classes)}
    right = np.array([at[one] for one in labels], np.int64)
    hits = order == right[:, None]
    first = hits[:, 0] if len(labels) else np.zeros(0, np.bool_)
    top = likely.max(axis=1) if len(labels) else np.zeros(0)
    named = Counter(classes[one] for one in order[:, 0])
    found = Counter(label for label, hit in zip(labels, first, strict=True) if hit)
    wrong = Counter(
        (label, classes[one]) for label, one, hit in zip(labels, order[:, 0], first, strict=True) if not hit
    )
    return Figures(
        texts=len(labels),
        first=_share(first),
        two=_share(hits[:, :2].any(axis=1)),
        five=_share(hits[:, :5].any(axis=1)),
        calibration=_calibration(top, first),
        classes=[
            OfClass(name=name, texts=times, found=found[name], named=named[name])
            for name, times in Counter(labels).most_common()
        ],
        confusions=[
            Confusion(right=label, taken_for=other, times=times)
            for (label, other), times in wrong.most_common(MOST_CONFUSED)
        ],
        sure={f"{least:g}": (_share(top >= least), _share(first[top >= least])) for least in SURE},
        absent=dict(absent.most_common()),
    )


def _share(hits: npt.NDArray[np.bool_]) -> float:
    return round(float(hits.mean()), 4) if len(hits) else 0.0


def _calibration(top: npt.NDArray[np.float64], first: npt.NDArray[np.bool_]) -> float:
    """The mean distance between what was told and what was true, over ten bins of probability."""
    if not len(top):
        return 0.0
    bins = np.minimum((top * BINS).astype(int), BINS - 1)
    far = sum(
        abs(float(top[bins == one].mean()) - float(first[bins == one].mean())) * int((bins == one).sum())
        for one in range(BINS)
        if (bins == one).any()
    )
    return round(far / len(top), 4)
