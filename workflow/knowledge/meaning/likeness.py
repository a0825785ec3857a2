"""How much articles mean what is asked: by the best of their pieces, beside the other candidates."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import structlog

from workflow.knowledge.meaning.kept import KeptVectors
from workflow.knowledge.meaning.port import Vectors

log = structlog.get_logger(__name__)

SPREAD = 0.1
LEAST = 1e-6


Cosines = npt.NDArray[np.float64]


def nearness(meant: Vectors, pieces: Sequence[Sequence[bytes]], kept: KeptVectors) -> Cosines:
    """For each article of these pieces the cosine of its best one.

    It is minus infinity for one of whose pieces no vector is kept, and for all where the file cannot be read.
    """
    best = np.full(len(pieces), -np.inf)
    every = [(at, mark) for at, some in enumerate(pieces) for mark in some]
    try:
        places, rows = kept.rows([mark for _, mark in every])
    except sqlite3.Error as error:
        log.warning("the vectors of articles cannot be read", reason=str(error))
        return best
    if rows is None or rows.shape[1:] != meant.shape:
        return best
    np.maximum.at(best, np.array([every[place][0] for place in places]), rows @ meant)
    return best


def likeness(meant: Vectors, pieces: Sequence[Sequence[bytes]], kept: KeptVectors) -> Cosines:
    """For each article of these pieces, how far the cosine of its best one is above the mean of all.

    It is told on one scale for all models, since one calls 0.8 alike and another 0.3: their spread counts as 0.1. What
    has no vector has 0.
    """
    best = nearness(meant, pieces, kept)
    found = np.zeros(len(pieces))
    there = np.isfinite(best)
    spread = float(best[there].std()) if there.any() else 0.0
    if spread > LEAST:
        found[there] = (best[there] - best[there].mean()) * (SPREAD / spread)
    return found
