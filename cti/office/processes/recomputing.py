"""Deadlines that run when a calendar changes: worked out again from their events, each with its timers.

A deadline is what its events and the calendar say, so nothing is told in a case's chain. Which calendars were gone by
last stands in a small file: a change that an engine did not live to follow, or that was made while none ran, is
followed at the next start.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import structlog
from sqlalchemy import select

from cti.base.clock import Clock
from cti.base.times.calendars import Calendars
from cti.base.times.working_time import NeverOpen
from cti.base.visitor import Visitor
from cti.office.processes.deadlines import CaseDeadlines
from cti.office.processes.families import Families
from cti.office.processes.models import CaseDeadlineRow
from cti.office.processes.rights import Definitions, VisitorsHouse
from cti.office.processes.service import Cases
from cti.office.timers.service import Timers
from cti.store.engine import Store

log = structlog.get_logger(__name__)

BATCH = 100
"""Families in one transaction: calls and people come between."""
NOBODY = Visitor("", "", "", None, "", "")


class Recomputing:
    """Follows the calendars of the house; `marker` is the file that says which were gone by last."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        timers: Timers,
        definitions: Definitions,
        calendars: Calendars,
        marker: Path,
        cases: Cases,
    ) -> None:
        self._store = store
        self._clock = clock
        self._timers = timers
        self._calendars = calendars
        self._families = Families(store.cipher)
        house = VisitorsHouse(definitions, calendars.working_time, NOBODY, {})
        self._deadlines = CaseDeadlines(house, timers, cases.watching)
        self._cases = cases
        self._marker = marker
        self._changed = asyncio.Event()
        self._changed.set()
        cases.watching.on_again(self.again)

    def again(self) -> None:
        """Work all out once more, though the calendars are as they were; an engine that dies leaves it to the next."""
        self._marker.unlink(missing_ok=True)
        self._changed.set()

    async def run(self) -> None:
        """Follow each change, until cancelled."""
        undo = self._calendars.on_change(self._changed.set)
        try:
            while True:
                await self._changed.wait()
                self._changed.clear()
                await self.follow()
        finally:
            undo()

    async def follow(self) -> int:
        """Work all running deadlines out again unless these calendars were followed; how many families were seen."""
        digest = self._calendars.digest
        if await asyncio.to_thread(self._followed) == digest:
            return 0
        seen, after = 0, ""
        while True:
            async with self._store.writing() as session:
                wanted = (
                    select(CaseDeadlineRow.root)
                    .where(CaseDeadlineRow.state != "ended", CaseDeadlineRow.root > after)
                    .distinct()
                    .order_by(CaseDeadlineRow.root)
                    .limit(BATCH)
                )
                roots = list(await session.scalars(wanted))
                for root in roots:
                    family = await self._families.load(session, root, lock=True)
                    if family is not None:
                        try:
                            about = await self._cases.about_of(session, family)
                            await self._deadlines.follow(session, root, family.cases, self._clock.wall(), about)
                        except (KeyError, NeverOpen) as error:
                            # One calendar that is gone, or never open, must not keep the others' deadlines from theirs.
                            log.error("deadlines stay as they were", case=root, reason=repr(error))
            self._timers.look()
            if not roots:
                break
            seen, after = seen + len(roots), roots[-1]
        await asyncio.to_thread(self._marker.write_text, digest, "utf-8")
        if seen:
            log.info("deadlines follow a changed calendar", families=seen)
        return seen

    def _followed(self) -> str:
        return self._marker.read_text("utf-8") if self._marker.exists() else ""
