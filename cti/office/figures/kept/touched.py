"""Which rows of a source a change touches, as notes of its tables; and whether a count reads nothing that is not noted.

The moments of a row lie in one table. Other tables that the facts read name what a change in them touches:
`FactSource.touched_by`. A source that reads a table which it does not name is counted from its rows each time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Literal, get_args

from sqlalchemy import Alias, ColumnClause, FromClause, SQLColumnExpression
from sqlalchemy.orm import Session
from sqlalchemy.sql import visitors

from cti.office.figures.facts import FactSource, tables_of
from cti.store.engine import Store
from cti.store.noting import Note, note, quoted

Read = dict[str, set[str]]
When = Literal["INSERT", "UPDATE", "DELETE"]
ALWAYS = ("organisation", "region", "removed_at")
"""Columns that say whose a row is and whether it counts: scopes read them, whether or not they are facts."""


def read_by(expressions: Iterable[Any]) -> Read:
    """The columns that these read, by table."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for expression in expressions:
        for part in visitors.iterate(_plain(expression)):
            if isinstance(part, ColumnClause) and part.table is not None:
                found[_table(part.table)].add(part.name)
    return dict(found)


def noted_by(source: FactSource) -> Read:
    """The columns whose changes are noted for a source, by table; nothing when it cannot be kept."""
    base = _base(source)
    watched = {base, *(_table(_plain(inner).table) for inner, _ in source.touched_by)}
    read = read_by([*source.columns.values(), *(one for pair in source.touched_by for one in pair)])
    if not base or not {*read, *_names(source.rows)} <= watched:
        return {}
    columns = {one.name: {column.name for column in one.columns} for one in _tables(source)}
    return {name: read.get(name, set()) | (columns[name] & set(ALWAYS)) for name in watched}


def notes_of(source: FactSource) -> list[Note]:
    """What is to be noted for a source; nothing when it cannot be kept."""
    noted, base = noted_by(source), _base(source)
    if not noted:
        return []
    record = _named_by(source)
    moments = sorted({_plain(source.facts[name].value).name for name in source.moments})
    links: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for inner, outer in source.touched_by:
        links[_table(_plain(inner).table)].append((_plain(inner).name, _plain(outer).name))
    found = []
    for table in sorted(noted):
        for when in get_args(When):
            states = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}[when]
            own = [(state, one) for state in states for one in moments if table == base]
            parts = [f"SELECT {state}.{quoted(one)} AS moment, {_text(state, record)} AS record" for state, one in own]
            for link, key in links[table]:
                values = ", ".join(f"{state}.{quoted(link)}" for state in states)
                parts += [_linked(base, one, record, key, values) for one in moments]
            body = (
                f"INSERT INTO figure_changes (source, moment, record) SELECT '{source.name}', moment, record "  # noqa: S608 # our names
                f"FROM ({' UNION '.join(parts)}) AS touched WHERE moment IS NOT NULL"
            )
            found.append(Note(source.name, table, when, tuple(sorted(noted[table])), body))
    return found


def _linked(base: str, moment: str, record: str, key: str, values: str) -> str:
    said = f"SELECT {quoted(moment)} AS moment, {_text(quoted(base), record)} AS record FROM {quoted(base)}"  # noqa: S608 # our names
    return f"{said} WHERE {quoted(key)} IN ({values})"


def _text(row: str, column: str) -> str:
    return f"CAST({row}.{quoted(column)} AS VARCHAR(64))" if column else "''"


def record_of(source: FactSource) -> SQLColumnExpression[Any] | None:
    """The column by which a note says whose change it is: the record's, a row's own, or one that names the record."""
    base = _base(source)
    for one in (source.record, source.id, *(outer for _, outer in source.touched_by)):
        plain = _plain(one)
        if isinstance(plain, ColumnClause) and plain.table is not None and _table(plain.table) == base:
            return plain
    return None


def _named_by(source: FactSource) -> str:
    found = record_of(source)
    return "" if found is None else str(_plain(found).name)


async def let_be_noted(store: Store, source: FactSource) -> bool:
    """Note changes of a source from now on; whether some were not noted until now."""
    notes, made = notes_of(source), False
    # A table at a time: PostgreSQL locks each against writing, and nobody must wait for two.
    for table in sorted({one.table for one in notes}):
        async with store.writing() as session:
            made |= await session.run_sync(_note, table, notes)
    return made


def _note(session: Session, table: str, notes: list[Note]) -> bool:
    return note(session.connection(), table, notes)


def is_noted(noted: Read, source: FactSource, expressions: Iterable[Any]) -> bool:
    """Whether all that these read is noted; keys of rows never change."""
    keys = {one.name: {column.name for column in one.primary_key} for one in _tables(source)}
    return all(
        columns <= noted.get(name, set()) | keys.get(name, set()) for name, columns in read_by(expressions).items()
    )


def _base(source: FactSource) -> str:
    """The table of all moments; empty when they lie in several."""
    tables = {
        _table(column.table)
        for name in source.moments
        if isinstance(column := _plain(source.facts[name].value), ColumnClause) and column.table is not None
    }
    is_plain = all(isinstance(_plain(source.facts[name].value), ColumnClause) for name in source.moments)
    return next(iter(tables)) if len(tables) == 1 and is_plain else ""


def _tables(source: FactSource) -> list[Any]:
    return [*tables_of(source.rows), *(_plain(inner).table for inner, _ in source.touched_by)]


def _names(rows: FromClause) -> set[str]:
    return {_table(one) for one in tables_of(rows)}


def _table(table: Any) -> str:
    return _table(table.element) if isinstance(table, Alias) else str(table.name)


def _plain(expression: Any) -> Any:
    made = getattr(expression, "__clause_element__", None)
    return made() if made else expression
