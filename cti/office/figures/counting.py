"""Counts: the one place where a figure's definition becomes a number, on a database or over the rows of a test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, SQLColumnExpression, Text, bindparam, cast, false, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.visitor import Visitor
from cti.office.figures.definition import Count
from cti.office.figures.groups import (
    MOST_CELLS,
    MOST_VALUES,
    NOTHING_MORE,
    VALUE,
    Asked,
    Groups,
    Key,
    LateGroup,
    More,
    Sums,
    too_many,
)
from cti.office.figures.kept.cuts import CALENDAR, Cells, Cut, Times, apart, which, within
from cti.office.figures.kept.keeper import Kept
from cti.office.figures.kept.late import LateDay
from cti.office.figures.measures import Piece, Ranked, ranked
from cti.office.figures.periods import Period
from cti.office.figures.recipe import Recipe
from cti.office.figures.working_out import (
    flat_of,
    is_by_values,
    nothing_of,
    own_and_whole,
    plain,
    ranked_of,
    says,
    together,
)

EVERY = [Piece(func.count(), "sum")]
NO_VALUES: Mapping[str, Any] = MappingProxyType({})


class Counting:
    """Counts a figure's rows within the scope of a visitor."""

    def __init__(self, recipe: Recipe, visitor: Visitor, kept: Kept | None = None) -> None:
        self._recipe, self._figure, self._source = recipe, recipe.figure, recipe.source
        self._visitor, self._kept = visitor, kept

    async def groups(self, session: AsyncSession, asked: Asked) -> list[Groups]:
        """What was counted of each period, by the values of the splits. Invalid for too many groups."""
        own, whole = own_and_whole(self._figure)
        everything = Asked(asked.periods, also=asked.also)
        late: list[set[str]] = [set() for _ in asked.periods]
        every = await self._cells(session, whole, everything, late) if whole else [{} for _ in asked.periods]
        cells = await self._cells(session, own, asked, late)
        adds_up = all(count.adds_up for count in own.values())
        totals = cells if adds_up or not asked.by else await self._cells(session, own, replace(asked, by=()), late)
        found = []
        for here, total, beside, days in zip(cells, totals, every, late, strict=True):
            nothing = Sums({**nothing_of(own), **beside.get((), Sums(nothing_of(whole))).counts})
            if asked.by and adds_up:
                of_all = Sums({name: sum(one.counts.get(name) or 0 for one in here.values()) for name in own})
            else:
                of_all = total.get((), Sums())
            said = {key: one for key, one in here.items() if any(says(own[name], n) for name, n in one.counts.items())}
            found.append(
                Groups(
                    {key: Sums(nothing.counts | one.counts) for key, one in (said if asked.by else here).items()},
                    Sums(nothing.counts | of_all.counts),
                    nothing,
                    len(days),
                )
            )
        return found

    async def _cells(
        self, session: AsyncSession, counts: Mapping[str, Count], asked: Asked, late: Sequence[set[str]]
    ) -> list[dict[Key, Sums]]:
        found: list[dict[Key, Sums]] = [{} for _ in asked.periods]
        for at, some in self.by_moment(counts).items():
            flat = flat_of(some)
            if flat:
                for cells, pieces in zip(found, await self._pieces(session, flat, at, asked, late), strict=True):
                    for key, values in pieces.items():
                        cells.setdefault(key, Sums()).counts.update(values)
            for name in some.keys() - flat.keys():
                for cells, here in zip(found, await self._percentiles(session, name, at, asked), strict=True):
                    for key, one in here.items():
                        cells.setdefault(key, Sums()).counts[name] = plain(one.at(some[name].rank))
        return found

    async def _percentiles(self, session: AsyncSession, name: str, at: str, asked: Asked) -> list[dict[Key, Ranked]]:
        """Of each period and group where a percentile lies."""
        count = self._figure.counts[name]
        if is_by_values(count, (*asked.by, *asked.where)):
            return [ranked_of(one, count.rank) for one in await self._values(session, name, count, at, asked)]
        # A split by departments has few rows with the same value: they are put in order by the database.
        keys = [self._recipe.split(one, at) for one in asked.by]
        found: list[dict[Key, Ranked]] = []
        for period in asked.periods:
            rows = await self._all(session, self._ranked(count, keys, at, asked, period))
            found.append({_key(row, keys): Ranked(*row[len(keys) :]) for row in rows if row[-1]})
        return found

    async def _values(self, session: AsyncSession, name: str, count: Count, at: str, asked: Asked) -> list[Cells]:
        """How many rows of each period have which value, in grains."""
        nothing_late: list[set[str]] = [set() for _ in asked.periods]
        return await self._counted(session, EVERY, (name,), at, asked, nothing_late, self.more(count))

    def more(self, count: Count) -> More:
        """What a percentile is counted by: how many rows have which value."""
        value = self._recipe.measured(count)
        assert value is not None
        return More((VALUE,), cast(value, Text), (self._recipe.truth(count), value.is_not(None)), MOST_VALUES)

    def every(self, counts: Mapping[str, Count]) -> list[Piece]:
        """The pieces of all of some counts."""
        return [piece for some in self._recipe.pieces(counts).values() for piece in some]

    async def _pieces(
        self, session: AsyncSession, counts: Mapping[str, Count], at: str, asked: Asked, late: Sequence[set[str]]
    ) -> list[dict[Key, dict[str, float | None]]]:
        made = self._recipe.pieces(counts)
        found = await self._counted(session, self.every(counts), tuple(counts), at, asked, late, NOTHING_MORE)
        if any(len(cells.found) > MOST_CELLS for cells in found):
            raise too_many()
        return [{key: dict(together(counts, made, one)) for key, one in cells.found.items()} for cells in found]

    async def _counted(
        self,
        session: AsyncSession,
        every: Sequence[Piece],
        counts: tuple[str, ...],
        at: str,
        asked: Asked,
        late: Sequence[set[str]],
        more: More,
    ) -> list[Cells]:
        """The pieces of each period by the values of the splits: of days that are over as far as they are kept."""
        by = (*asked.by, *more.names)
        found = [Cells([one.merge for one in every]) for _ in asked.periods]
        times: list[Times] = [[(one.since, one.until)] for one in asked.periods]
        cut = self.cut(every, counts, at, asked, more)
        if self._kept is not None and cut is not None:
            looked = await self._kept.look(session, cut, asked.periods)
            for cells, one, days in zip(found, looked, late, strict=True):
                cut.put(one.spans, by, asked.where, cells)
                days |= one.late
            parts = await self._kept.parts(session, cut, [one.live for one in looked])
            for cells, some in zip(found, parts, strict=True):
                cut.put(some.spans, by, asked.where, cells)
            times = [one.rest for one in parts]
        for places in apart(times):
            rows, values = self._live_of(cut, every, at, asked, more, [times[place] for place in places])
            for row in await self._all(session, rows, len(places), more.most, values):
                place = places[row[len(by)] if len(places) > 1 else 0]
                found[place].add(_key(row, by), [plain(one) for one in row[len(row) - len(every) :]])
        return found

    def _live(self, every: Sequence[Piece], at: str, asked: Asked, more: More, parts: Sequence[Times]) -> Select[Any]:
        """The pieces as they are counted from the rows: by the values of the splits, and by which part a row is in."""
        tags = which(self._recipe.moment(at), parts)
        keys: list[ColumnElement[Any]] = [*(self._key_of(one, at, more) for one in (*asked.by, *more.names)), *tags]
        columns: list[ColumnElement[Any]] = [*keys, *(one.column for one in every)]
        limited = self._limited(select(*columns), at, asked, [one for some in parts for one in some])
        return limited.where(*more.limits).group_by(*keys)

    def _live_of(
        self, cut: Cut | None, every: Sequence[Piece], at: str, asked: Asked, more: More, parts: Sequence[Times]
    ) -> tuple[Select[Any], dict[str, Any]]:
        """The same as a statement that is made once for a cut, and the times and values to ask it with: to make one
        takes longer than to count a morning."""
        if cut is None:
            return self._live(every, at, asked, more, parts), {}
        names = [[(f"since{p}_{n}", f"until{p}_{n}") for n in range(len(one))] for p, one in enumerate(parts)]
        where = {name: f"where_{place}" for place, name in enumerate(asked.where)}
        known = f"live {asked.by} {[*where]} {[len(one) for one in parts]}"
        made = cut.known.get(known)
        if made is None:
            asks: list[Any] = [[(bindparam(begin), bindparam(end)) for begin, end in one] for one in names]
            named: dict[str, Any] = {name: bindparam(said) for name, said in where.items()}
            made = self._live(every, at, replace(asked, where=named), more, asks)
            made = cut.known[known] = made.limit(more.most * len(parts) + 1)
        values: dict[str, Any] = {said: asked.where[name] for name, said in where.items()}
        for one, some in zip(names, parts, strict=True):
            for pair, times in zip(one, some, strict=True):
                values |= zip(pair, times, strict=True)
        return made, values

    def _key_of(self, name: str, at: str, more: More) -> ColumnElement[str]:
        return more.value if more.value is not None and name in more.names else self._recipe.split(name, at)

    async def late(self, session: AsyncSession, asked: Asked) -> list[LateGroup]:
        """The groups, day by day, of the first period that changed after they were first told; the latest day first."""
        by, period = tuple(dict.fromkeys(("day", *asked.by))), asked.periods[0]
        now = (await self.groups(session, replace(asked, by=by)))[0]
        was: dict[Key, tuple[LateDay, dict[str, float | None]]] = {}
        for at, some in self.by_moment(self._figure.counts).items():
            flat = {name: one for name, one in some.items() if one.method != "percentile" and not one.whole}
            made = self._recipe.pieces(flat)
            every = [piece for pieces in made.values() for piece in pieces]
            cut = self.cut(every, tuple(flat), at, asked, NOTHING_MORE) if flat else None
            if self._kept is None or cut is None:
                continue
            for day in await self._kept.late(session, cut, period):
                cells = Cells([one.merge for one in every])
                cut.put([(day.span, day.was)], by, asked.where, cells)
                for key in cells.found.keys() | {one for one in now.cells if one[0] == day.span}:
                    values = cells.found.get(key)
                    said = dict(together(flat, made, values)) if values is not None else nothing_of(flat)
                    was.setdefault(key, (day, {}))[1].update(said)
        found = []
        for key, (day, counts) in was.items():
            here = now.cells.get(key, now.nothing)
            if (before := Sums(here.counts | counts)).counts != here.counts:
                found.append(LateGroup(day, key, before, here))
        return sorted(found, key=lambda one: (one.day.span, one.key), reverse=True)

    def cut(self, every: Sequence[Piece], counts: tuple[str, ...], at: str, asked: Asked, more: More) -> Cut | None:
        """What is counted, without its time: by this it is kept; None where nothing is kept, or nothing is his.

        A further condition may read anything: what meets it is counted from the rows.
        """
        if self._kept is None or asked.also or not self._visitor.may(self._source.permission):
            return None
        names = (*sorted({one for one in (*asked.by, *asked.where) if one not in CALENDAR}), *more.names)
        by_months = not {"day", "week"} & {*asked.by, *asked.where}
        readable = self._source.readable(self._visitor)

        def made() -> Cut:
            keys = [self._key_of(name, at, more) for name in names]
            day = self._recipe.day(at)
            wanted = select(day, *keys, *(one.column for one in every)).select_from(self._source.rows)
            statement = wanted.where(*self._recipe.limits, *readable, *more.limits).group_by(day, *keys)
            merges = tuple(one.merge for one in every)
            return Cut(self._source, self._recipe.moment(at), names, merges, statement, by_months)

        return self._kept.asked.cut((self._figure, self._source), (at, *counts, *names, by_months), readable, made)

    async def _all(
        self,
        session: AsyncSession,
        wanted: Select[Any],
        periods: int = 1,
        most: int = MOST_CELLS,
        values: Mapping[str, Any] = NO_VALUES,
    ) -> Sequence[Row[Any]]:
        if not values:
            wanted = wanted.limit(most * periods + 1)
        rows = (await session.execute(wanted, dict(values))).all()
        if len(rows) > most * periods:
            raise too_many()
        return rows

    def _ranked(
        self, count: Count, keys: Sequence[ColumnElement[Any]], at: str, asked: Asked, period: Period
    ) -> Select[Any]:
        value = self._recipe.measured(count)
        assert value is not None
        limited = self._limited(select().where(self._recipe.truth(count)), at, asked, [(period.since, period.until)])
        return ranked(limited, keys, value, count.rank)

    def rows(self, count: str, asked: Asked, columns: Sequence[Any]) -> Select[Any]:
        """The rows that one count counts."""
        found = self._figure.counts[count]
        wanted = select(*columns).where(self._recipe.truth(found))
        if found.measure is not None and not found.adds_up:
            wanted = wanted.where(_there(self._recipe.measured(found)))
        times = [(one.since, one.until) for one in asked.periods]
        return self._limited(
            wanted, found.at or self._figure.at, replace(asked, where={}) if found.whole else asked, times
        )

    def moment(self, count: str) -> SQLColumnExpression[Any]:
        """The moment by which a count's rows are in a period."""
        return self._recipe.moment(self._figure.counts[count].at or self._figure.at)

    def by_moment(self, counts: Mapping[str, Count]) -> dict[str, dict[str, Count]]:
        """Counts by the moment by which their rows are in a period."""
        found: dict[str, dict[str, Count]] = {}
        for name, count in counts.items():
            found.setdefault(count.at or self._figure.at, {})[name] = count
        return found

    def _limited(self, wanted: Select[Any], at: str, asked: Asked, times: Times) -> Select[Any]:
        may = self._visitor.may(self._source.permission)
        limits = [
            within(self._recipe.moment(at), times),
            *self._recipe.limits,
            *(self._source.readable(self._visitor) if may else [false()]),
            *(self._recipe.split(name, at) == value for name, value in asked.where.items()),
            *asked.also,
        ]
        return wanted.select_from(self._source.rows).where(*limits)


def _key(row: Row[Any], keys: Sequence[object]) -> Key:
    return tuple(str(value) for value in row[: len(keys)])


def _there(value: ColumnElement[Any] | None) -> ColumnElement[bool]:
    return true() if value is None else value.is_not(None)
