"""The journal's own connection to the database: one transaction a batch, on SQLite in a thread, on PostgreSQL async."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import asyncpg

from cti.base.ciphers.cipher import Cipher
from cti.base.events import Stored
from cti.store.engine import Store
from cti.store.journal.rows import INSERT_EVENT, Batch, Rows, encode_batch
from cti.store.plain_sql import PostgresLink, SqliteFile, numbered

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
        return SqliteWriter(store.path, store.cipher, store.first)
    return PostgresWriter(store.postgres_url, store.cipher)


def _stored(rows: Rows, sequences: list[int]) -> list[Stored]:
    return [Stored(sequence=one, event=event) for one, event in zip(sequences, rows.told, strict=True)]


def sqlite_time(at: datetime) -> str:
    """As SQLAlchemy writes a UTC time on SQLite."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


class SqliteWriter:
    """Plain sqlite3 in a thread of its own. A file that was replaced or removed is noticed before the next commit."""

    def __init__(
        self, path: Path, cipher: Cipher, turn: Callable[[], AbstractAsyncContextManager[None]] = nullcontext
    ) -> None:
        self._file = SqliteFile(path, self._go_on)
        self._turn = turn
        self._cipher = cipher
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="journal")
        self._next = 1

    async def write(self, batch: Batch) -> list[Stored]:
        """Commit; sqlite3.Error or OSError when it cannot."""
        # Without a turn it would stand at the file's lock, which sleeps longer and longer while others take it.
        async with self._turn():
            return await asyncio.get_running_loop().run_in_executor(self._thread, self._write, batch)

    async def close(self) -> None:
        """Close the file on its own thread, and end that."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._file.close)
        self._thread.shutdown()

    def _write(self, batch: Batch) -> list[Stored]:
        connection = self._file.connected()
        rows = encode_batch(batch, self._cipher, sqlite_time)
        sequences = list(range(self._next, self._next + len(rows.events)))
        try:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(INSERT_EVENT, ((one, *row) for one, row in zip(sequences, rows.events, strict=True)))
            for sql, found in rows.statements:
                connection.executemany(sql, found)
            connection.execute("COMMIT")
        except BaseException:
            self._file.close()
            raise
        self._next += len(sequences)
        return _stored(rows, sequences)

    def _go_on(self, connection: sqlite3.Connection) -> None:
        row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'events'").fetchone()
        self._next = (row[0] if row else 0) + 1


class PostgresWriter:
    """asyncpg; the sequence comes from the database, so that several engines can share it."""

    def __init__(self, url: str, cipher: Cipher) -> None:
        self._cipher = cipher
        self._link = PostgresLink(url)

    async def write(self, batch: Batch) -> list[Stored]:
        """Commit; an error of asyncpg or OSError when it cannot."""
        rows = await asyncio.to_thread(encode_batch, batch, self._cipher, lambda at: at)
        try:
            connection = await self._link.connected()
            async with connection.transaction():
                sequences = await self._sequences(connection, len(rows.events))
                if rows.events:
                    await connection.executemany(
                        numbered(INSERT_EVENT),
                        [(one, *row) for one, row in zip(sequences, rows.events, strict=True)],
                    )
                for sql, found in rows.statements:
                    await connection.executemany(numbered(sql), found)
        except BaseException:
            self._link.drop()
            raise
        return _stored(rows, sequences)

    @staticmethod
    async def _sequences(connection: Any, wanted: int) -> list[int]:
        if not wanted:
            return []
        found = await connection.fetch(
            "SELECT nextval(pg_get_serial_sequence('events', 'sequence')) FROM generate_series(1, $1)", wanted
        )
        return sorted(row[0] for row in found)

    async def close(self) -> None:
        """Close the connection to the server."""
        await self._link.close()
