"""A clock that is told the time of day; what waits some seconds waits real ones."""

from __future__ import annotations

import asyncio
from datetime import datetime

from cti.base.clock import LoopClock
from cti.office.timers.service import Timers


class ToldClock(LoopClock):
    """Stands still until it is moved on."""

    def __init__(self, at: datetime) -> None:
        super().__init__()
        self._at = at

    def wall(self) -> datetime:
        """As told."""
        return self._at

    async def move(self, at: datetime, timers: Timers) -> None:
        """On to a moment, never back; what has fallen due until then has gone off when this returns."""
        self._at = max(at, self._at)
        timers.look()
        while timers.is_looking:
            await asyncio.sleep(0.001)
