"""What is done again and again: each night, on Mondays. Kept as timers, so that a restart misses none.

What fell due several times while nobody ran is done once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

from cronsim import CronSim, CronSimError
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.clock import Clock
from cti.base.times.business_time import ZONE
from cti.office.timers.kinds import Due, TimerKind
from cti.office.timers.service import REGULAR, Timers
from cti.store.engine import Store

Work = Callable[[AsyncSession, datetime], Awaitable[None]]
"""Gets the session of the transaction in which it is done, and the moment for which it is."""


class Schedule:
    """Regular work of the house and its plugins."""

    def __init__(self, timers: Timers, store: Store, clock: Clock) -> None:
        self._timers = timers
        self._store = store
        self._clock = clock
        self._undo: dict[str, Callable[[], None]] = {}

    async def every(self, name: str, title: str, cron: str, work: Work) -> None:
        """Do `work` from now on at the moments of `cron` (minute hour day month weekday), in the house's time zone.

        ValueError for a line that cannot be read, or a name that is taken.
        """
        next_moment(cron, self._clock.wall())

        async def go_off(session: AsyncSession, due: Sequence[Due]) -> None:
            for one in due:
                await work(session, one.at)
                await self._timers.set(session, name, REGULAR, next_moment(cron, self._clock.wall()), {"cron": cron})

        self._undo[name] = self._timers.register(TimerKind(name, title, go_off, batch=1))
        async with self._store.writing() as session:
            kept = await self._timers.data_of(session, name, REGULAR)
            # Another line holds from now on; the same goes on as it was, and is done now if it was missed.
            if kept is None or kept.get("cron") != cron:
                await self._timers.set(session, name, REGULAR, next_moment(cron, self._clock.wall()), {"cron": cron})
        self._timers.look()

    def stop(self, name: str) -> None:
        """Do it no more while this engine runs; what is due waits for the next `every`."""
        if undo := self._undo.pop(name, None):
            undo()


def next_moment(cron: str, after: datetime) -> datetime:
    """The first moment of a cron line later than `after` (aware), in UTC; ValueError when it cannot be read."""
    try:
        return next(CronSim(cron, after.astimezone(ZONE))).astimezone(UTC)
    except (CronSimError, StopIteration) as error:
        raise ValueError(f"{cron!r} is no line of moments: {error or 'it never comes'}") from None
