"""Which articles mean most what is asked, of all: by the signs of their pieces' vectors first, then by their cosine.

Of each number of a vector one bit is kept, whether it is above the mean of all: 64 bytes for a piece of 512 numbers. A
question is held against every piece that way, and the few that differ least are looked at exactly.
"""

from __future__ import annotations

import zipfile
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from workflow.knowledge.meaning.kept import KeptVectors
from workflow.knowledge.meaning.pieces import MARK
from workflow.knowledge.meaning.port import Vectors

MOST_PIECES = 600_000
"""Of more only the first of each article are known here: title, wordings, how it begins. These take 50 MB of memory,
and a question 10 ms of CPU."""
LOOKED_AT = 400
"""So many pieces are looked at exactly."""
AT_ONCE = 5_000
_WORD = 8
T = TypeVar("T")
Bits = npt.NDArray[np.uint64]
Numbers = npt.NDArray[np.int32]
Said = Mapping[str, Sequence[bytes]]
"""The marks of each article's pieces, by its id."""


class Near:
    """The pieces of articles. `of` says whose each is, by its place in `ids`; `bits` has a column for each piece."""

    def __init__(
        self, ids: Sequence[str], of: Numbers, marks: npt.NDArray[np.uint8], bits: Bits, mean: Vectors, each: int
    ) -> None:
        self.ids, self._of, self._marks, self._bits, self._mean, self._each = list(ids), of, marks, bits, mean, each

    def __len__(self) -> int:
        return len(self._of)

    def nearest(self, meant: Vectors, kept: KeptVectors) -> dict[str, float]:
        """The articles whose best pieces point where the question does, with their cosine; the nearest first."""
        if not len(self) or meant.shape != self._mean.shape:
            return {}
        asked = _signs(meant[None], self._mean)[:, 0]
        apart = np.zeros(len(self), np.uint16)
        for word, one in zip(self._bits, asked, strict=True):
            apart += np.bitwise_count(word ^ one)
        upto = int(np.searchsorted(np.cumsum(np.bincount(apart)), min(LOOKED_AT, len(self))))
        near = np.flatnonzero(apart <= upto)
        near = near[np.argsort(apart[near], kind="stable")][:LOOKED_AT]
        places, rows = kept.rows([one.tobytes() for one in self._marks[near]])
        if rows is None or rows.shape[1:] != meant.shape:
            return {}
        found: dict[str, float] = {}
        cosines = rows @ meant
        for at in np.argsort(-cosines, kind="stable"):
            found.setdefault(self.ids[self._of[near[places[at]]]], float(cosines[at]))
        return found

    def changed(self, ids: Collection[str], said: Said, kept: KeptVectors) -> Near:
        """The same with what these articles say now; those without a word are gone."""
        stays = np.array([one not in set(ids) for one in self.ids], np.bool_)
        numbers = np.cumsum(stays, dtype=np.int32) - 1
        pieces = stays[self._of]
        new = _bits_of(said, kept, self._mean, self._each)
        old = [one for one, there in zip(self.ids, stays, strict=True) if there]
        return Near(
            [*old, *new.ids],
            np.concatenate([numbers[self._of[pieces]], new._of + len(old)]).astype(np.int32),
            np.concatenate([self._marks[pieces], new._marks]),
            np.concatenate([self._bits[:, pieces], new._bits], axis=1),
            self._mean,
            self._each,
        )

    def save(self, path: Path) -> None:
        """Write it to a file, all or nothing. Raises OSError."""
        written = path.with_suffix(".new")
        with written.open("wb") as file:
            ids = np.array([one.encode() for one in self.ids], np.bytes_)
            np.savez(file, ids=ids, of=self._of, marks=self._marks, bits=self._bits, mean=self._mean, each=self._each)
        written.replace(path)

    @classmethod
    def load(cls, path: Path) -> Near | None:
        """What `save` wrote; None where there is nothing of the kind."""
        try:
            with path.open("rb") as file, np.load(file) as kept:
                ids = [one.decode() for one in kept["ids"].tolist()]
                return cls(ids, kept["of"], kept["marks"], kept["bits"], kept["mean"], int(kept["each"]))
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return None


def near_file(vectors: Path) -> Path:
    """Where it lies, beside the file of the vectors themselves."""
    return vectors.with_suffix(".near")


def near_of(said: Said, kept: KeptVectors, most: int = MOST_PIECES) -> Near | None:
    """Made of all articles; None when none is encoded."""
    mean = _mean(said, kept)
    if mean is None:
        return None
    counts = np.bincount([len(marks) for marks in said.values()])
    # How many pieces there are when each article gives its first one, two, three …
    sums = np.cumsum(counts[::-1].cumsum()[::-1][1:])
    return _bits_of(said, kept, mean, max(1, int(np.searchsorted(sums, most, "right"))))


def _mean(said: Said, kept: KeptVectors) -> Vectors | None:
    total, count = None, 0
    for some in _parts([one for marks in said.values() for one in marks[:1]]):
        for one in kept.of(some).values():
            if total is None or total.shape != one.shape:
                total, count = np.zeros_like(one, np.float64), 0
            total += one
            count += 1
    return None if total is None else (total / count).astype(np.float32)


def _bits_of(said: Said, kept: KeptVectors, mean: Vectors, each: int) -> Near:
    """Of each article its first so many pieces, those that are encoded."""
    wanted = [(at, mark) for at, marks in enumerate(said.values()) for mark in marks[:each]]
    of: list[int] = []
    there: list[bytes] = []
    bits: list[Bits] = [_signs(np.empty((0, len(mean)), np.float32), mean)]
    for some in _parts(wanted):
        found = kept.of([mark for _, mark in some])
        known = [(at, mark) for at, mark in some if mark in found and found[mark].shape == mean.shape]
        if known:
            of += [at for at, _ in known]
            there += [mark for _, mark in known]
            bits.append(_signs(np.stack([found[mark] for _, mark in known]), mean))
    marks = np.frombuffer(b"".join(there), np.uint8).reshape(-1, MARK)
    return Near(list(said), np.array(of, np.int32), marks, np.concatenate(bits, axis=1), mean, each)


def _signs(rows: Vectors, mean: Vectors) -> Bits:
    """A column of bits for each row."""
    packed = np.packbits(rows > mean, axis=1)
    whole = np.zeros((len(rows), -(-packed.shape[1] // _WORD) * _WORD), np.uint8)
    whole[:, : packed.shape[1]] = packed
    return np.ascontiguousarray(whole.view(np.uint64).T)


def _parts(every: Sequence[T]) -> list[Sequence[T]]:
    return [every[at : at + AT_ONCE] for at in range(0, len(every), AT_ONCE)]
