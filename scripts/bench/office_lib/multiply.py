"""Many rows in little time: some are made one by one, and the database copies them under other ids."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import text

from cti.store.engine import Store

MADE = 50_000
"""Rows that are made one by one; more are copies of them."""
FIRST = 20
"""What the ids of the first copies begin with; those that were made begin with less."""


def copies_of(rows: int) -> int:
    """How many copies of the rows that are made there will be, beside them."""
    return min(max(0, round(rows / MADE) - 1), 99 - FIRST)


def copied_id(column: str) -> str:
    """The id of a copy, in SQL: its first two characters say which copy it is."""
    return f":begin || substr({column}, 3)"


async def multiply(store: Store, copies: int, tables: Mapping[str, Mapping[str, str]]) -> None:
    """Copy the rows of tables so often; for each table, what differs in a copy, in SQL, by column.

    It may read `:begin`, the first two characters of its ids, and `:copy`, its number from 1.
    """
    for copy in range(1, copies + 1):
        async with store.engine.begin() as connection:
            if store.is_sqlite:
                # Without room for the indexes each row would read and write pages anew.
                await connection.execute(text("PRAGMA cache_size=-600000"))
            for table, differs in tables.items():
                columns = [str(one) for one in await connection.run_sync(lambda to, t=table: _columns(to, t))]  # type: ignore[misc]
                values = [differs.get(one, one) for one in columns]
                id = next(one for one in columns if differs.get(one, "").startswith(":begin"))
                sql = (
                    f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} FROM {table} "  # noqa: S608
                    f"WHERE substr({id}, 1, 2) < '{FIRST}'"
                )
                given = {"begin": str(FIRST + copy - 1)}
                await connection.execute(text(sql), {**given, **({"copy": copy} if ":copy" in sql else {})})


def _columns(connection: object, table: str) -> list[str]:
    from sqlalchemy import Connection, inspect

    assert isinstance(connection, Connection)
    return [one["name"] for one in inspect(connection).get_columns(table)]
