"""Compares the tables of a database with what the models say, in words for who writes migrations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, create_engine, inspect, text

from cti.store.columns import Base

OWN = ("migrations_", "search_words")
"""Tables that no model says: the migrations' own, and each database's own index of words."""

_TABLES = "FROM sqlite_schema AS t JOIN"
_QUESTIONS = (
    f'SELECT t.name, c.name, c.type, c."notnull", c.pk {_TABLES} pragma_table_info(t.name) AS c',
    f'SELECT t.name, k."table", k."from", k."to", k.on_delete {_TABLES} pragma_foreign_key_list(t.name) AS k',
    f"SELECT t.name, CASE i.origin WHEN 'c' THEN i.name END, i.\"unique\", i.partial, group_concat(c.seqno || c.name) "
    f"{_TABLES} pragma_index_list(t.name) AS i JOIN pragma_index_info(i.name) AS c GROUP BY t.name, i.name",
)
"""Columns, foreign keys and indexes of all tables; SQLite chooses the names of indexes that a constraint made."""

Schema = dict[str, tuple[dict[str, tuple[str, bool]], list[str]]]
"""By table, its columns with type and whether they may be empty, and the names of its indexes."""


def is_said(name: str | None, _kind: str = "", _parents: object = None) -> bool:
    """Whether models speak of a table of this name."""
    return not (name or "").startswith(OWN)


def differences(connection: Connection) -> list[str]:
    """What the tables have and the models have not, or the other way round; the models must have been loaded."""
    alike: set[str] = set()
    if connection.dialect.name == "sqlite":
        # Alembic takes half a second to find that all is well.
        alike = _to_the_letter(connection)
        if {name for name in inspect(connection).get_table_names() if is_said(name)} | {*Base.metadata.tables} <= alike:
            return []

    def concerns(_thing: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
        return kind != "table" or name not in alike

    def is_looked_at(name: str | None, kind: str, parents: object) -> bool:
        return is_said(name) and (kind != "table" or name not in alike)

    context = MigrationContext.configure(
        connection, opts={"compare_type": True, "include_name": is_looked_at, "include_object": concerns}
    )
    return [said for one in compare_metadata(context, Base.metadata) for said in _words(one)]


def _to_the_letter(connection: Connection) -> set[str]:
    """The tables of which SQLite tells the same as of those that the models would make: columns, keys and indexes."""
    models = create_engine("sqlite://")
    with models.begin() as made:
        Base.metadata.create_all(made, checkfirst=False)
        wanted = _told(made)
    models.dispose()
    return {name for name, told in _told(connection).items() if wanted.get(name) == told}


def _told(connection: Connection) -> dict[str, list[Any]]:
    """By table all that SQLite tells of columns, foreign keys and indexes: see sqlite.org/pragma.html."""
    told: dict[str, list[Any]] = defaultdict(list)
    for question in _QUESTIONS:
        for table, *rest in connection.execute(text(question)):
            told[table].append(rest)
    return {table: sorted(rows, key=repr) for table, rows in told.items()}


def schema_of(connection: Connection, but: Collection[str] = ()) -> Schema:
    """Every table as the database tells it; those of these names are left out."""
    inspector = inspect(connection)
    return {
        table: (
            {column["name"]: (str(column["type"]), column["nullable"]) for column in inspector.get_columns(table)},
            sorted(str(index["name"]) for index in inspector.get_indexes(table)),
        )
        for table in inspector.get_table_names()
        if is_said(table) and table not in but
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
