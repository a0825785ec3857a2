"""What a count works out over its rows, in SQL: how many, a sum, an average, the least, the most, a percentile."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Double, Select, case, cast, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from cti.office.figures.conditions import Conditions
from cti.office.figures.definition import Between, Count

Columns = Mapping[str, ColumnElement[Any]]
RANKS = 100
Merge = Literal["sum", "least", "most"]


class seconds_between(FunctionElement[float]):  # noqa: N801 # used as a function
    """The seconds from one moment to another, to the thousandth; none where one of them is not there."""

    inherit_cache = True

    def __init__(self, begin: ColumnElement[Any], end: ColumnElement[Any]) -> None:
        super().__init__(begin, end)


@compiles(seconds_between)
def _on_postgresql(element: seconds_between, compiler: SQLCompiler, **more: Any) -> str:
    begin, end = (compiler.process(part, **more) for part in element.clauses)
    return f"CAST(EXTRACT(EPOCH FROM ({end} - {begin})) AS DOUBLE PRECISION)"


@compiles(seconds_between, "sqlite")
def _on_sqlite(element: seconds_between, compiler: SQLCompiler, **more: Any) -> str:
    begin, end = (compiler.process(part, **more) for part in element.clauses)
    return f"ROUND((julianday({end}) - julianday({begin})) * 86400, 3)"


class rounded(FunctionElement[float]):  # noqa: N801 # used as a function
    """A number as the next whole one; from the middle on the one above, on every database."""

    inherit_cache = True
    type = Double()

    def __init__(self, number: ColumnElement[Any]) -> None:
        super().__init__(cast(number, Double))


@compiles(rounded)
def _rounded_on_postgresql(element: rounded, compiler: SQLCompiler, **more: Any) -> str:
    # Of doubles it makes the even one.
    return f"CAST(ROUND(CAST({compiler.process(element.clauses, **more)} AS NUMERIC)) AS DOUBLE PRECISION)"


@compiles(rounded, "sqlite")
def _rounded_on_sqlite(element: rounded, compiler: SQLCompiler, **more: Any) -> str:
    return f"ROUND({compiler.process(element.clauses, **more)})"


def measured(columns: Columns, count: Count) -> ColumnElement[Any] | None:
    """The number that is worked out over the rows, to the next grain; None where they are only counted."""
    what = count.measure
    if what is None:
        return None
    value = seconds_between(columns[what.begin], columns[what.end]) if isinstance(what, Between) else columns[what]
    return value if count.grain is None else rounded(value / count.grain) * count.grain


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a count that is worked out of each piece of time by itself, and how those of several become one."""

    column: ColumnElement[Any]
    merge: Merge


def pieces(conditions: Conditions, columns: Columns, count: Count) -> list[Piece]:
    """A count in pieces, of which `put_together` makes it; percentiles have none: see `ranked`."""
    truth, value = conditions.truth(count.when), measured(columns, count)
    if value is None:
        return [Piece(func.coalesce(func.sum(case((truth, 1), else_=0)), 0), "sum")]
    his = case((truth, value))
    match count.method:
        case "sum":
            return [Piece(func.coalesce(func.sum(his), 0), "sum")]
        case "average":
            return [Piece(func.coalesce(func.sum(his), 0), "sum"), Piece(func.count(his), "sum")]
        case "least":
            return [Piece(func.min(his), "least")]
        case _:
            return [Piece(func.max(his), "most")]


def put_together(count: Count, values: Sequence[float | None]) -> float | None:
    """The count that its pieces make; None for what cannot be worked out over no rows."""
    if count.method != "average":
        return values[0]
    total, rows = values
    return total / rows if rows and total is not None else None


def merged(merge: Merge, one: float | None, other: float | None) -> float | None:
    """The same piece of two pieces of time together."""
    if one is None or other is None:
        return other if one is None else one
    return one + other if merge == "sum" else min(one, other) if merge == "least" else max(one, other)


@dataclass(frozen=True, slots=True)
class Ranked:
    """The two values between which a percentile lies, and of how many there are."""

    low: float
    high: float | None
    count: int

    def at(self, rank: int) -> float:
        """The percentile: between two values as far as its place lies between theirs."""
        rest = (self.count - 1) * rank % RANKS / RANKS
        return float(self.low) if self.high is None else float(self.low) + float(self.high - self.low) * rest

    @classmethod
    def among(cls, counted: Mapping[float, int], rank: int) -> Ranked:
        """The same of values of which it is known how many rows have each; there is one at least."""
        every = sum(counted.values())
        place, after, low = (every - 1) * rank // RANKS, 0, math.nan
        for value in sorted(counted):
            before, after = after, after + counted[value]
            if before <= place < after:
                low = value
            if after > place + 1:
                return cls(low, value, every)
        return cls(low, None, every)


def ranked(
    limited: Select[Any], keys: Sequence[ColumnElement[Any]], value: ColumnElement[Any], rank: int
) -> Select[Any]:
    """For each group of the rows of `limited`, which selects nothing yet: its keys, then what `Ranked` has."""
    named = [key.label(f"key{place}") for place, key in enumerate(keys)]
    inner = (
        limited.add_columns(
            *named,
            value.label("value"),
            func.row_number().over(partition_by=keys or None, order_by=value).label("place"),
            func.count().over(partition_by=keys or None).label("every"),
        )
        .where(value.is_not(None))
        .subquery()
    )
    low = (inner.c.every - 1) * rank // RANKS + 1
    groups = [inner.c[one.name] for one in named]
    low_value, high_value = (func.max(case((inner.c.place == low + more, inner.c.value))) for more in (0, 1))
    wanted = select(*groups, low_value, high_value, func.max(inner.c.every))
    return wanted.where(inner.c.place >= low, inner.c.place <= low + 1).group_by(*groups)
