"""The catalogue of all tables and columns in words: what is kept, in what form, and what refers to what.

The words of a column are its `doc`, those of a table its `info["words"]` or the first sentence of its docstring.
"""

from __future__ import annotations

import importlib
import importlib.util
import re
from collections.abc import Iterable
from pathlib import Path

import msgspec
from sqlalchemy import Column, Table
from sqlalchemy.types import TypeDecorator

from cti.store.columns import Base, BlindIndex, EncryptedText

CORE = ("cti.store", "cti.office")

SECRET = re.compile(r"(^|_)(password|secret|token)(_|$)")
"""Columns that open doors by their name; a column can also say so itself: `info={"secret": True}`."""


class ColumnWords(msgspec.Struct, frozen=True):
    """A column. `form` is plain, sealed (encrypted in the table), index (a blind index) or secret (never exported)."""

    name: str
    type: str
    words: str
    form: str
    required: bool
    key: bool
    refers_to: str


class TableWords(msgspec.Struct, frozen=True):
    """What the catalogue says of a table and its columns."""

    name: str
    words: str
    columns: list[ColumnWords]


def load_models(packages: Iterable[str]) -> None:
    """Make the tables of the core and of these packages, in every `models.py` of them, known to `Base.metadata`."""
    for package in (*CORE, *packages):
        found = importlib.util.find_spec(package)
        for folder in (found.submodule_search_locations or ()) if found is not None else ():
            for path in sorted(Path(folder).rglob("models.py")):
                inside = path.relative_to(folder).with_suffix("").parts
                importlib.import_module(".".join((package, *inside)))


def catalogue(tables: Iterable[Table] | None = None) -> list[TableWords]:
    """All tables that are known, parents before children, or those given."""
    words = {str(mapper.local_table.name): mapper.class_.__doc__ or "" for mapper in Base.registry.mappers}  # type: ignore[attr-defined] # every mapped class here has one table
    return [
        TableWords(
            name=str(table.name),
            words=str(table.info.get("words") or _first_sentence(words.get(table.name, ""))),
            columns=[_column(column) for column in table.columns],
        )
        for table in (Base.metadata.sorted_tables if tables is None else tables)
    ]


def form_of(column: Column[object]) -> str:
    """See `ColumnWords`."""
    if column.info.get("secret") or SECRET.search(column.name):
        return "secret"
    if isinstance(column.type, EncryptedText):
        return "sealed"
    return "index" if isinstance(column.type, BlindIndex) else "plain"


def _column(column: Column[object]) -> ColumnWords:
    kind = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
    return ColumnWords(
        name=str(column.name),
        type=str(kind).lower(),
        words=column.doc or column.comment or "",
        form=form_of(column),
        required=not column.nullable,
        key=column.primary_key,
        refers_to=", ".join(sorted(reference.target_fullname for reference in column.foreign_keys)),
    )


def _first_sentence(text: str) -> str:
    return " ".join(text.split("\n\n")[0].split())
