"""SQLite's driver with one trip to the connection's thread for each statement, instead of one for each of its parts.

The driver keeps a thread for each connection, and SQLAlchemy asks it for a cursor, to execute, for the rows, and to
close the cursor: four times the loop and the thread wake each other, which costs more than most statements do.

What nobody asks the outcome of goes with the next trip: the beginning of a transaction, and what is written `unasked`.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

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


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A statement of whose outcome nobody asks."""

    operation: Any
    parameters: Any = ()
    many: bool = False

    def execute(self, cursor: sqlite3.Cursor) -> None:
        """In the connection's thread."""
        (cursor.executemany if self.many else cursor.execute)(self.operation, self.parameters)


class OneTripCursor(AsyncAdapt_aiosqlite_cursor):
    """A cursor whose rows are fetched where the statement is executed."""

    __slots__ = ()

    def unasked(self, operation: Any, parameters: Any, *, many: bool) -> None:
        """One statement that is executed before the next, or before the transaction is committed."""
        said = _Waiting(operation, () if parameters is None else parameters, many)
        cast("OneTripConnection", self._adapt_connection).waiting.append(said)
        self.description, self.rowcount, self.lastrowid = None, -1, -1

    def execute(self, operation: Any, parameters: Any = None) -> None:
        """One statement with its rows."""
        self._trip(lambda cursor: cursor.execute(operation, () if parameters is None else parameters))

    def executemany(self, operation: Any, seq_of_parameters: Any) -> None:
        """One statement for each of several sets of values."""
        self._trip(lambda cursor: cursor.executemany(operation, seq_of_parameters))

    def _trip(self, work: Callable[[sqlite3.Cursor], object]) -> None:
        driver: Any = self._connection
        waiting = cast("OneTripConnection", self._adapt_connection).taken()

        def done() -> _Done:
            cursor = driver._conn.cursor()
            try:
                for one in waiting:
                    one.execute(cursor)
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

    __slots__ = ("begins", "closing", "waiting")

    def __init__(self, dbapi: Any, connection: Any) -> None:
        super().__init__(dbapi, connection)
        self.begins = ""
        self.closing = False
        self.waiting: list[_Waiting] = []

    def begin(self, operation: str) -> None:
        """Let a transaction begin with the first statement in it."""
        self.begins = operation

    def taken(self) -> list[_Waiting]:
        """What is to be executed before something else is."""
        begun, self.begins = self.begins, ""
        waiting, self.waiting = self.waiting, []
        return [_Waiting(begun), *waiting] if begun else waiting

    def cursor(self, server_side: bool = False) -> AsyncAdapt_aiosqlite_cursor:
        """A cursor; one that streams goes to and fro as it did."""
        if not server_side:
            return OneTripCursor(self)
        self._settle(lambda: None)
        return AsyncAdapt_aiosqlite_ss_cursor(self)

    def commit(self) -> None:
        """Keep what the transaction did; of one in which nothing was done there is nothing to keep."""
        if self.waiting:
            driver: Any = self._connection
            self._settle(lambda: driver._conn.commit())
        elif self.begins:
            self.begins = ""
        else:
            super().commit()

    def rollback(self) -> None:
        """Undo the transaction, if there is one."""
        self.taken()
        if getattr(self._connection, "in_transaction", True):
            super().rollback()

    async def _terminate_graceful_close(self) -> None:
        self.closing = True
        await super()._terminate_graceful_close()

    def _terminate_force_close(self) -> None:
        # Whoever terminates it closes it first and, when he is cancelled meanwhile, stops it too. The driver's thread
        # ends by the one, and the other, which goes on by itself, would wait for it without an end.
        if not self.closing:
            super()._terminate_force_close()

    def _settle(self, then: Callable[[], None]) -> None:
        """What waits, and something after it, in one trip."""
        driver: Any = self._connection
        waiting = self.taken()

        def done() -> None:
            cursor = driver._conn.cursor()
            try:
                for one in waiting:
                    one.execute(cursor)
            finally:
                cursor.close()
            then()

        try:
            self.await_(driver._execute(done))
        except Exception as error:  # the adapter raises it again, as SQLAlchemy names it
            self._handle_exception(error)


def one_trip(made: AsyncAdapt_aiosqlite_connection) -> OneTripConnection:
    """The same connection, with such cursors."""
    return OneTripConnection(made.dbapi, made._connection)
