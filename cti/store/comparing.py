"""Compares the tables of a database with what the models say, in words for who writes migrations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect

from cti.store.columns import Base

OWN = ("migrations_", "search_words")
"""Tables that no model says: the migrations' own, and each database's own index of words."""

Schema = dict[str, tuple[dict[str, tuple[str, bool]], list[str]]]
"""By table, its columns with type and whether they may be empty, and the names of its indexes."""


def is_said(name: str | None, _kind: str = "", _parents: object = None) -> bool:
    """Whether models speak of a table of this name."""
    return not (name or "").startswith(OWN)


def differences(connection: Connection) -> list[str]:
    """What the tables have and the models have not, or the other way round; the models must have been loaded."""
    context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": is_said})
    return [said for one in compare_metadata(context, Base.metadata) for said in _words(one)]


def schema_of(connection: Connection) -> Schema:
    """Every table as the database tells it."""
    inspector = inspect(connection)
    return {
        table: (
            {column["name"]: (str(column["type"]), column["nullable"]) for column in inspector.get_columns(table)},
            sorted(str(index["name"]) for index in inspector.get_indexes(table)),
        )
        for table in inspector.get_table_names()
        if is_said(table)
    }


def _words(one: Any) -> Iterator[str]:
    """A difference of Alembic's: a tuple, or for what changed of one column a list of them."""
    if isinstance(one, list):
        for changed in one:
            kind, _, table, column = changed[:4]
            yield f"table {table}: column {column}: {kind.removeprefix('modify_')} is not what the model says"
        return
    kind, rest = one[0], list(one[1:])
    verb, _, what = kind.partition("_")
    lacks = "the database has none" if verb == "add" else "no model says it"
    if what == "table":
        yield f"table {rest[0].name}: {lacks}"
    elif what == "column":
        yield f"table {rest[1]}: column {rest[2].name}: {lacks}"
    else:
        yield f"table {_table_of(rest[0])}: {what} {rest[0].name}: {lacks}"


def _table_of(found: Any) -> str:
    return str(getattr(getattr(found, "table", None), "name", ""))


def own_tables(package: str) -> set[str]:
    """The names of the tables whose models a package has."""
    found: Iterable[Any] = Base.registry.mappers
    return {str(one.local_table.name) for one in found if one.class_.__module__.startswith(f"{package}.")}
