"""Plain SQL beside SQLAlchemy's sessions, for what every call pays: connections of the drivers themselves.

Statements have `?` for their values on both databases.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Callable
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg

BUSY_SECONDS = 5.0


class SqliteFile:
    """One connection to a database's file, for one thread. A file that was replaced or removed is noticed.

    `prepare` gets each new connection first.
    """

    def __init__(self, path: Path, prepare: Callable[[sqlite3.Connection], object] = lambda _: None) -> None:
        self._path = path
        self._name = str(path)
        self._prepare = prepare
        self._connection: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None

    def connected(self) -> sqlite3.Connection:
        """The connection. sqlite3.Error or OSError when there is no database."""
        found = os.stat(self._name)  # noqa: PTH116 # at every commit: a Path is as dear as the question
        if self._connection is not None and self._file == (found.st_dev, found.st_ino):
            return self._connection
        self.close()
        # mode=rw: a missing database is an error, never a new empty one.
        connection = sqlite3.connect(
            f"{self._path.absolute().as_uri()}?mode=rw", uri=True, timeout=BUSY_SECONDS, isolation_level=None
        )
        try:
            connection.execute("PRAGMA synchronous=NORMAL")
            self._prepare(connection)
        except BaseException:
            connection.close()
            raise
        self._file = (found.st_dev, found.st_ino)
        self._connection = connection
        return connection

    def close(self) -> None:
        """Close the connection, if there is one; the next statement opens another."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


class PostgresLink:
    """One connection to a PostgreSQL server, made again after any error."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: Any = None

    async def connected(self) -> Any:
        """The connection of asyncpg; an error of asyncpg or OSError when there is none."""
        if self._connection is None or self._connection.is_closed():
            self._connection = await asyncpg.connect(self._url, timeout=BUSY_SECONDS, command_timeout=30)
        return self._connection

    def drop(self) -> None:
        """Leave it: what it was doing is not known."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.terminate()

    async def close(self) -> None:
        """Close the connection, if there is one; the next statement opens another."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close(timeout=5)


@cache
def numbered(sql: str) -> str:
    """The statement with `$1`, `$2` … as PostgreSQL wants them."""
    counter = count(1)
    return re.sub(r"\?", lambda _: f"${next(counter)}", sql)
