"""What stands on the pages is counted before somebody opens them: at night, and when definitions have changed.

For whom: people who signed in lately and may look, as far as each of them reaches; who reach the same share all of it.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.clock import Clock
from cti.office.figures import Figures
from cti.office.figures.rights import READ
from cti.office.identity.lately import seen_since
from workflow.analysis.service import Analysis

log = structlog.get_logger(__name__)

NIGHT = "0 3 * * *"
"""When it is done each day: as a line of moments, in business time."""
LOOK_SECONDS = 60.0
"""After so long it is looked at whether definitions changed."""
LATELY = timedelta(days=30)
MOST_PEOPLE = 500
MOST_REACHES = 30
"""So many different ones: those of who signed in last."""


class Beforehand:
    """Has them counted in the background, one reach after the other."""

    def __init__(self, analysis: Analysis, figures: Figures, clock: Clock) -> None:
        self._analysis, self._figures, self._clock = analysis, figures, clock
        self._due = asyncio.Event()

    async def due(self, session: AsyncSession, moment: datetime) -> None:
        """Regular work of `Schedule.every`."""
        self._due.set()

    async def run(self) -> None:
        """Until cancelled. What the database cannot do now is done the next night."""
        known: dict[str, int] | None = None  # other plugins bring theirs while the house starts
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._due.wait()
            now = self._definitions()
            before, known = known, now
            if before in (None, now) and not self._due.is_set():
                continue
            self._due.clear()
            try:
                reaches = await self.count()
            except (SQLAlchemyError, OSError):
                log.exception("figures of the pages could not be counted beforehand")
            else:
                log.info("figures of the pages are counted beforehand", reaches=reaches)

    def _definitions(self) -> dict[str, int]:
        return {name: one.revision for name, one in self._figures.library.files.items()}

    async def count(self) -> int:
        """Count for all of them; for how many different reaches that was."""
        kept, reaches = self._figures.kept, 0
        if kept is None:
            return 0
        await kept.fill()
        now = self._clock.wall()
        for visitor in await seen_since(self._figures.store, now - LATELY, MOST_PEOPLE, now):
            if not visitor.may(READ):
                continue
            before = kept.asked.lacking_now
            self._analysis.foresee(visitor)
            if kept.asked.lacking_now > before:
                reaches += 1
                await kept.fill()
            if reaches >= MOST_REACHES:
                break
        return reaches
