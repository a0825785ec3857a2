"""Filling tables for a bench: many rows go in before there is an index, and each index is made in one go."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from cti.store.engine import Store

WORDS_OF = "search_entries"
"""The table whose triggers fill SQLite's index of words."""
SQLITE = """SELECT type, name, sql FROM sqlite_master WHERE tbl_name = :table AND type IN ('index', 'trigger')
AND sql IS NOT NULL"""
POSTGRESQL = """SELECT 'index', indexname, indexdef FROM pg_indexes WHERE tablename = :table
AND schemaname = current_schema() AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = indexname)"""


@asynccontextmanager
async def without_indexes(store: Store, tables: Sequence[str]) -> AsyncIterator[None]:
    """Tables without their indexes and triggers meanwhile; those of keys stay."""
    gone: list[Row[tuple[str, str, str]]] = []
    async with store.engine.begin() as connection:
        for table in tables:
            found = await connection.execute(text(SQLITE if store.is_sqlite else POSTGRESQL), {"table": table})
            gone += found.all()
        for sort, name, _ in gone:
            await connection.execute(text(f"DROP {sort} {name}"))
    yield
    async with store.engine.begin() as connection:
        await room(store, connection)
        for _, _, sql in gone:
            await connection.exec_driver_sql(sql)
        if store.is_sqlite and WORDS_OF in tables:
            await connection.execute(text("INSERT INTO search_words(search_words) VALUES ('rebuild')"))
    if not store.is_sqlite:
        async with store.engine.connect() as connection:
            # What is read afterwards is as it would be after a night.
            alone = await connection.execution_options(isolation_level="AUTOCOMMIT")
            for table in tables:
                await alone.execute(text(f"VACUUM ANALYZE {table}"))
    else:
        async with store.engine.begin() as connection:
            await connection.execute(text("ANALYZE"))


async def room(store: Store, connection: AsyncConnection) -> None:
    """Memory in which indexes are sorted."""
    said = "PRAGMA cache_size=-600000" if store.is_sqlite else "SET LOCAL maintenance_work_mem = '600MB'"
    await connection.execute(text(said))
