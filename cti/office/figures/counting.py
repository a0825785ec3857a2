"""Counts: the one place where a figure's definition becomes a number, on a database or over the rows of a test."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, SQLColumnExpression, Text, case, cast, false, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.expressions import ExpressionError
from cti.base.expressions.types import BOOLEAN
from cti.base.refusal import Invalid
from cti.base.visitor import Visitor
from cti.office.figures.conditions import Conditions
from cti.office.figures.definition import Count, Figure
from cti.office.figures.facts import FactSource
from cti.office.figures.kept.cuts import CALENDAR, Cells, Cut, Times, within
from cti.office.figures.kept.keeper import Kept
from cti.office.figures.measures import Piece, Ranked, measured, pieces, put_together, ranked
from cti.office.figures.periods import STEPS, Period, step_of

MOST_CELLS = 5000
"""Groups that one answer may have."""
Key = tuple[str, ...]


@dataclass(slots=True)
class Sums:
    """What was counted of one group; None for what cannot be worked out over no rows."""

    counts: dict[str, float | None] = field(default_factory=dict)


@dataclass(slots=True)
class Groups:
    """What was counted: of each group, of all together, and of a group without rows."""

    cells: dict[Key, Sums]
    total: Sums
    nothing: Sums


@dataclass(frozen=True, slots=True)
class Asked:
    """What is counted: in which period, split by what, only where a split has this value, and of what rows beside."""

    period: Period
    by: tuple[str, ...] = ()
    where: Mapping[str, str] = field(default_factory=dict)
    also: tuple[ColumnElement[bool], ...] = ()


class Counting:
    """Counts a figure's rows within the scope of a visitor."""

    def __init__(
        self, figure: Figure, source: FactSource, visitor: Visitor, *, sqlite: bool, kept: Kept | None = None
    ) -> None:
        self._figure, self._source, self._visitor, self._sqlite = figure, source, visitor, sqlite
        self._kept = kept
        self._conditions = Conditions(source.columns, source.types)

    async def groups(self, session: AsyncSession, asked: Asked) -> Groups:
        """What was counted, by the values of the splits; nothing where nothing was. Invalid for too many groups."""
        counts = self._figure.counts
        own = {name: count for name, count in counts.items() if not count.whole}
        whole = {name: count for name, count in counts.items() if count.whole}
        cells = await self._cells(session, own, asked)
        every = await self._cells(session, whole, Asked(asked.period, also=asked.also)) if whole else {}
        nothing = Sums({**_nothing(own), **every.get((), Sums(_nothing(whole))).counts})
        if not asked.by:
            total = cells.get((), Sums())
        elif all(count.adds_up for count in own.values()):
            total = Sums({name: sum(one.counts.get(name) or 0 for one in cells.values()) for name in own})
        else:
            total = (await self._cells(session, own, Asked(asked.period, (), asked.where, asked.also))).get((), Sums())
        kept = {key: one for key, one in cells.items() if any(_says(own[name], n) for name, n in one.counts.items())}
        return Groups(
            {key: Sums(nothing.counts | one.counts) for key, one in (kept if asked.by else cells).items()},
            Sums(nothing.counts | total.counts),
            nothing,
        )

    async def _cells(self, session: AsyncSession, counts: Mapping[str, Count], asked: Asked) -> dict[Key, Sums]:
        found: dict[Key, Sums] = {}
        for at, some in self._by_moment(counts).items():
            keys = [self.split(name, at) for name in asked.by]
            flat = {name: count for name, count in some.items() if count.method != "percentile"}
            if flat:
                for key, values in (await self._pieces(session, flat, at, asked)).items():
                    found.setdefault(key, Sums()).counts.update(values)
            for name in some.keys() - flat.keys():
                for row in await self._all(session, self._ranked(some[name], keys, at, asked)):
                    low, high, count = row[len(keys) :]
                    if count:
                        value = Ranked(low, high, count).at(some[name].rank)
                        found.setdefault(_key(row, keys), Sums()).counts[name] = _plain(value)
        return found

    async def _pieces(
        self, session: AsyncSession, counts: Mapping[str, Count], at: str, asked: Asked
    ) -> dict[Key, dict[str, float | None]]:
        made = {name: pieces(self._conditions, self._source.columns, count) for name, count in counts.items()}
        every = [piece for some in made.values() for piece in some]
        cells = Cells([one.merge for one in every])
        times: Times = [(asked.period.since, asked.period.until)]
        cut = self._cut(every, tuple(counts), at, asked)
        if self._kept is not None and cut is not None:
            looked = await self._kept.look(session, cut, asked.period)
            cut.put(looked.spans, asked.by, asked.where, cells)
            times = looked.live
        if times:
            keys = [self.split(name, at) for name in asked.by]
            wanted = self._limited(select(*keys, *(one.column for one in every)), at, asked, times).group_by(*keys)
            for row in await self._all(session, wanted):
                cells.add(_key(row, keys), [_plain(one) for one in row[len(keys) :]])
        if len(cells.found) > MOST_CELLS:
            raise too_many()
        return {key: dict(_together(counts, made, values)) for key, values in cells.found.items()}

    def _cut(self, every: Sequence[Piece], counts: tuple[str, ...], at: str, asked: Asked) -> Cut | None:
        """What is counted, without its time: by this it is kept; None where nothing is kept, or nothing is his.

        A further condition may read anything: what meets it is counted from the rows.
        """
        if self._kept is None or asked.also or not self._visitor.may(self._source.permission):
            return None
        names = tuple(sorted({one for one in (*asked.by, *asked.where) if one not in CALENDAR}))
        by_months = not {"day", "week"} & {*asked.by, *asked.where}
        readable = self._source.readable(self._visitor)

        def made() -> Cut:
            moment = self._source.facts[at].value
            keys = [self.split(name, at) for name in names]
            day = step_of(moment, "day", sqlite=self._sqlite)
            wanted = select(day, *keys, *(one.column for one in every)).select_from(self._source.rows)
            limits = [self._conditions.truth(self._figure.only), *self._source.there, *readable]
            statement = wanted.where(*limits).group_by(day, *keys)
            return Cut(self._source, moment, names, tuple(one.merge for one in every), statement, by_months)

        return self._kept.asked.cut((self._figure, self._source), (at, *counts, *names, by_months), readable, made)

    async def _all(self, session: AsyncSession, wanted: Select[Any]) -> Sequence[Row[Any]]:
        rows = (await session.execute(wanted.limit(MOST_CELLS + 1))).all()
        if len(rows) > MOST_CELLS:
            raise too_many()
        return rows

    def _ranked(self, count: Count, keys: Sequence[ColumnElement[Any]], at: str, asked: Asked) -> Select[Any]:
        value = measured(self._source.columns, count)
        assert value is not None
        limited = self._limited(select().where(self._conditions.truth(count.when)), at, asked)
        return ranked(limited, keys, value, count.rank)

    def rows(self, count: str, asked: Asked, columns: Sequence[Any]) -> Select[Any]:
        """The rows that one count counts."""
        found = self._figure.counts[count]
        wanted = select(*columns).where(self._conditions.truth(found.when))
        if found.measure is not None and not found.adds_up:
            wanted = wanted.where(_there(measured(self._source.columns, found)))
        return self._limited(
            wanted, found.at or self._figure.at, Asked(asked.period, also=asked.also) if found.whole else asked
        )

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

    def _by_moment(self, counts: Mapping[str, Count]) -> dict[str, dict[str, Count]]:
        found: dict[str, dict[str, Count]] = {}
        for name, count in counts.items():
            found.setdefault(count.at or self._figure.at, {})[name] = count
        return found

    def _limited(self, wanted: Select[Any], at: str, asked: Asked, times: Times = ()) -> Select[Any]:
        moment, may = self._source.facts[at].value, self._visitor.may(self._source.permission)
        limits = [
            within(moment, times or [(asked.period.since, asked.period.until)]),
            self._conditions.truth(self._figure.only),
            *self._source.there,
            *(self._source.readable(self._visitor) if may else [false()]),
            *(self.split(name, at) == value for name, value in asked.where.items()),
            *asked.also,
        ]
        return wanted.select_from(self._source.rows).where(*limits)


def too_many() -> Invalid:
    """The refusal of more groups than one answer may have."""
    return Invalid("too_many_groups", f"分组超过 {MOST_CELLS} 个，请减少分组或缩小范围", "by")


def _together(
    counts: Mapping[str, Count], made: Mapping[str, Sequence[Piece]], values: Sequence[float | None]
) -> Iterator[tuple[str, float | None]]:
    rest = list(values)
    for name, count in counts.items():
        own, rest = rest[: len(made[name])], rest[len(made[name]) :]
        found = put_together(count, own)
        yield name, found if found is None else _plain(found)


def worked_out(figure: Figure, sums: Sums) -> float | None:
    """The figure's value in its unit; None where its formula divides by nothing, or reads what is not there."""
    counts = {**_nothing(figure.counts), **sums.counts}
    if any(counts[name] is None for name in figure.worked_out.names & counts.keys()):
        return None
    try:
        found = figure.worked_out.value(_Scope(counts))
    except ExpressionError:
        return None
    return float(found) * 100 if figure.unit == "percent" else float(found)


def _plain(value: Any) -> float | None:
    if value is None:
        return None
    number = float(value)
    return int(number) if number.is_integer() else number


def _key(row: Row[Any], keys: Sequence[object]) -> Key:
    return tuple(str(value) for value in row[: len(keys)])


def _nothing(counts: Mapping[str, Count]) -> dict[str, float | None]:
    return {name: 0 if count.adds_up else None for name, count in counts.items()}


def _says(count: Count, value: float | None) -> bool:
    """Whether a group is shown for this: for any number that was worked out, and for any that is not nothing."""
    return bool(value) if count.adds_up else value is not None


def _there(value: ColumnElement[Any] | None) -> ColumnElement[bool]:
    return true() if value is None else value.is_not(None)


class _Scope:
    def __init__(self, values: Mapping[str, float | None]) -> None:
        self._values = values

    def value(self, name: str) -> Any:
        return self._values[name]

    def ask(self, function: str, argument: str) -> bool:
        return False
