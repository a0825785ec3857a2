"""Encodes pieces of which no vector is kept: of some articles, or of all."""

from __future__ import annotations

from collections.abc import Iterable

from workflow.knowledge.meaning.kept import KeptVectors
from workflow.knowledge.meaning.pieces import mark_of
from workflow.knowledge.meaning.port import Encoder

AT_ONCE = 32


class Encoding:
    """By one model; `marks` are of all pieces that were seen."""

    def __init__(self, encoder: Encoder, kept: KeptVectors) -> None:
        self._encoder, self._kept = encoder, kept
        self.marks: set[bytes] = set()

    async def encode(self, pieces: Iterable[str]) -> int:
        """Encode what is missing; how many pieces that were. Raises NotEncoded; what was done until then is kept."""
        said = {mark_of(piece): piece for piece in pieces}
        self.marks |= said.keys()
        marks = list(said)
        # Those of one length together: a model goes through them faster.
        missing = sorted((marks[at] for at in self._kept.missing(marks)), key=lambda mark: len(said[mark]))
        for at in range(0, len(missing), AT_ONCE):
            some = missing[at : at + AT_ONCE]
            self._kept.put(some, await self._encoder.encode([said[mark] for mark in some]))
        return len(missing)
