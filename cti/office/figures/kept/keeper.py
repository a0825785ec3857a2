"""Keeps what was counted of days that are over, and counts them again when a change touches them.

What was asked for lately is counted in the background, a month at a time. A day that a change touched is counted from
its rows until it has been counted again, so that a figure is never older than its rows; today always is. With no day
kept, all numbers are the same.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta

import structlog
from sqlalchemy import delete, literal, select, union_all, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.business_time import ZONE
from cti.base.clock import Clock
from cti.office.figures.facts import FactSource
from cti.office.figures.kept.asked import AskedCut, AskedCuts
from cti.office.figures.kept.calendar import DAY, days_in, days_of, each, lacking, plan, times_of
from cti.office.figures.kept.cuts import MONTH, Cut, Line, Times, within
from cti.office.figures.kept.models import FigureChangeRow, FigureCutRow, FigureSpanRow
from cti.office.figures.kept.touched import Read, let_be_noted, noted_by
from cti.office.figures.periods import Period, step_of
from cti.store.engine import Store
from cti.store.upsert import insert_or_change

log = structlog.get_logger(__name__)

ROUND_SECONDS = 300.0
"""After so long touched days are counted again."""
SOON_SECONDS = 3.0
"""After so long days are counted of what is asked for the first time."""
KEPT_DAYS = 30
"""What nobody asked for so many days is let go."""
SHORTEST = 3
"""Days that must be over in a period, else it is counted from its rows."""
CHUNK = 5000
MOST_NOTES = 50_000
"""Notes that a round takes; of those that remain the days stay touched."""
QUICK_SECONDS = 0.1
"""A month at a time is counted in the background, and more as long as it takes no longer than this."""
MOST_RUNS = 16


@dataclass(frozen=True, slots=True)
class Looked:
    """What is kept of a period, and the times of it that are counted from the rows."""

    spans: list[tuple[str, list[Line]]]
    live: Times


class Kept:
    """Days of all figures of a house; `sources` are the facts that can be counted now."""

    def __init__(self, store: Store, clock: Clock, sources: Mapping[str, FactSource]) -> None:
        self._store, self._clock, self._sources = store, clock, sources
        self._ready: dict[str, tuple[FactSource, Read]] = {}
        self.asked = AskedCuts(store.engine.dialect)
        self._keys: dict[str, int] = {}
        self._soon, self._turn = asyncio.Event(), asyncio.Lock()

    # ── reading ──

    async def look(self, session: AsyncSession, cut: Cut, period: Period) -> Looked:
        """What is kept of a period; the rest is to be counted from the rows."""
        whole: Times = [(period.since, period.until)]
        today = self._today()
        first, after = days_of(period, today)
        if (after - first).days < SHORTEST:
            return Looked([], whole)
        ready = self._ready.get(cut.source.name)
        if ready is None or ready[0] is not cut.source:
            self._soon.set()
            return Looked([], whole)
        if not cut.is_noted(ready[1]):
            return Looked([], whole)
        key = cut.key(self._store.engine.dialect)
        if self.asked.ask(key, cut, first, after, self._clock.wall()):
            self._soon.set()
        if (id := self._keys.get(key)) is None:
            return Looked([], whole)
        found = plan(period, today, *await self._there(session, id, cut, first, after), by_months=cut.by_months)
        lines: list[tuple[str, list[Line]]] = []
        for begin in range(0, len(found.spans), CHUNK):
            wanted = select(FigureSpanRow.span, FigureSpanRow.cells).where(
                FigureSpanRow.cut == id, FigureSpanRow.span.in_(found.spans[begin : begin + CHUNK])
            )
            lines += [(span, json.loads(cells)) for span, cells in await session.execute(wanted)]
        if len(lines) < len(found.spans):  # some were let go of just now
            return Looked([], whole)
        return Looked(lines, found.live)

    async def _there(
        self, session: AsyncSession, id: int, cut: Cut, first: date, after: date
    ) -> tuple[set[str], set[str]]:
        """The spans that are kept, and the days that a change touched since."""
        span, note = FigureSpanRow.span, FigureChangeRow
        day = step_of(note.moment, "day", sqlite=self._store.is_sqlite)
        kept = select(span, literal(True)).where(
            FigureSpanRow.cut == id, span >= first.isoformat()[:MONTH], span < after.isoformat()
        )
        touched = select(day, literal(False)).where(note.source == cut.source.name).distinct()
        found: tuple[set[str], set[str]] = set(), set()
        for name, is_kept in await session.execute(union_all(kept, touched)):
            found[0 if is_kept else 1].add(name)
        return found

    def _today(self) -> date:
        return self._clock.wall().astimezone(ZONE).date()

    # ── keeping ──

    async def run(self) -> None:
        """Keep days until cancelled. What the database cannot do now is tried again in the next round."""
        loop, due = asyncio.get_running_loop(), 0.0
        while True:
            try:
                if loop.time() >= due:
                    due = loop.time() + ROUND_SECONDS
                    await self.round()
                else:
                    await self.fill()
            except (SQLAlchemyError, OSError):
                log.exception("days of figures could not be kept")
            with suppress(TimeoutError):
                async with asyncio.timeout_at(due):
                    await self._soon.wait()
                    await asyncio.sleep(SOON_SECONDS)

    async def round(self) -> None:
        """Let go of days that a change touched, and count again what is lacking of all that is asked for."""
        async with self._turn:
            await self._note_all()
            await self._let_go()
            await self._forget_old()
            self.asked.all_lack()
            await self._fill_all()

    async def fill(self) -> None:
        """Count what was asked for first just now."""
        async with self._turn:
            await self._note_all()
            await self._fill_all()

    async def rebuild(self) -> int:
        """Throw away all that is kept, and count again what was asked for lately; how many cuts that is."""
        async with self._turn, self._store.writing() as session:
            await session.execute(delete(FigureSpanRow))
        await self.round()
        return len(self.asked)

    async def _fill_all(self) -> None:
        self._soon.clear()
        for key, one in self.asked.lacking(self._clock.wall()):
            if self._sources.get(one.cut.source.name) is one.cut.source:
                await self._fill(key, one)

    async def _note_all(self) -> None:
        # Also those that are noted: a plugin that came meanwhile may have migrated tables, which takes notes away.
        for source in list(self._sources.values()):
            await self._note(source)

    async def _note(self, source: FactSource) -> None:
        made = await let_be_noted(self._store, source)
        row = FigureCutRow
        cuts = select(row.key, row.id).where(row.source == source.name)
        if made:
            # Who knows what was changed while nobody noted it.
            async with self._store.writing() as session:
                gone = FigureSpanRow.cut.in_(select(row.id).where(row.source == source.name))
                await session.execute(delete(FigureSpanRow).where(gone))
        async with self._store.reading() as session:
            self._keys |= dict((await session.execute(cuts)).tuples().all())
        self._ready[source.name] = source, noted_by(source)

    async def _let_go(self) -> None:
        """Let go of the touched days of all cuts, and of the notes that say so; later notes stay."""
        row = FigureChangeRow
        for name in list(self._ready):
            day = step_of(row.moment, "day", sqlite=self._store.is_sqlite)
            async with self._store.reading() as session:
                noted = select(row.id, day).where(row.source == name).order_by(row.id).limit(MOST_NOTES)
                found = (await session.execute(noted)).tuples().all()
            if not found:
                continue
            days = {touched for _, touched in found}
            spans, ids = sorted(days | {one[:MONTH] for one in days}), [id for id, _ in found]
            cuts = select(FigureCutRow.id).where(FigureCutRow.source == name)
            async with self._store.writing() as session:
                await session.execute(
                    delete(FigureSpanRow).where(FigureSpanRow.cut.in_(cuts), FigureSpanRow.span.in_(spans))
                )
                for begin in range(0, len(ids), CHUNK):
                    await session.execute(delete(row).where(row.id.in_(ids[begin : begin + CHUNK])))

    async def _forget_old(self) -> None:
        old = self._today() - timedelta(days=KEPT_DAYS)
        async with self._store.reading() as session:
            gone = (await session.execute(
                select(FigureCutRow.id, FigureCutRow.key).where(FigureCutRow.asked_on < old)
            )).tuples().all()  # fmt: skip
        for id, key in gone:
            self._keys.pop(key, None)
            async with self._store.writing() as session:
                await session.execute(delete(FigureSpanRow).where(FigureSpanRow.cut == id))
                await session.execute(delete(FigureCutRow).where(FigureCutRow.id == id))

    async def _fill(self, key: str, asked: AskedCut) -> None:
        cut, today = asked.cut, self._today()
        after = max(asked.after, today) if asked.after > today - 40 * DAY else asked.after
        id = self._keys.get(key)
        if id is None or asked.noted_on != today:
            id, asked.noted_on = await self._id(key, cut.source.name), today
        async with self._store.reading() as session:
            there, dirty = await self._there(session, id, cut, asked.first, after)
        runs, some = lacking(asked.first, after, there, dirty), 1
        while runs:
            batch, runs, began = runs[:some], runs[some:], asyncio.get_running_loop().time()
            counted = await self._count(cut, batch)
            there |= counted.keys()
            months = [one for one in dict.fromkeys(day[:MONTH] for day in counted) if there.issuperset(days_in(one))]
            await self._write(id, counted | {one: await self._month(id, cut, one, counted) for one in months})
            is_quick = asyncio.get_running_loop().time() - began < QUICK_SECONDS
            some = min(some * 2, MOST_RUNS) if is_quick else max(some // 2, 1)
        asked.after, self._keys[key] = after, id

    async def _count(self, cut: Cut, runs: Sequence[tuple[date, date]]) -> dict[str, list[Line]]:
        found: dict[str, list[Line]] = {day.isoformat(): [] for begin, end in runs for day in each(begin, end)}
        async with self._store.reading() as session:
            for day, *line in await session.execute(cut.statement.where(within(cut.moment, times_of(runs)))):
                found[day].append(cut.line(line))
        return found

    async def _month(self, id: int, cut: Cut, month: str, counted: Mapping[str, list[Line]]) -> list[Line]:
        days = days_in(month)
        lines = [counted[one] for one in days if one in counted]
        if older := [one for one in days if one not in counted]:
            async with self._store.reading() as session:
                row = FigureSpanRow
                wanted = select(row.cells).where(row.cut == id, row.span.in_(older))
                lines += [json.loads(one) for one in await session.scalars(wanted)]
        return cut.together(lines)

    async def _id(self, key: str, source: str) -> int:
        today, row = self._today(), FigureCutRow
        async with self._store.writing() as session:
            found = (await session.execute(select(row.id, row.asked_on).where(row.key == key))).one_or_none()
            if found is None:
                made = FigureCutRow(key=key, source=source, asked_on=today)
                session.add(made)
                await session.flush()
                return made.id
            if found.asked_on < today:
                await session.execute(update(row).where(row.id == found.id).values(asked_on=today))
            id: int = found.id
            return id

    async def _write(self, id: int, spans: Mapping[str, list[Line]]) -> None:
        async with self._store.writing() as session:
            await session.execute(
                insert_or_change(FigureSpanRow, ("cut", "span"), "cells"),
                [
                    {"cut": id, "span": span, "cells": json.dumps(lines, ensure_ascii=False, separators=(",", ":"))}
                    for span, lines in spans.items()
                ],
            )  # fmt: skip
