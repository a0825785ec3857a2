"""Keeps what was counted of days that are over, and counts them again when a change touches them.

What was asked for lately is counted in the background, a month at a time. A day that a change touched is counted from
its rows until it has been counted again, so that a figure is never older than its rows; of today, slots are remembered.
With no day kept, all numbers are the same.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.clock import Clock
from cti.base.times.business_time import ZONE
from cti.office.figures.facts import FactSource
from cti.office.figures.kept.asked import AskedCut, AskedCuts
from cti.office.figures.kept.calendar import DAY, days_in, days_of, each, lacking, plan, times_of
from cti.office.figures.kept.cuts import MONTH, Cut, Line, Times, within
from cti.office.figures.kept.late import LateDay
from cti.office.figures.kept.rebuilding import Rebuilding
from cti.office.figures.kept.slots import Parts, Slots
from cti.office.figures.kept.spans import SpanTable, turn_of
from cti.office.figures.kept.touched import Read, let_be_noted, noted_by
from cti.office.figures.periods import Period
from cti.store.engine import Store

log = structlog.get_logger(__name__)

ROUND_SECONDS = 300.0
"""After so long touched days are counted again."""
SOON_SECONDS = 3.0
"""After so long days are counted of what is asked for the first time."""
KEPT_DAYS = 30
"""What nobody asked for so many days is let go."""
SHORTEST = 3
"""Days that must be over in a period, else it is counted from its rows."""
QUICK_SECONDS = 0.1
"""A month at a time is counted in the background, and more as long as it takes no longer than this."""
MOST_RUNS = 16


@dataclass(frozen=True, slots=True)
class Looked:
    """What is kept of a period, the times of it that are counted from the rows, and the days of it that changed after
    they were first told."""

    spans: list[tuple[str, list[Line]]]
    live: Times
    late: frozenset[str] = frozenset()


class Kept:
    """Days of all figures of a house; `sources` are the facts that can be counted now."""

    def __init__(self, store: Store, clock: Clock, sources: Mapping[str, FactSource]) -> None:
        self._store, self._clock, self._sources = store, clock, sources
        self._ready: dict[str, tuple[FactSource, Read]] = {}
        self.asked = AskedCuts(store.engine.dialect)
        self.rebuilding = Rebuilding()
        self._keys: dict[str, int] = {}
        self._turns: dict[str, date] = {}
        self._slots = Slots(sqlite=store.is_sqlite)
        self._spans = SpanTable(store)
        self._soon, self._turn = asyncio.Event(), asyncio.Lock()

    # ── reading ──

    async def look(self, session: AsyncSession, cut: Cut, periods: Sequence[Period]) -> list[Looked]:
        """What is kept of each of these periods; the rest is to be counted from the rows."""
        today = self._today()
        days = [days_of(one, today) for one in periods]
        places = [place for place, (first, after) in enumerate(days) if (after - first).days >= SHORTEST]
        found = [Looked([], [(one.since, one.until)]) for one in periods]
        if not places:
            return found
        ready = self._ready.get(cut.source.name)
        if ready is None or ready[0] is not cut.source:
            self._soon.set()
            return found
        if not cut.is_noted(ready[1]):
            return found
        key, some = cut.key(self._store.engine.dialect), [days[place] for place in places]
        if self.asked.ask(key, cut, min(some)[0], max(after for _, after in some), self._clock.wall()):
            self._soon.set()
        if (id := self._keys.get(key)) is None:
            return found
        there = await self._spans.there(session, id, key, cut.source.name, some, by_months=cut.by_months)
        if there is None:
            self._keys.pop(key, None)
            return found
        plans = {
            place: plan(periods[place], today, there.spans, there.touched, by_months=cut.by_months)
            for place in places
        }  # fmt: skip
        wanted = {span for one in plans.values() for span in one.spans}
        lines = await self._spans.lines(session, id, key, there.turn, wanted)
        if len(lines) < len(wanted):  # some were let go of just now
            return found
        for place, one in plans.items():
            first, after = (day.isoformat() for day in days[place])
            late = frozenset(day for day in there.late if first <= day < after)
            found[place] = Looked([(span, lines[span]) for span in one.spans], one.live, late)
        return found

    def expect(self, cut: Cut, periods: Sequence[Period]) -> None:
        """Somebody may look at these periods later: their days are counted by the next `fill`, as if he had asked."""
        ready = self._ready.get(cut.source.name)
        days = [days_of(one, self._today()) for one in periods]
        some = [(first, after) for first, after in days if (after - first).days >= SHORTEST]
        if some and ready is not None and ready[0] is cut.source and cut.is_noted(ready[1]):
            key = cut.key(self._store.engine.dialect)
            self.asked.ask(key, cut, min(some)[0], max(after for _, after in some), self._clock.wall())

    async def parts(self, session: AsyncSession, cut: Cut, times: Sequence[Times]) -> list[Parts]:
        """Of times that no day is kept of: what is remembered in slots, counted where it is not, and what is left."""
        ready = self._ready.get(cut.source.name)
        if ready is None or ready[0] is not cut.source or not cut.is_noted(ready[1]):
            return [Parts([], one) for one in times]
        key, source = cut.key(self._store.engine.dialect), turn_of(cut.source.name)
        return await self._slots.parts(session, cut, key, source, times, self._clock.wall())

    async def late(self, session: AsyncSession, cut: Cut, period: Period) -> list[LateDay]:
        """The days of a period that changed after they were first told, as they were; the latest first."""
        id = self._keys.get(cut.key(self._store.engine.dialect))
        first, after = days_of(period, self._today())
        return await self._spans.late.of(session, id, first, after) if id is not None else []

    def _today(self) -> date:
        return self._clock.wall().astimezone(ZONE).date()

    # ── keeping ──

    async def run(self) -> None:
        """Keep days until cancelled. What the database cannot do now is tried again in the next round."""
        loop, due = asyncio.get_running_loop(), 0.0
        while True:
            try:
                if self.rebuilding.is_on:
                    await self._rebuild()
                if loop.time() >= due:
                    due = loop.time() + ROUND_SECONDS
                    await self.round()
                else:
                    await self.fill()
            except (SQLAlchemyError, OSError):
                log.exception("days of figures could not be kept")
            if self.rebuilding.is_on:
                # Asked for in the middle of that: what woke us is forgotten.
                continue
            with suppress(TimeoutError):
                async with asyncio.timeout_at(due):
                    await self._soon.wait()
                    await asyncio.sleep(SOON_SECONDS)

    def count_again(self) -> Rebuilding:
        """Have everything counted again in the background."""
        self.rebuilding.begin(self._clock.wall())
        self._soon.set()
        return self.rebuilding

    async def how_many(self) -> int:
        """Of how many cuts days are kept."""
        return await self._spans.count()

    async def _rebuild(self) -> None:
        try:
            await self.rebuild(self.rebuilding.tell)
        except (SQLAlchemyError, OSError):
            # Numbers are right all the same: what is not kept is counted from its rows.
            log.exception("days of figures could not be counted again")
            self.rebuilding.end(self._clock.wall(), "数据库暂时不可用，请稍后再试")
        else:
            self.rebuilding.end(self._clock.wall())

    async def round(self) -> None:
        """Let go of days that a change touched, and count again what is lacking of all that is asked for."""
        async with self._turn:
            await self._note_all()
            for name in list(self._ready):
                is_more = True
                while is_more and (gone := await self._spans.let_go(name)) is not None:
                    self._slots.move_on(name, gone.turn, gone.moments)
                    is_more = gone.is_more
            for key in await self._spans.forget(self._today() - timedelta(days=KEPT_DAYS)):
                self._keys.pop(key, None)
            self.asked.all_lack()
            await self._fill_all()
            await self._spans.late.prune()

    async def fill(self) -> None:
        """Count what was asked for first just now."""
        async with self._turn:
            await self._note_all()
            await self._fill_all()

    async def rebuild(self, done: Callable[[int, int], None] = lambda one, all: None) -> int:
        """Count everything again that is asked for lately, one cut after the other; how many cuts that is.

        What nobody asked for lately is thrown away, and counted when somebody does. `done` hears how many of how many.
        """
        async with self._turn:
            await self._note_all()
            self._slots.clear()
            self.asked.all_lack()
            wanted = list(self.asked.lacking(self._clock.wall()))
            await self._spans.drop(but=[key for key, _ in wanted])
            for count, (key, one) in enumerate(wanted, 1):
                if self._sources.get(one.cut.source.name) is one.cut.source:
                    await self._spans.drop(key=key)
                    await self._fill(key, one)
                done(count, len(wanted))
        return len(wanted)

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
        if await let_be_noted(self._store, source):
            # Who knows what was changed while nobody noted it.
            await self._spans.drop(source=source.name)
        if self._turns.get(source.name) != (today := self._today()):
            await self._spans.id(turn_of(source.name), source.name, today)
            self._turns[source.name] = today
        self._keys |= await self._spans.all_of(source.name)
        self._ready[source.name] = source, noted_by(source)

    async def _fill(self, key: str, asked: AskedCut) -> None:
        cut, today = asked.cut, self._today()
        after = max(asked.after, today) if asked.after > today - 40 * DAY else asked.after
        id = self._keys.get(key)
        if id is None or asked.noted_on != today:
            id, asked.noted_on = await self._spans.id(key, cut.source.name, today), today
        async with self._store.reading() as session:
            there = await self._spans.there(session, id, key, cut.source.name, [(asked.first, after)])
        if there is None:
            self._again(key, asked)
            return
        runs, some = lacking(asked.first, after, there.spans, there.touched), 1
        while runs:
            batch, runs, began = runs[:some], runs[some:], asyncio.get_running_loop().time()
            counted = await self._count(cut, batch)
            there.spans.update(counted)
            months = dict.fromkeys(day[:MONTH] for day in counted)
            whole = [one for one in months if there.spans.issuperset(days_in(one))]
            together = {one: await self._month(id, cut, one, counted) for one in whole}
            if not await self._spans.write(id, counted | together, there.turn, self._clock.wall()):
                self._again(key, asked)
                return
            is_quick = asyncio.get_running_loop().time() - began < QUICK_SECONDS
            some = min(some * 2, MOST_RUNS) if is_quick else max(some // 2, 1)
        asked.after, self._keys[key] = after, id

    def _again(self, key: str, asked: AskedCut) -> None:
        """Another engine let days of it go meanwhile: what was counted may lack the change that touched them."""
        self._keys.pop(key, None)
        asked.is_lacking = True
        self._soon.set()

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
                lines += (await self._spans.cells(session, id, older)).values()
        return cut.together(lines)
