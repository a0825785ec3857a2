"""Counts: the one place where a figure's definition becomes a number, on a database or over the rows of a test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, Text, case, cast, false, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.expressions import ExpressionError
from cti.base.expressions.types import BOOLEAN
from cti.base.refusal import Invalid
from cti.base.visitor import Visitor
from cti.office.figures.conditions import Conditions
from cti.office.figures.definition import Count, Figure
from cti.office.figures.facts import FactSource
from cti.office.figures.periods import STEPS, Period, step_of

MOST_CELLS = 5000
"""Groups that one answer may have."""
Key = tuple[str, ...]


@dataclass(slots=True)
class Sums:
    """What was counted of one group."""

    counts: dict[str, float] = field(default_factory=dict)

    def add(self, other: Sums) -> None:
        """Take another group in."""
        for name, count in other.counts.items():
            self.counts[name] = self.counts.get(name, 0) + count


@dataclass(frozen=True, slots=True)
class Asked:
    """What is counted: in which period, split by what, and only where a split has this value."""

    period: Period
    by: tuple[str, ...] = ()
    where: Mapping[str, str] = field(default_factory=dict)


class Counting:
    """Counts a figure's rows within the scope of a visitor."""

    def __init__(self, figure: Figure, source: FactSource, visitor: Visitor, *, sqlite: bool) -> None:
        self._figure, self._source, self._visitor, self._sqlite = figure, source, visitor, sqlite
        self._conditions = Conditions(source.columns, source.types)

    async def cells(self, session: AsyncSession, asked: Asked) -> dict[Key, Sums]:
        """What was counted, by the values of the splits; nothing where nothing was. Invalid for too many groups."""
        found: dict[Key, Sums] = {}
        for at, counts in self._by_moment().items():
            keys = [self.split(name, at) for name in asked.by]
            wanted = select(*keys, *(self._sum(count).label(name) for name, count in counts.items()))
            wanted = self._limited(wanted, at, asked).group_by(*keys).limit(MOST_CELLS + 1)
            rows = (await session.execute(wanted)).all()
            if len(rows) > MOST_CELLS:
                raise Invalid("too_many_groups", f"分组超过 {MOST_CELLS} 个，请减少分组或缩小范围", "by")
            for row in rows:
                key = tuple(str(value) for value in row[: len(keys)])
                sums = {name: _plain(value) for name, value in zip(counts, row[len(keys) :], strict=True)}
                found.setdefault(key, Sums()).add(Sums(sums))
        return {key: sums for key, sums in found.items() if any(sums.counts.values())} if asked.by else found

    def rows(self, count: str, asked: Asked, columns: Sequence[Any]) -> Select[Any]:
        """The rows that one count counts."""
        found = self._figure.counts[count]
        wanted = select(*columns).where(self._conditions.truth(found.when))
        return self._limited(wanted, found.at or self._figure.at, asked)

    def moment(self, count: str) -> SQLColumnExpression[Any]:
        """The moment by which a count's rows are in a period."""
        return self._source.facts[self._figure.counts[count].at or self._figure.at].value

    def split(self, name: str, at: str) -> ColumnElement[str]:
        """The text of a split: of a step of the moment `at`, or of a fact; Invalid when there is none."""
        if name in STEPS:
            return step_of(self._source.facts[at].value, name, sqlite=self._sqlite)
        fact = self._source.splits.get(name)
        if fact is None:
            raise Invalid("no_split", f"“{self._source.title}”不能按“{name}”分组", "by")
        if fact.type == BOOLEAN:
            return case((fact.value, "true"), else_="false")
        return func.coalesce(cast(fact.value, Text), "")

    def _by_moment(self) -> dict[str, dict[str, Count]]:
        found: dict[str, dict[str, Count]] = {}
        for name, count in self._figure.counts.items():
            found.setdefault(count.at or self._figure.at, {})[name] = count
        return found

    def _sum(self, count: Count) -> ColumnElement[Any]:
        return summed(self._conditions, self._source.columns, count)

    def _limited(self, wanted: Select[Any], at: str, asked: Asked) -> Select[Any]:
        moment, may = self._source.facts[at].value, self._visitor.may(self._source.permission)
        limits = [
            moment >= asked.period.since,
            moment < asked.period.until,
            self._conditions.truth(self._figure.only),
            *(self._source.readable(self._visitor) if may else [false()]),
            *(self.split(name, at) == value for name, value in asked.where.items()),
        ]
        return wanted.select_from(self._source.rows).where(*limits)


def summed(conditions: Conditions, columns: Mapping[str, ColumnElement[Any]], count: Count) -> ColumnElement[Any]:
    """A count as an aggregate."""
    value: Any = 1 if count.sum is None else func.coalesce(columns[count.sum], 0)
    return func.coalesce(func.sum(case((conditions.truth(count.when), value), else_=0)), 0)


def worked_out(figure: Figure, sums: Sums) -> float | None:
    """The figure's value in its unit; None where its formula divides by nothing."""
    try:
        found = figure.worked_out.value(_Scope({name: sums.counts.get(name, 0) for name in figure.counts}))
    except ExpressionError:
        return None
    return float(found) * 100 if figure.unit == "percent" else float(found)


def _plain(value: Any) -> float:
    number = float(value)
    return int(number) if number.is_integer() else number


class _Scope:
    def __init__(self, values: Mapping[str, float]) -> None:
        self._values = values

    def value(self, name: str) -> Any:
        return self._values[name]

    def ask(self, function: str, argument: str) -> bool:
        return False
