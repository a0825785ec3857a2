"""Glances on each database: what they find, and what becomes of them when the database goes away."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import text

from cti.store.engine import Store
from cti.store.migration import migrate
from cti.testing.postgres import PostgresServer

SQL = "SELECT kind, key FROM states WHERE kind = ? AND key IN (?, ?) ORDER BY key"


async def put(store: Store, *keys: str) -> None:
    async with store.writing() as session:
        for key in keys:
            await session.execute(text("INSERT INTO states (kind, key, data) VALUES ('k', :key, '{}')"), {"key": key})


async def test_what_is_committed_is_found(store: Store) -> None:
    await put(store, "a", "b", "c")
    assert await store.glance.rows(SQL, ("k", "a", "c")) == [("k", "a"), ("k", "c")]
    await put(store, "x")
    assert await store.glance.rows(SQL, ("k", "x", "?")) == [("k", "x")]
    assert await store.glance.rows(SQL, ("other", "a", "b")) == []


async def test_many_at_once(store: Store) -> None:
    await put(store, *(f"{one:02}" for one in range(50)))
    found = await asyncio.gather(*(store.glance.rows(SQL, ("k", f"{one:02}", "")) for one in range(50)))
    assert found == [[("k", f"{one:02}")] for one in range(50)]


async def test_closed_it_can_be_asked_again(store: Store) -> None:
    await put(store, "a")
    for _ in range(2):
        await store.glance.rows(SQL, ("k", "a", ""))
        await store.glance.close()
        await store.glance.close()
    assert await store.glance.rows(SQL, ("k", "a", "")) == [("k", "a")]


async def test_while_somebody_writes(sqlite_store: Store) -> None:
    async with sqlite_store.writing() as session:
        await session.execute(text("INSERT INTO states (kind, key, data) VALUES ('k', 'a', '{}')"))
        assert await sqlite_store.glance.rows(SQL, ("k", "a", "")) == []
    assert await sqlite_store.glance.rows(SQL, ("k", "a", "")) == [("k", "a")]


async def test_a_file_that_is_gone_and_back(sqlite_store: Store, tmp_path: Path) -> None:
    await put(sqlite_store, "a")
    await sqlite_store.glance.rows(SQL, ("k", "a", ""))
    file = tmp_path / "hotline.db"
    file.rename(tmp_path / "away.db")
    with pytest.raises(FileNotFoundError):
        await sqlite_store.glance.rows(SQL, ("k", "a", ""))
    other = await Store.open(None, tmp_path)
    await migrate(other)
    await put(other, "b")
    await other.close()
    assert await sqlite_store.glance.rows(SQL, ("k", "a", "b")) == [("k", "b")]


async def test_a_wrong_statement_hurts_only_itself(store: Store) -> None:
    await put(store, "a")
    with pytest.raises((sqlite3.OperationalError, asyncpg.UndefinedTableError)):
        await store.glance.rows("SELECT * FROM nothing WHERE one = ?", ("k",))
    assert await store.glance.rows(SQL, ("k", "a", "")) == [("k", "a")]


async def test_a_server_that_drops_us_and_one_who_loses_patience(postgres: PostgresServer, tmp_path: Path) -> None:
    store = await Store.open(await postgres.emptied(), tmp_path)
    await migrate(store)
    await put(store, "a")
    wanted = [("k", "a")]
    assert await store.glance.rows(SQL, ("k", "a", "")) == wanted
    killer = await asyncpg.connect(store.postgres_url)
    await killer.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    await killer.close()
    await asyncio.sleep(0.2)
    assert await store.glance.rows(SQL, ("k", "a", "")) == wanted
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await store.glance.rows("SELECT pg_sleep(?)", (5.0,))
    # His answer is not taken for that of the next one.
    assert await store.glance.rows(SQL, ("k", "a", "")) == wanted
    await store.close()
