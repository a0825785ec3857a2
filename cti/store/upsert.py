"""Rows that may stand there already: one statement for both databases, which is compiled once.

SQLAlchemy's own upserts are two, one for each database, and are compiled anew each time they are executed.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Table, bindparam, text

from cti.store.columns import Base


@cache
def insert_or_leave(table: type[Base], *place: str, returning: str = "") -> Any:
    """Add rows but those whose `place` (columns of a unique index) is taken; `returning` is a column of those added."""
    return _statement(table, f"ON CONFLICT ({_named(place)}) DO NOTHING", returning)


@cache
def insert_or_change(table: type[Base], place: tuple[str, ...], *changed: str) -> Any:
    """Add rows; where the `place` of one is taken, give these columns of the row there its values."""
    values = ", ".join(f'"{one}" = excluded."{one}"' for one in changed)
    return _statement(table, f"ON CONFLICT ({_named(place)}) DO UPDATE SET {values}")


@cache
def insert_or_count(table: type[Base], place: tuple[str, ...], counted: str) -> Any:
    """Add a row, or count the `counted` of the row there up by the new one's; returns what it is then."""
    name = f'"{table.__tablename__}"."{counted}"'
    return _statement(
        table, f'ON CONFLICT ({_named(place)}) DO UPDATE SET "{counted}" = {name} + excluded."{counted}"', counted
    )


def _statement(table: type[Base], end: str, returning: str = "") -> Any:
    """An insert of whole rows; values go by the names of their columns."""
    owner = table.__table__
    assert isinstance(owner, Table), "a table of its own"
    values = ", ".join(f":{one.name}" for one in owner.columns)
    said = f'INSERT INTO "{owner.name}" ({_named(owner.columns.keys())}) VALUES ({values}) {end}'  # noqa: S608 # our names
    if returning:
        said += f' RETURNING "{returning}"'
    made = text(said).bindparams(*(bindparam(one.name, type_=one.type) for one in owner.columns))
    return made.columns(owner.c[returning]) if returning else made


def _named(columns: Any) -> str:
    return ", ".join(f'"{one}"' for one in columns)
