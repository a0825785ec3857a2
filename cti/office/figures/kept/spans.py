"""Kept days in their table: read, written, and let go when a change touched them.

Several engines may count at once. Each cut has a `turn`, which goes up whenever days of it are let go; what was counted
before that is not written after it, since it may lack the change for whose sake they went.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from secrets import randbelow
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Integer,
    and_,
    bindparam,
    delete,
    func,
    literal,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from cti.office.figures.kept.calendar import DAY, midnight, months_within
from cti.office.figures.kept.cuts import MONTH, Line
from cti.office.figures.kept.late import MOST_RECORDS, RECOUNT, LateTable
from cti.office.figures.kept.models import FigureChangeRow, FigureCutRow, FigureSpanRow
from cti.office.figures.kept.remembered import Remembered
from cti.office.figures.periods import step_of
from cti.store.engine import Store
from cti.store.upsert import insert_or_change

KEPT, TOUCHED, TURN, LATE = range(4)
"""What a row of what is there says."""
CHUNK = 5000
MOST_FIRST_TURN = 2**30
MOST_NOTES = 50_000
"""Notes that are taken at a time; of those that remain the days stay touched."""
Spans = Mapping[str, list[Line]]


def turn_of(source: str) -> str:
    """The key under which a source itself has a turn, beside its cuts: it goes up whenever theirs do."""
    return f"source {source}"


@dataclass(frozen=True, slots=True)
class Gone:
    """Notes that were let go: their moments, the turn that their source has since, and whether there may be more."""

    turn: int
    moments: list[datetime]
    is_more: bool


@dataclass(frozen=True, slots=True)
class There:
    """Of a cut, at one moment: the spans that are kept, the days that a change touched since, its turn, and those days
    that changed after they were first told."""

    spans: set[str]
    touched: set[str]
    turn: int
    late: set[str]


class SpanTable:
    """The table, with those of cuts and of notes."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._remembered = Remembered()
        self._wanted: dict[tuple[int, bool], CompoundSelect[Any]] = {}
        self.late = LateTable(store)

    async def there(
        self,
        session: AsyncSession,
        id: int,
        key: str,
        source: str,
        times: Sequence[tuple[date, date]],
        *,
        by_months: bool = False,
    ) -> There | None:
        """What is kept of days, each from one to before another, all as of one moment; None when the cut of this
        number is gone, or is another. With `by_months` the days of a month that is kept as a whole are left out, but of
        the first and the last one.
        """
        found: dict[int, set[str]] = {KEPT: set(), TOUCHED: set(), LATE: set()}
        turn: int | None = None
        values: dict[str, Any] = {"id": id, "key": key, "source": source}
        for place, (first, after) in enumerate(times):
            last = after - DAY
            values |= {
                f"first{place}": first.isoformat(), f"after{place}": after.isoformat(),
                f"since{place}": midnight(first), f"until{place}": midnight(after),
                f"month{place}": first.isoformat()[:MONTH], f"last{place}": last.isoformat()[:MONTH],
            }  # fmt: skip
        for name, what, number in await session.execute(self._there(len(times), by_months), values):
            if what in found:
                found[what].add(name)
            else:
                turn = number
        if turn is None:
            return None
        there = There(found[KEPT], found[TOUCHED], turn, found[LATE])
        if by_months and (lacking := _by_days(times, there)):
            span = FigureSpanRow.span
            days = select(span).where(FigureSpanRow.cut == id, func.substr(span, 1, MONTH).in_(lacking))
            there.spans.update(await session.scalars(days))
        return there

    def _there(self, count: int, by_months: bool) -> CompoundSelect[Any]:
        """The statement for so many periods; made once, since to make one takes longer than to ask it."""
        made = self._wanted.get((count, by_months))
        if made is None:
            span, note, cut = FigureSpanRow.span, FigureChangeRow, FigureCutRow
            day = step_of(note.moment, "day", sqlite=self._store.is_sqlite)
            spans, moments = [], []
            for place in range(count):
                limits = [span >= bindparam(f"month{place}"), span < bindparam(f"after{place}")]
                if by_months:
                    edges: list[Any] = [bindparam(f"{one}{place}") for one in ("month", "last")]
                    limits.append(or_(func.length(span) == MONTH, func.substr(span, 1, MONTH).in_(edges)))
                spans.append(and_(*limits))
                moments.append(
                    and_(note.moment >= bindparam(f"since{place}"), note.moment < bindparam(f"until{place}"))
                )
            id = bindparam("id", type_=Integer)
            kept = select(span, literal(KEPT), literal(0)).where(FigureSpanRow.cut == id, or_(*spans))
            touched = select(day, literal(TOUCHED), literal(0)).where(note.source == bindparam("source"), or_(*moments))
            turns = select(cut.key, literal(TURN), cut.turn).where(cut.id == id, cut.key == bindparam("key"))
            days: list[tuple[Any, Any]] = [
                (bindparam(f"first{place}"), bindparam(f"after{place}")) for place in range(count)
            ]
            late = self.late.changed(id, days, LATE)
            made = self._wanted[count, by_months] = union_all(kept, touched.distinct(), turns, late)
        return made

    async def lines(
        self, session: AsyncSession, id: int, key: str, turn: int, spans: Iterable[str]
    ) -> dict[str, list[Line]]:
        """Those of the spans that are there, while the cut has this turn; what was read before is not read again."""
        found = self._remembered.of(key, turn, spans)
        if missing := [one for one in spans if one not in found]:
            more = await self.cells(session, id, sorted(missing))
            self._remembered.add(key, turn, more)
            found |= more
        return found

    async def cells(self, session: AsyncSession, id: int, spans: list[str]) -> dict[str, list[Line]]:
        """Those of them that are there, as they were counted."""
        found: dict[str, list[Line]] = {}
        for begin in range(0, len(spans), CHUNK):
            wanted = select(FigureSpanRow.span, FigureSpanRow.cells).where(
                FigureSpanRow.cut == id, FigureSpanRow.span.in_(spans[begin : begin + CHUNK])
            )
            found |= {span: json.loads(cells) for span, cells in await session.execute(wanted)}
        return found

    async def write(self, id: int, spans: Spans, turn: int, at: datetime) -> bool:
        """Keep what was counted while the cut had this turn; False, and nothing is written, when it has another."""
        async with self._store.writing() as session:
            now = await session.scalar(select(FigureCutRow.turn).where(FigureCutRow.id == id).with_for_update())
            if now != turn:
                return False
            await session.execute(
                insert_or_change(FigureSpanRow, ("cut", "span"), "cells"),
                [
                    {"cut": id, "span": span, "cells": json.dumps(lines, ensure_ascii=False, separators=(",", ":"))}
                    for span, lines in spans.items()
                ],
            )
            await self.late.compare(session, id, spans, at)
        return True

    async def id(self, key: str, source: str, today: date) -> int:
        """The number of a cut, which is asked for today; whoever comes together, it is one."""
        try:
            return await self._id(key, source, today)
        except IntegrityError:  # another engine made it meanwhile
            return await self._id(key, source, today)

    async def _id(self, key: str, source: str, today: date) -> int:
        row = FigureCutRow
        async with self._store.writing() as session:
            found = (await session.execute(select(row.id, row.asked_on).where(row.key == key))).one_or_none()
            if found is None:
                # A cut that was let go of and is made again begins at another turn than what is remembered of it.
                made = row(key=key, source=source, asked_on=today, turn=randbelow(MOST_FIRST_TURN))
                session.add(made)
                await session.flush()
                return made.id
            if found.asked_on < today:
                await session.execute(update(row).where(row.id == found.id).values(asked_on=today))
            id: int = found.id
            return id

    async def all_of(self, source: str) -> dict[str, int]:
        """The numbers of a source's cuts, by their keys."""
        wanted = select(FigureCutRow.key, FigureCutRow.id).where(FigureCutRow.source == source)
        async with self._store.reading() as session:
            return dict((await session.execute(wanted)).tuples().all())

    async def count(self) -> int:
        """How many cuts have days that are kept."""
        async with self._store.reading() as session:
            return await session.scalar(select(func.count(FigureSpanRow.cut.distinct()))) or 0

    async def drop(self, *, source: str = "", key: str = "", but: Sequence[str] = ()) -> None:
        """Let go of all days: of a source, of a cut, which is then compared with what is counted, of all but some."""
        row = FigureCutRow
        limits = [row.source == source] if source else [row.key == key] if key else [row.key.not_in(but)]
        async with self._store.writing() as session:
            if key:
                await self.late.hold(session, select(row.id).where(*limits))
                await self.late.suspect(session, select(row.id).where(*limits), {None: [RECOUNT]})
            await session.execute(update(row).where(*limits).values(turn=row.turn + 1))
            await session.execute(delete(FigureSpanRow).where(FigureSpanRow.cut.in_(select(row.id).where(*limits))))

    async def let_go(self, source: str) -> Gone | None:
        """Let go of the touched days of a source's cuts, and of the notes that say so, if there are any; later notes
        stay, and of very many some."""
        row, cut = FigureChangeRow, FigureCutRow
        day = step_of(row.moment, "day", sqlite=self._store.is_sqlite)
        async with self._store.reading() as session:
            noted = (
                select(row.id, day, row.record, row.moment)
                .where(row.source == source)
                .order_by(row.id)
                .limit(MOST_NOTES)
            )
            found = (await session.execute(noted)).tuples().all()
        if not found:
            return None
        suspects: dict[str | None, list[str]] = {}
        for _, touched, record, _ in reversed(found):
            some = suspects.setdefault(touched, [])
            if record and len(some) < MOST_RECORDS and record not in some:
                some.append(record)
        days, ids = sorted(filter(None, suspects)), [id for id, *_ in found]
        spans = sorted({*days, *(one[:MONTH] for one in days)})
        cuts = select(cut.id).where(cut.source == source)
        async with self._store.writing() as session:
            await session.execute(update(cut).where(cut.source == source).values(turn=cut.turn + 1))
            for begin in range(0, len(days), CHUNK):
                await self.late.hold(session, cuts, days[begin : begin + CHUNK])
            await self.late.suspect(session, cuts, suspects)
            for begin in range(0, len(spans), CHUNK):
                some_spans = FigureSpanRow.span.in_(spans[begin : begin + CHUNK])
                await session.execute(delete(FigureSpanRow).where(FigureSpanRow.cut.in_(cuts), some_spans))
            for begin in range(0, len(ids), CHUNK):
                await session.execute(delete(row).where(row.id.in_(ids[begin : begin + CHUNK])))
            turn = await session.scalar(select(cut.turn).where(cut.key == turn_of(source)))
        return Gone(turn or 0, [moment for *_, moment in found], len(found) >= MOST_NOTES)

    async def forget(self, before: date) -> list[str]:
        """Let go of cuts that nobody asked for since a day; returns their keys."""
        wanted = select(FigureCutRow.id, FigureCutRow.key).where(FigureCutRow.asked_on < before)
        async with self._store.reading() as session:
            gone = (await session.execute(wanted)).tuples().all()
        for id, _ in gone:
            async with self._store.writing() as session:
                await session.execute(delete(FigureCutRow).where(FigureCutRow.id == id))
                await session.execute(delete(FigureSpanRow).where(FigureSpanRow.cut == id))
                await self.late.forget(session, id)
        return [key for _, key in gone]


def _by_days(times: Sequence[tuple[date, date]], there: There) -> list[str]:
    """Months that lie within as a whole, and cannot be taken as one."""
    changed = {one[:MONTH] for one in there.touched}
    inner = {month for first, after in times for month in months_within(first, after)}
    return sorted(one for one in inner if one in changed or one not in there.spans)
