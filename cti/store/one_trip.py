"""SQLite's driver with one trip to the connection's thread for each statement, instead of one for each of its parts.

The driver keeps a thread for each connection, and SQLAlchemy asks it for a cursor, to execute, for the rows, and to
close the cursor: four times the loop and the thread wake each other, which costs more than most statements do.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
    AsyncAdapt_aiosqlite_ss_cursor,
)


@dataclass(frozen=True, slots=True)
class _Done:
    """What a statement came to: `columns` is None where it gives no rows."""

    columns: Any
    rows: Sequence[Any]
    count: int
    last: int


class OneTripCursor(AsyncAdapt_aiosqlite_cursor):
    """A cursor whose rows are fetched where the statement is executed."""

    __slots__ = ()

    def execute(self, operation: Any, parameters: Any = None) -> None:
        """One statement with its rows."""
        self._trip(lambda cursor: cursor.execute(operation, () if parameters is None else parameters))

    def executemany(self, operation: Any, seq_of_parameters: Any) -> None:
        """One statement for each of several sets of values."""
        self._trip(lambda cursor: cursor.executemany(operation, seq_of_parameters))

    def _trip(self, work: Callable[[sqlite3.Cursor], object]) -> None:
        driver: Any = self._connection

        def done() -> _Done:
            cursor = driver._conn.cursor()
            try:
                work(cursor)
                columns = cursor.description
                return _Done(columns, cursor.fetchall() if columns else (), cursor.rowcount, cursor.lastrowid or 0)
            finally:
                cursor.close()

        try:
            found: _Done = self.await_(driver._execute(done))
        except Exception as error:  # the adapter raises it again, as SQLAlchemy names it
            self._adapt_connection._handle_exception(error)
        self.description = found.columns
        self._rows = deque(found.rows)
        self.rowcount, self.lastrowid = (-1, -1) if found.columns else (found.count, found.last)


class OneTripConnection(AsyncAdapt_aiosqlite_connection):
    """A connection whose cursors are such; where no transaction is open, there is nothing to ask it to undo."""

    __slots__ = ()

    def cursor(self, server_side: bool = False) -> AsyncAdapt_aiosqlite_cursor:
        """A cursor; one that streams goes to and fro as it did."""
        return AsyncAdapt_aiosqlite_ss_cursor(self) if server_side else OneTripCursor(self)

    def rollback(self) -> None:
        """Undo the transaction, if there is one."""
        if getattr(self._connection, "in_transaction", True):
            super().rollback()


def one_trip(made: AsyncAdapt_aiosqlite_connection) -> OneTripConnection:
    """The same connection, with such cursors."""
    return OneTripConnection(made.dbapi, made._connection)
