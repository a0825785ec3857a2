"""Time limits that are near, or missed: told in each case's own chain, those of many families in one go."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack

from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.clock import Clock
from cti.office.processes.case import HOUSE, Actor, Case, CaseEvent, DeadlineMissed, DeadlineNear, Moved
from cti.office.processes.deadlines import DUE, WARN, CaseDeadlines
from cti.office.processes.definition import Process
from cti.office.processes.families import Families, Stored
from cti.office.processes.time_limits import time_limits_of
from cti.office.processes.watching import Watching
from cti.office.timers.kinds import Due

Listener = Callable[[AsyncSession, Moved, Actor], Awaitable[None]]
"""Brings the record, messages and search into line; what it raises undoes the act."""
Ahead = Callable[[AsyncSession, Sequence[str]], AbstractAsyncContextManager[object]]
"""Entered with the ids of records before the listener hears of each: reads them in one go, and writes at the end."""


class Turning:
    """Does what is due in the transaction that ends the timers. `then` takes the house's own action in a case."""

    def __init__(
        self, families: Families, clock: Clock, watching: Watching, process_of: Callable[[Case], Process],
        then: Callable[[AsyncSession, str, str], Awaitable[object]], listeners: Mapping[str, Listener],
        ahead: Mapping[str, Ahead],
    ) -> None:  # fmt: skip
        self._families, self._clock, self._watching = families, clock, watching
        self._process_of, self._take = process_of, then
        self._listeners, self._ahead = listeners, ahead

    async def went_off(self, kind: str, session: AsyncSession, due: Sequence[Due]) -> None:
        """Timers of one kind: limits that are near (`WARN`), or missed (`DUE`)."""
        now, keys = self._clock.wall(), [one.key for one in due]
        await self._families.lock_all(session, CaseDeadlines.roots(keys))
        rows = await CaseDeadlines.went_off(session, keys, kind, now)
        families = await self._families.load_all(session, {row.root for row in rows})
        rows = [row for row in rows if row.root in families and families[row.root].about in self._listeners]
        told: list[tuple[Stored, CaseEvent]] = []
        for row in rows:
            family = families[row.root]
            if self._process_of(family.cases[row.case_id]).clocks[row.clock].watched:
                sort = DeadlineNear if kind == WARN else DeadlineMissed
                event = sort(now, row.case_id, HOUSE, row.clock, row.due_at)
                self._families.tell(session, family, event)
                told.append((family, event))
            else:
                row.warned = row.missed = False
        await session.flush()
        await self._tell(session, told)
        if kind == DUE:
            for row in rows:
                await self._then(session, families[row.root].cases[row.case_id], row.clock)

    async def _tell(self, session: AsyncSession, told: Sequence[tuple[Stored, CaseEvent]]) -> None:
        """Whoever follows these families hears of it."""
        limits = await time_limits_of(session, {family.root for family, _ in told})
        async with AsyncExitStack() as together:
            for about in sorted({family.about for family, _ in told}):
                if (ahead := self._ahead.get(about)) is not None:
                    records = [family.record for family, _ in told if family.about == about]
                    await together.enter_async_context(ahead(session, records))
            for family, event in told:
                moved = Moved(family.root, family.record, family.cases, {}, (event,), limits[family.root], family.cases)
                await self._listeners[family.about](session, moved, HOUSE)
                await self._watching.tell(session, family.about, moved)

    async def _then(self, session: AsyncSession, case: Case, clock: str) -> None:
        """The time is over: what the process lets the house do now."""
        process = self._process_of(case)
        action = process.clocks[clock].then
        if action is not None and action in process.steps[case.step].actions:
            await self._take(session, case.id, action)
