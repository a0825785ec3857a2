"""Filters of a list that a service declares: `filters` ask columns for one value each, `period` one for from and to.

`hotline check` tells which of them, and which orders, have no index.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pydantic
from sqlalchemy import Boolean, ColumnElement, Integer
from sqlalchemy.orm import class_mapper

from cti.office.records.table import Record

if TYPE_CHECKING:
    from cti.office.records.parts import Fields, Service

LONGEST = 700
"""An id, or the path of a node in a tree."""
UNORDERED = ("created_at",)
"""Orders that every kind has for programs; few lists show them, so they need no index."""


def asked_of(table: type[Record], keys: tuple[str, ...], period: str) -> Fields:
    """What the query gets of them: the values of columns, and `from` and `to`."""
    columns = {one.key: one.columns[0] for one in class_mapper(table).column_attrs}
    found: dict[str, tuple[Any, Any]] = {}
    for key in keys:
        title, kind = columns[key].doc, columns[key].type
        if isinstance(kind, Boolean):
            found[key] = (bool | None, pydantic.Field(default=None, title=title))
        elif isinstance(kind, Integer):
            found[key] = (int | None, pydantic.Field(default=None, title=title))
        else:
            found[key] = (str, pydantic.Field(default="", max_length=LONGEST, title=title))
    if period:
        for key, alias in (("since", "from"), ("until", "to")):
            found[key] = (datetime | None, pydantic.Field(default=None, alias=alias))
    return found


def conditions_of(
    table: type[Record], keys: tuple[str, ...], period: str, query: pydantic.BaseModel
) -> Iterator[ColumnElement[bool]]:
    """What the query asks of them."""
    for key in keys:
        if (value := getattr(query, key)) not in (None, ""):
            yield getattr(table, key) == value
    if period:
        column, since, until = getattr(table, period), getattr(query, "since", None), getattr(query, "until", None)
        if since is not None:
            yield column >= since
        if until is not None:
            yield column < until


def without_index(service: Service) -> list[str]:
    """Orders and filters of a kind of records that no index begins with, each in a line."""
    if service.few:
        return []
    table: Any = service.table.__table__
    begins = {next(iter(index.columns)).key for index in table.indexes if len(index.columns)}
    orders = {column.key for key, column in service.sorts.items() if key not in UNORDERED}
    wanted = (orders | {*service.filters} | ({service.period} - {""})) - {*service.broad}
    return [
        f"records {service.kind}: no index begins with {key}, by which its list is sorted or filtered"
        for key in sorted(wanted - begins)
    ]
