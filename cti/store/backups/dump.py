"""A PostgreSQL database as a folder of files: `tables.json`, and for each table what COPY writes of it (text format).

It needs no program of PostgreSQL's and fits every server version. The tables themselves are not part of it: the
migrations make them as they were, by the revisions that stand in `tables.json`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any, BinaryIO

import asyncpg
import msgspec

from cti.store.engine import Store

CONTENTS = "tables.json"
CONNECT_SECONDS = 10.0

COLUMNS = """
SELECT c.table_name, c.column_name, pg_get_serial_sequence(quote_ident(c.table_name), c.column_name) AS sequence
FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
WHERE table_schema = current_schema() AND t.table_type = 'BASE TABLE' AND c.is_generated = 'NEVER'
ORDER BY c.table_name, c.ordinal_position
"""
REFERENCES = """
SELECT child.relname AS child, parent.relname AS parent FROM pg_constraint
JOIN pg_class child ON child.oid = conrelid JOIN pg_class parent ON parent.oid = confrelid
WHERE contype = 'f' AND connamespace = current_schema()::regnamespace AND conrelid <> confrelid
"""
OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


class DumpProblem(Exception):
    """The files are not those of a dump, or do not fit the database."""


class TableDump(msgspec.Struct, frozen=True):
    """A table's columns in the order of its file, how many rows it had, and where its sequences stood."""

    columns: list[str]
    rows: int
    sequences: dict[str, int]


class Contents(msgspec.Struct, frozen=True):
    """`tables.json`: the revisions by their table of versions (`migrations_<room>`), and the tables."""

    revisions: dict[str, str]
    tables: dict[str, TableDump]


@asynccontextmanager
async def connected(store: Store) -> AsyncIterator[Any]:
    """A plain connection to the store's PostgreSQL."""
    url = store.postgres_url
    connection = await asyncpg.connect(url, timeout=CONNECT_SECONDS)
    try:
        yield connection
    finally:
        await connection.close()


async def others_connected(store: Store) -> int:
    """How many connections there are beside ours: engines, and whoever looks into the database."""
    await store.engine.dispose()
    async with connected(store) as connection:
        return int(await connection.fetchval(OTHERS))


async def has_tables(store: Store) -> bool:
    """Whether there is any table."""
    async with connected(store) as connection:
        return bool(await connection.fetch(COLUMNS))


async def dump(store: Store, folder: Path) -> Contents:
    """Write the whole database as it is at one moment into the empty `folder`; others go on reading and writing."""
    async with connected(store) as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        columns: dict[str, list[str]] = {}
        sequences: dict[str, dict[str, int]] = {}
        for row in await connection.fetch(COLUMNS):
            columns.setdefault(row["table_name"], []).append(row["column_name"])
            if row["sequence"]:
                # Of a sequence that was never used the next value is the first.
                found = await connection.fetchrow(f"SELECT last_value, is_called FROM {row['sequence']}")  # noqa: S608 # the catalogue's own name
                at = found["last_value"] if found["is_called"] else 0
                sequences.setdefault(row["table_name"], {})[row["column_name"]] = at
        tables: dict[str, TableDump] = {}
        for table, names in columns.items():
            with (folder / f"{table}.copy").open("wb") as file:
                done = await connection.copy_from_table(table, columns=names, output=_writer(file))
            tables[table] = TableDump(names, int(done.rpartition(" ")[2]), sequences.get(table, {}))
        revisions = {
            table: await connection.fetchval(f'SELECT version_num FROM "{table}"')  # noqa: S608 # the catalogue's own name
            for table in tables
            if table.startswith("migrations_")
        }
    contents = Contents({table: revision for table, revision in revisions.items() if revision}, tables)
    (folder / CONTENTS).write_bytes(msgspec.json.format(msgspec.json.encode(contents)))
    return contents


def read_contents(folder: Path) -> Contents:
    """What a dump has; DumpProblem when it is none or lacks a file."""
    try:
        contents = msgspec.json.decode((folder / CONTENTS).read_bytes(), type=Contents)
    except (OSError, msgspec.DecodeError) as error:
        raise DumpProblem(f"{folder / CONTENTS}: {error}") from None
    if lacking := [table for table in contents.tables if not (folder / f"{table}.copy").is_file()]:
        raise DumpProblem(f"{folder}: files are missing for {', '.join(lacking)}")
    return contents


async def load(store: Store, folder: Path) -> None:
    """Fill the tables of a database that has been migrated to the dump's revisions; all of it or nothing.

    DumpProblem when tables or rows do not fit.
    """
    contents = read_contents(folder)
    async with connected(store) as connection, connection.transaction():
        there = {row["table_name"] for row in await connection.fetch(COLUMNS)}
        if there != set(contents.tables):
            odd = ", ".join(sorted(there ^ set(contents.tables)))
            raise DumpProblem(f"tables that only the dump or only the database has: {odd}")
        # What the migrations themselves put in is in the dump as well.
        await connection.execute(f"TRUNCATE {', '.join(map(_quoted, there))}")
        references = [(row["child"], row["parent"]) for row in await connection.fetch(REFERENCES)]
        for table in _parents_first(there, references):
            wanted = contents.tables[table]
            path = folder / f"{table}.copy"
            done = await connection.copy_to_table(table, columns=wanted.columns, source=path)
            if int(done.rpartition(" ")[2]) != wanted.rows:
                raise DumpProblem(f"{path}: {done}, but {wanted.rows} rows were written")
            for column, at in wanted.sequences.items():
                await connection.execute(
                    "SELECT setval(pg_get_serial_sequence(quote_ident($1), $2), $3, $4)", table, column, at or 1, at > 0
                )


async def drop_all(store: Store) -> None:
    """Remove all tables of the database, before a backup is put in their place."""
    async with connected(store) as connection, connection.transaction():
        for table in {row["table_name"] for row in await connection.fetch(COLUMNS)}:
            await connection.execute(f"DROP TABLE {_quoted(table)} CASCADE")


def _writer(file: BinaryIO) -> Callable[[bytes], Awaitable[None]]:
    # Given a file, the driver takes a thread for each row.
    async def write(data: bytes) -> None:
        file.write(data)

    return write


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _parents_first(tables: Iterable[str], references: Iterable[tuple[str, str]]) -> list[str]:
    sorter = TopologicalSorter[str]({table: [] for table in sorted(tables)})
    for child, parent in references:
        sorter.add(child, parent)
    return list(sorter.static_order())
