"""What turns sentences into vectors: of what means the same they point the same way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
"""A row for each text, of length 1."""


class NotEncoded(Exception):
    """There are no vectors; the message says why."""


class Encoder(Protocol):
    """A model."""

    name: str
    """Vectors of two models say nothing beside each other."""

    async def encode(self, texts: Sequence[str], *, asked: bool = False) -> Vectors:
        """Of passages, or of what is `asked`. Raises NotEncoded."""

    async def close(self) -> None:
        """Let go of it."""


def of_length_one(rows: npt.ArrayLike, count: int) -> Vectors:
    """As many rows, each of length 1; NotEncoded for what is no such thing."""
    try:
        found = np.asarray(rows, np.float32)
    except (TypeError, ValueError) as error:
        raise NotEncoded(f"no vectors: {error}") from None
    if found.ndim != 2 or len(found) != count or not np.isfinite(found).all():
        raise NotEncoded(f"{count} vectors were asked for, something else came")
    made: Vectors = found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), np.float32(1e-9))
    return made
