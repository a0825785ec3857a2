"""Glances: look-ups of a few rows that a call waits for, each one statement and nothing else.

A session of SQLAlchemy costs about a millisecond of CPU, a glance a tenth of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol

from cti.store.plain_sql import PostgresLink, SqliteFile, numbered


class Glance(Protocol):
    """Looks. What it raises when the database cannot be read is the driver's own error, or OSError."""

    async def rows(self, sql: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        """What one SELECT with `?` for its values finds, as the driver gives it."""

    async def close(self) -> None:
        """Close the connection."""


class SqliteGlance:
    """Plain sqlite3 in a thread of its own."""

    def __init__(self, path: Path) -> None:
        self._file = SqliteFile(path)
        self._thread: ThreadPoolExecutor | None = None

    async def rows(self, sql: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        """See Glance."""
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, thread_name_prefix="glance")
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._rows, sql, values)

    def _rows(self, sql: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        return self._file.connected().execute(sql, tuple(values)).fetchall()

    async def close(self) -> None:
        """See Glance."""
        thread, self._thread = self._thread, None
        if thread is not None:
            await asyncio.get_running_loop().run_in_executor(thread, self._file.close)
            thread.shutdown()


class PostgresGlance:
    """asyncpg, one statement after the other."""

    def __init__(self, url: str) -> None:
        self._link = PostgresLink(url)
        self._turn = asyncio.Lock()

    async def rows(self, sql: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        """See Glance."""
        async with self._turn:
            try:
                found = await (await self._link.connected()).fetch(numbered(sql), *values)
            except BaseException:
                # Also who lost patience: his answer would come to the next one.
                self._link.drop()
                raise
        return [tuple(one) for one in found]

    async def close(self) -> None:
        """See Glance."""
        await self._link.close()
