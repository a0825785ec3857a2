"""What SQLAlchemy is told by cursors that go to their connection's thread once for each statement."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from cti.store.engine import Store


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
        assert (await session.execute(text("SELECT a, b FROM pairs WHERE a < 2"))).all() == [(0, "0"), (1, "1")]
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


async def test_a_statement_is_one_trip(pairs: Store) -> None:
    trips: Counter[str] = Counter()
    async with pairs.reading() as session:
        connection = await session.connection()
        raw: Any = (await connection.get_raw_connection()).driver_connection
        made = raw._execute

        async def counted(function: Any, *values: Any, **named: Any) -> Any:
            trips["trips"] += 1
            return await made(function, *values, **named)

        raw._execute = counted
        try:
            await session.execute(text("SELECT a FROM pairs"))
        finally:
            raw._execute = made
    assert trips["trips"] == 1
