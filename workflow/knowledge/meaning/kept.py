"""Vectors of pieces, kept in a file for each model: what was encoded once is not encoded again."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from threading import Lock

import numpy as np
import numpy.typing as npt

from workflow.knowledge.meaning.port import Vectors

FOLDER = Path("knowledge", "vectors")
"""In the state directory. They are made of the tables, and stand in no backup."""
AT_ONCE = 500
WAIT_SECONDS = 5.0
MOST_HELD = 65_536
"""Pieces that are held in memory, of 1 kB each: those of the articles that are asked for again and again."""
_TABLE = "CREATE TABLE IF NOT EXISTS pieces (mark BLOB PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID"


def file_of(data: Path, model: str) -> Path:
    """Where the vectors of a model lie."""
    return data / FOLDER / f"{blake2b(model.encode(), digest_size=8).hexdigest()}.sqlite"


class KeptVectors:
    """The vectors in a file; several threads and processes may read while one writes. Raises sqlite3.Error, OSError.

    A file that is broken is begun anew: what it had can be encoded again.
    """

    def __init__(self, path: Path, held: int = MOST_HELD) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = Lock()
        self._held, self._most = _Held(), held
        try:
            self._file = _opened(path)
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            path.unlink()
            self._file = _opened(path)

    def __len__(self) -> int:
        with self._lock:
            return int(self._file.execute("SELECT count(*) FROM pieces").fetchone()[0])

    def of(self, marks: Collection[bytes]) -> Mapping[bytes, Vectors]:
        """The vectors of these pieces; those that there are."""
        found: dict[bytes, Vectors] = {}
        for some in _parts(sorted(set(marks))):
            asked = ",".join("?" * len(some))
            with self._lock:
                rows = self._file.execute(f"SELECT mark, vector FROM pieces WHERE mark IN ({asked})", some).fetchall()  # noqa: S608
            found |= {mark: np.frombuffer(vector, np.float16).astype(np.float32) for mark, vector in rows}
        return found

    def rows(self, marks: Sequence[bytes]) -> tuple[list[int], Vectors | None]:
        """At which places of `marks` stands one with a vector, and their vectors, a row for each; None for none.

        What was read before is not read again: a piece has one vector for ever.
        """
        with self._lock:
            unknown = {mark for mark in marks if mark not in self._held.places}
            if len(self._held.places) + len(unknown) > self._most:
                self._held, unknown = _Held(), set(marks)
        if unknown:
            found = self.of(unknown)
            with self._lock:
                self._held.take(found)
        with self._lock:
            return self._held.rows_of(marks)

    def missing(self, marks: Sequence[bytes]) -> list[int]:
        """At which places of `marks` stands one without a vector."""
        there = self.of(marks)
        return [at for at, mark in enumerate(marks) if mark not in there]

    def put(self, marks: Sequence[bytes], vectors: Vectors) -> None:
        """Keep these, all or none."""
        rows = [(mark, one.tobytes()) for mark, one in zip(marks, vectors.astype(np.float16), strict=True)]
        with self._lock, self._file:
            self._file.executemany("INSERT OR REPLACE INTO pieces VALUES (?, ?)", rows)

    def keep_only(self, marks: Collection[bytes]) -> int:
        """Forget what no article says any more; how many that were."""
        with self._lock, self._file:
            every = {mark for (mark,) in self._file.execute("SELECT mark FROM pieces")}
            gone = every - set(marks)
            self._file.executemany("DELETE FROM pieces WHERE mark = ?", [(mark,) for mark in gone])
        return len(gone)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._file.close()


class _Held:
    """Vectors in memory."""

    def __init__(self) -> None:
        self.places: dict[bytes, int] = {}
        self._rows: npt.NDArray[np.float16] | None = None

    def take(self, found: Mapping[bytes, Vectors]) -> None:
        """Hold these, too."""
        for mark, vector in found.items():
            if self._rows is None or self._rows.shape[1] != len(vector):
                self.places, self._rows = {}, np.empty((AT_ONCE, len(vector)), np.float16)
            if mark in self.places:
                continue
            if len(self.places) == len(self._rows):
                self._rows = np.concatenate([self._rows, np.empty_like(self._rows)])
            self._rows[len(self.places)] = vector
            self.places[mark] = len(self.places)

    def rows_of(self, marks: Sequence[bytes]) -> tuple[list[int], Vectors | None]:
        """See `KeptVectors.rows`."""
        at = [place for place, mark in enumerate(marks) if mark in self.places]
        if not at or self._rows is None:
            return [], None
        return at, self._rows[[self.places[marks[place]] for place in at]].astype(np.float32)


def _opened(path: Path) -> sqlite3.Connection:
    file = sqlite3.connect(path, timeout=WAIT_SECONDS, check_same_thread=False)
    try:
        file.execute("PRAGMA journal_mode=WAL")
        file.execute(_TABLE)
    except sqlite3.Error:
        file.close()
        raise
    return file


def _parts(marks: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    for at in range(0, len(marks), AT_ONCE):
        yield marks[at : at + AT_ONCE]
