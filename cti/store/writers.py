"""The journal's own connection to the database: one transaction a batch, on SQLite in a thread, on PostgreSQL async."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, Protocol

import asyncpg

from cti.events import Stored
from cti.store.cipher import Cipher
from cti.store.engine import BUSY_SECONDS, Store
from cti.store.rows import INSERT_EVENT, Batch, Rows, encode_batch

UNSTORABLE = (
    TypeError,
    ValueError,
    OverflowError,
    RecursionError,
    sqlite3.DataError,
    sqlite3.IntegrityError,
    sqlite3.InterfaceError,
    asyncpg.DataError,
    asyncpg.IntegrityConstraintViolationError,
)
"""Errors that are the data's fault: another try would end the same."""


class Writer(Protocol):
    """Commits batches, one after the other."""

    async def write(self, batch: Batch) -> list[Stored]:
        """Commit all of it or nothing. After any error but UNSTORABLE another try may succeed."""

    async def close(self) -> None:
        """Close the connection."""


def writer_of(store: Store) -> Writer:
    """The writer for the store's database."""
    if store.path is not None:
        return SqliteWriter(store.path, store.cipher)
    return PostgresWriter(store.engine.url.set(drivername="postgresql").render_as_string(False), store.cipher)


def _stored(rows: Rows, sequences: list[int]) -> list[Stored]:
    return [Stored(sequence=one, event=event) for one, event in zip(sequences, rows.told, strict=True)]


def sqlite_time(at: datetime) -> str:
    """As SQLAlchemy writes a UTC time on SQLite."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


class SqliteWriter:
    """Plain sqlite3 in a thread of its own. A file that was replaced or removed is noticed before the next commit."""

    def __init__(self, path: Path, cipher: Cipher) -> None:
        self._path = path
        self._cipher = cipher
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="journal")
        self._connection: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None
        self._next = 1

    async def write(self, batch: Batch) -> list[Stored]:
        """Commit; sqlite3.Error or OSError when it cannot."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._write, batch)

    async def close(self) -> None:
        """Close."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._close)
        self._thread.shutdown()

    def _write(self, batch: Batch) -> list[Stored]:
        connection = self._connected()
        rows = encode_batch(batch, self._cipher, sqlite_time)
        sequences = list(range(self._next, self._next + len(rows.events)))
        try:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(INSERT_EVENT, ((one, *row) for one, row in zip(sequences, rows.events, strict=True)))
            for sql, found in rows.statements:
                connection.executemany(sql, found)
            connection.execute("COMMIT")
        except BaseException:
            self._close()
            raise
        self._next += len(sequences)
        return _stored(rows, sequences)

    def _connected(self) -> sqlite3.Connection:
        found = self._path.stat()
        if self._connection is not None and self._file == (found.st_dev, found.st_ino):
            return self._connection
        self._close()
        # mode=rw: a missing database is an error, never a new empty one.
        connection = sqlite3.connect(
            f"{self._path.absolute().as_uri()}?mode=rw", uri=True, timeout=BUSY_SECONDS, isolation_level=None
        )
        try:
            connection.execute("PRAGMA synchronous=NORMAL")
            row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'events'").fetchone()
        except BaseException:
            connection.close()
            raise
        self._next = (row[0] if row else 0) + 1
        self._file = (found.st_dev, found.st_ino)
        self._connection = connection
        return connection

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def _numbered(sql: str) -> str:
    counter = count(1)
    return re.sub(r"\?", lambda _: f"${next(counter)}", sql)


class PostgresWriter:
    """asyncpg; the sequence comes from the database, so that several engines can share it."""

    def __init__(self, url: str, cipher: Cipher) -> None:
        self._url = url
        self._cipher = cipher
        self._connection: Any = None

    async def write(self, batch: Batch) -> list[Stored]:
        """Commit; an error of asyncpg or OSError when it cannot."""
        rows = await asyncio.to_thread(encode_batch, batch, self._cipher, lambda at: at)
        try:
            if self._connection is None:
                self._connection = await asyncpg.connect(self._url, timeout=BUSY_SECONDS, command_timeout=30)
            async with self._connection.transaction():
                sequences = await self._sequences(len(rows.events))
                if rows.events:
                    await self._connection.executemany(
                        _numbered(INSERT_EVENT),
                        [(one, *row) for one, row in zip(sequences, rows.events, strict=True)],
                    )
                for sql, found in rows.statements:
                    await self._connection.executemany(_numbered(sql), found)
        except BaseException:
            self._drop()
            raise
        return _stored(rows, sequences)

    async def _sequences(self, wanted: int) -> list[int]:
        if not wanted:
            return []
        found = await self._connection.fetch(
            "SELECT nextval(pg_get_serial_sequence('events', 'sequence')) FROM generate_series(1, $1)", wanted
        )
        return sorted(row[0] for row in found)

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.terminate()

    async def close(self) -> None:
        """Close."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close(timeout=5)
