"""A copy of the whole database in a folder, taken while others use it: SQLite's own file, or a dump of PostgreSQL."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from cti.store.backups import dump
from cti.store.engine import Store

SQLITE_FILE = "hotline.db"


class SnapshotProblem(Exception):
    """The copy is damaged or is none."""


async def take(store: Store, folder: Path) -> None:
    """Copy the database into the empty `folder`, and check the copy. SnapshotProblem, OSError, and the database's."""
    if store.path is not None:
        await asyncio.to_thread(copy_sqlite, store.path, folder / SQLITE_FILE)
    else:
        await dump.dump(store, folder)
    await asyncio.to_thread(check, folder)


def is_sqlite(folder: Path) -> bool:
    """Whether the copy is one of SQLite."""
    return (folder / SQLITE_FILE).exists()


def check(folder: Path) -> int:
    """How many rows the copy has; SnapshotProblem when it is damaged. Blocking."""
    if not is_sqlite(folder):
        try:
            return sum(table.rows for table in dump.read_contents(folder).tables.values())
        except dump.DumpProblem as error:
            raise SnapshotProblem(str(error)) from None
    path = folder / SQLITE_FILE
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as found:
            (said,) = found.execute("PRAGMA integrity_check(1)").fetchone()
            if said != "ok":
                raise SnapshotProblem(f"{path}: {said}")
            if broken := found.execute("PRAGMA foreign_key_check").fetchone():
                raise SnapshotProblem(f"{path}: a row of {broken[0]} refers to none of {broken[2]}")
            tables = [row[0] for row in found.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return sum(found.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0] for table in tables)  # noqa: S608 # the file's own names
    except sqlite3.Error as error:
        raise SnapshotProblem(f"{path}: {error}") from None


def copy_sqlite(source: Path, target: Path) -> None:
    """Copy an SQLite database that may be in use, into one file readable by us alone. Blocking."""
    target.touch(mode=0o600, exist_ok=False)
    uri = f"{source.absolute().as_uri()}?mode=rw"
    with closing(sqlite3.connect(uri, uri=True)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
        # The copy says that it has a write-ahead log; opened from a read-only place, that would be asked for.
        new.execute("PRAGMA journal_mode=DELETE")
