"""What SQLAlchemy is told by cursors that go to their connection's thread once for each statement."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from cti.store.engine import Store
from cti.store.unasked import write


@pytest.fixture
async def pairs(sqlite_store: Store) -> Store:
    """A small table."""
    async with sqlite_store.writing() as session:
        await session.execute(text("CREATE TABLE pairs (a INTEGER PRIMARY KEY, b TEXT)"))
        await session.execute(
            text("INSERT INTO pairs VALUES (:a, :b)"), [{"a": number, "b": str(number)} for number in range(5)]
        )
    return sqlite_store


async def test_rows_counts_and_keys_are_as_ever(pairs: Store) -> None:
    async with pairs.writing() as session:
        assert [tuple(row) for row in await session.execute(text("SELECT a, b FROM pairs WHERE a < 2"))] == [
            (0, "0"),
            (1, "1"),
        ]
        assert (await session.execute(text("SELECT a FROM pairs WHERE a > 9"))).all() == []
        changed: Any = await session.execute(text("UPDATE pairs SET b = 'x' WHERE a > 2"))
        assert changed.rowcount == 2
        made: Any = await session.execute(text("INSERT INTO pairs (b) VALUES ('y')"))
        assert made.lastrowid == 5


async def test_rows_can_be_read_one_by_one(pairs: Store) -> None:
    async with pairs.reading() as session:
        assert [row.a async for row in await session.stream(text("SELECT a FROM pairs"))] == [0, 1, 2, 3, 4]


async def test_errors_have_sqlalchemys_names_and_undo_all(pairs: Store) -> None:
    with pytest.raises(IntegrityError):
        async with pairs.writing() as session:
            await session.execute(text("UPDATE pairs SET b = 'gone'"))
            await session.execute(text("INSERT INTO pairs VALUES (0, '')"))
    with pytest.raises(OperationalError):
        async with pairs.reading() as session:
            await session.execute(text("SELECT * FROM nothing"))
    async with pairs.reading() as session:
        assert (await session.scalars(text("SELECT b FROM pairs WHERE a = 0"))).all() == ["0"]


@asynccontextmanager
async def counted(session: AsyncSession) -> AsyncIterator[Counter[str]]:
    """Trips to the connection's thread meanwhile."""
    trips: Counter[str] = Counter()
    connection = await session.connection()
    raw: Any = (await connection.get_raw_connection()).driver_connection
    made = raw._execute

    async def one(function: Any, *values: Any, **named: Any) -> Any:
        trips["trips"] += 1
        return await made(function, *values, **named)

    raw._execute = one
    try:
        yield trips
    finally:
        raw._execute = made


async def test_a_statement_is_one_trip(pairs: Store) -> None:
    async with pairs.reading() as session, counted(session) as trips:
        await session.execute(text("SELECT a FROM pairs"))
    assert trips["trips"] == 1


async def test_what_nobody_asks_the_outcome_of_goes_with_the_next_trip_and_in_order(pairs: Store) -> None:
    async with pairs.writing() as session, counted(session) as trips:
        await write(session, text("DELETE FROM pairs WHERE a > 0"))
        await write(session, text("INSERT INTO pairs VALUES (:a, :b)"), [{"a": 7, "b": "x"}, {"a": 8, "b": "y"}])
        await write(session, text("UPDATE pairs SET b = :b WHERE a = 8"), {"b": "z"})
        assert trips["trips"] == 0
        assert [tuple(row) for row in await session.execute(text("SELECT * FROM pairs"))] == [
            (0, "0"),
            (7, "x"),
            (8, "z"),
        ]
        assert trips["trips"] == 1


async def test_the_last_of_them_go_with_the_commit(pairs: Store) -> None:
    async with pairs.writing() as session:
        await write(session, text("DELETE FROM pairs"))
    async with pairs.reading() as session:
        assert (await session.scalars(text("SELECT a FROM pairs"))).all() == []


async def test_what_is_wrong_with_one_undoes_all(pairs: Store) -> None:
    async def fails(session: AsyncSession) -> None:
        await session.execute(text("DELETE FROM pairs WHERE a = 4"))
        await write(session, text("INSERT INTO pairs VALUES (0, '')"))
        await write(session, text("DELETE FROM pairs"))

    with pytest.raises(IntegrityError):
        async with pairs.writing() as session:
            await fails(session)
    with pytest.raises(IntegrityError):
        async with pairs.writing() as session:
            await fails(session)
            await session.execute(text("SELECT 1"))
    async with pairs.reading() as session:
        assert (await session.scalars(text("SELECT a FROM pairs"))).all() == [0, 1, 2, 3, 4]


async def test_nothing_of_them_is_left_for_the_next_when_a_session_is_undone(pairs: Store) -> None:
    with pytest.raises(LookupError):
        async with pairs.writing() as session:
            await write(session, text("DELETE FROM pairs"))
            raise LookupError
    async with pairs.writing() as session:
        assert len((await session.scalars(text("SELECT a FROM pairs"))).all()) == 5


async def test_a_stream_reads_what_was_written_before_it(pairs: Store) -> None:
    async with pairs.writing() as session:
        await write(session, text("DELETE FROM pairs WHERE a > 0"))
        assert [row.a async for row in await session.stream(text("SELECT a FROM pairs"))] == [0]


async def test_a_writing_session_holds_the_lock_from_its_first_statement_on(pairs: Store) -> None:
    async with pairs.writing() as session:
        await session.execute(text("SELECT a FROM pairs"))
        other = sqlite3.connect(str(pairs.path), timeout=0, isolation_level=None)
        try:
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                other.execute("BEGIN IMMEDIATE")
        finally:
            other.close()


async def test_a_session_in_which_nothing_is_said_ends_quietly(pairs: Store) -> None:
    async with pairs.writing() as session, counted(session) as trips:
        pass
    assert trips["trips"] == 0
