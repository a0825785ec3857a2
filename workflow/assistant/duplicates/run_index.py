"""Which texts share how many rare runs with one that is asked: kept in memory, in segments, so that adding is cheap."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from workflow.assistant.duplicates.runs import Floats, Runs

SEALED = 256
"""Texts of a segment: so many are sorted anew at most when one is added."""
AS_IF = 1_000
"""Texts that are thought to be there besides, without any run of the others: of three texts about one matter its words
are not common.
"""
_BITS = 20
_FACTOR = np.uint64(0x9E3779B97F4A7C15)

Hashes = npt.NDArray[np.uint32]
_Segment = tuple[Hashes, npt.NDArray[np.int32]]
"""Hashes in order, and the text of each."""


def hashes_of(runs: Runs) -> Hashes:
    """Runs in 32 bits, each once, in order: two runs of a text hardly ever become one."""
    return np.unique(((runs * _FACTOR) >> np.uint64(32)).astype(np.uint32))


class RunIndex:
    """Texts by number, from 0 on. Likeness is the cosine of their runs, each weighed by how few texts have it."""

    def __init__(self) -> None:
        self._segments: list[_Segment] = []
        self._young: list[Hashes] = []
        self._young_segment: _Segment | None = None
        self._seen = np.zeros(1 << _BITS, np.int32)
        self._lengths = np.zeros(0, np.float32)
        self.count = 0

    def add(self, runs: Runs) -> int:
        """Add a text; answers its number."""
        found = hashes_of(runs)
        np.add.at(self._seen, _places(found), 1)
        self._young.append(found)
        self._young_segment = None
        self.count += 1
        if len(self._young) >= SEALED:
            segment = self._sealed()
            self._segments.append(segment)
            self._lengths = np.concatenate([self._lengths, self._lengths_of(segment, len(self._young))])
            self._young, self._young_segment = [], None
        return self.count - 1

    def weigh(self) -> None:
        """Weigh all texts by what is rare now: after many were added. What came since moves lengths by little."""
        lengths, first = [], 0
        for segment in self._segments:
            lengths.append(self._lengths_of(segment, SEALED, first))
            first += SEALED
        self._lengths = np.concatenate([np.zeros(0, np.float32), *lengths])

    def _lengths_of(self, segment: _Segment, count: int, first: int = -1) -> Floats:
        hashes, texts = segment
        squares = np.zeros(count, np.float64)
        np.add.at(squares, texts - (first if first >= 0 else len(self._lengths)), self._rare(hashes) ** 2)
        return np.sqrt(squares).astype(np.float32)

    def likeness(self, runs: Runs) -> Floats:
        """Of every text to the one with these runs: 0 to 1, by number."""
        asked = hashes_of(runs)
        found = np.zeros(self.count, np.float64)
        if not len(asked) or not self.count:
            return found.astype(np.float32)
        rare = self._rare(asked) ** 2
        young = self._sealed()
        for hashes, texts in (*self._segments, young):
            begin = np.searchsorted(hashes, asked, "left")
            times = np.searchsorted(hashes, asked, "right") - begin
            if not times.any():
                continue
            inside = np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times)
            found += np.bincount(texts[np.repeat(begin, times) + inside], np.repeat(rare, times), self.count)
        lengths = np.concatenate([self._lengths, self._lengths_of(young, len(self._young))]) * np.sqrt(rare.sum())
        return np.asarray(found / np.maximum(lengths, 1e-6), np.float32)

    def _rare(self, hashes: Hashes) -> npt.NDArray[np.float64]:
        return np.log((AS_IF + self.count) / (1.0 + self._seen[_places(hashes)]))

    def _sealed(self) -> _Segment:
        if self._young_segment is None:
            first = self.count - len(self._young)
            texts = np.repeat(np.arange(first, self.count, dtype=np.int32), [len(one) for one in self._young])
            hashes = np.concatenate(self._young) if self._young else np.zeros(0, np.uint32)
            order = np.argsort(hashes, kind="stable")
            self._young_segment = hashes[order], texts[order]
        return self._young_segment


def _places(hashes: Hashes) -> npt.NDArray[np.int64]:
    return (hashes >> np.uint32(32 - _BITS)).astype(np.int64)
