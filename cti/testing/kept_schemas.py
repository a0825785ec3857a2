"""Migrated schemas of the tests' PostgreSQL database: one is `public`, the others wait beside it under another name.

The comment on a schema says which tables it has. A test that ends leaves its schema as it is; the next one takes the
rows away, only from tables that have any, and triggers that note changes, or the whole schema when it is no more what
was made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import asyncpg

from cti.base.ids import new_id
from cti.store.engine import Store
from cti.store.migration import migrate
from cti.store.noting import PREFIX

EMPTY = ""
"""The mark of a database in which there is nothing yet."""
RUN = new_id().lower()[-8:]
"""Stands in the names of the schemas of this process: those of another one may be older than the code."""

_WITH_ROWS = """
SELECT quote_ident(relname) FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND pg_relation_size(oid) > 0
"""
_SHAPE = """
SELECT count(*) || ' ' || coalesce(sum(hashtext(relname || relkind::text)::bigint * (relnatts + 50 * relchecks)), 0)
|| ' ' || (SELECT count(*) FROM pg_constraint WHERE connamespace = 'public'::regnamespace)
FROM pg_class WHERE relnamespace = 'public'::regnamespace
"""
_TABLES = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
_NOT_IN = f"SELECT quote_ident(relname) FROM ({_TABLES} EXCEPT SELECT relname FROM {{}}.kept_tables) AS own"  # noqa: S608  # a constant
"""Tables that a test has made for itself."""
_NOTES = f"""
SELECT oid::regprocedure::text FROM pg_proc
WHERE pronamespace = 'public'::regnamespace AND starts_with(proname, '{PREFIX}')
"""  # noqa: S608  # a constant
"""Functions of triggers that note changes."""
_HELD = "SELECT obj_description('public'::regnamespace, 'pg_namespace')"


async def emptied(connection: Any) -> None:
    """Give the database an empty schema `public`, and keep the one that is there where it can be used again."""
    held: str | None = await connection.fetchval(_HELD)
    if held and RUN in held:
        name, shape, first_rows = held.split("|")
        if own := [one for (one,) in await connection.fetch(_NOT_IN.format(_first(name)))]:
            await connection.execute(f"DROP TABLE {', '.join(own)} CASCADE")
        if notes := [one for (one,) in await connection.fetch(_NOTES)]:
            await connection.execute(f"DROP FUNCTION {', '.join(notes)} CASCADE")
        if shape == await connection.fetchval(_SHAPE):
            await _clean(connection, name, set(first_rows.split()))
            await connection.execute(f"ALTER SCHEMA public RENAME TO {name}; CREATE SCHEMA public")
            return
        await connection.execute(f"DROP SCHEMA {_first(name)} CASCADE")
    for (one,) in await connection.fetch("SELECT nspname FROM pg_namespace WHERE nspname ~ '^(kept|first)_'"):
        if RUN not in one:
            await connection.execute(f"DROP SCHEMA {one} CASCADE")
    await connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")


async def give(store: Store, rooms: Sequence[Path], then: object) -> object:
    """Make `public` a schema with the tables of the core and of these folders, and with their first rows alone.

    Returns the mark of how it is then: it changes with everything that is written. None, and nothing is done, when what
    is there has another mark than `then`; EMPTY stands for a schema without tables.
    """
    told = "\n".join([store.cipher.suite.name, *map(str, rooms)])
    name = f"kept_{RUN}_{hashlib.sha256(told.encode()).hexdigest()[:12]}"
    connection = await asyncpg.connect(store.postgres_url)
    try:
        if await _mark(connection) != then:
            return None
        if then != EMPTY:
            held = await connection.fetchval(_HELD)
            await connection.execute(f"ALTER SCHEMA public RENAME TO {held.partition('|')[0]}; CREATE SCHEMA public")
        if await connection.fetchval("SELECT 1 FROM pg_namespace WHERE nspname = $1", name):
            await connection.execute(f"DROP SCHEMA public; ALTER SCHEMA {name} RENAME TO public")
        else:
            await migrate(store, rooms)
            await store.engine.dispose()
            await _note(connection, name)
        return await _mark(connection)
    finally:
        await connection.close()


async def _mark(connection: Any) -> object:
    if not await connection.fetchval("SELECT EXISTS (SELECT FROM pg_tables WHERE schemaname = 'public')"):
        return EMPTY
    return await connection.fetchval("SELECT pg_snapshot_xmax(pg_current_snapshot())::text")


async def _note(connection: Any, name: str) -> None:
    """Say on the schema that was just made what it is, and keep its first rows."""
    first = [one for (one,) in await connection.fetch(_WITH_ROWS)]
    copies = [f"CREATE TABLE {_first(name)}.{one} AS TABLE public.{one}" for one in first]
    copies.append(f"CREATE TABLE {_first(name)}.kept_tables AS {_TABLES}")
    await connection.execute(";\n".join([f"CREATE SCHEMA {_first(name)}", *copies]))
    held = f"{name}|{await connection.fetchval(_SHAPE)}|{' '.join(first)}"
    await connection.execute(f"COMMENT ON SCHEMA public IS '{held}'")


async def _clean(connection: Any, name: str, first: set[str]) -> None:
    """Leave the first rows alone."""
    rows = [one for (one,) in await connection.fetch(_WITH_ROWS) if one not in first]
    steps = [f"TRUNCATE {', '.join(rows)} RESTART IDENTITY CASCADE"] if rows else []
    for one in sorted(first):
        steps.append(f"DELETE FROM public.{one}; INSERT INTO public.{one} TABLE {_first(name)}.{one}")  # noqa: S608  # names of ours
    await connection.execute(";\n".join(steps))


def _first(name: str) -> str:
    return name.replace("kept_", "first_", 1)
