"""Work in the background that looks for what is due: one look at a time, another one when asked meanwhile or later."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from cti.base.clock import Clock, Timer


class Lookout:
    """Calls `look` when asked, and again after the seconds that `look` sets by `come_back`; never twice at once.

    `failed` is told of a look that raised; whoever may be asked for nothing for long says `come_back` first in a look.
    """

    def __init__(
        self, clock: Clock, name: str, look: Callable[[], Awaitable[None]], failed: Callable[[Exception], None]
    ) -> None:
        self._clock, self._name, self._look, self._failed = clock, name, look, failed
        self._timer: Timer | None = None
        self._looking: asyncio.Task[None] | None = None
        self._again = False
        self._running = False

    @property
    def is_looking(self) -> bool:
        """Whether it looks right now."""
        return self._looking is not None

    def start(self) -> None:
        """Look now, and from now on when asked."""
        self._running = True
        self.look()

    async def stop(self) -> None:
        """Look no more; a look that goes on is cancelled."""
        self._running = False
        if self._timer is not None:
            self._timer.cancel()
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)

    def look(self) -> None:
        """Look, or once more after the look that goes on."""
        if not self._running:
            return
        if self._looking is not None:
            self._again = True
            return
        self._looking = asyncio.create_task(self._run(), name=self._name)
        self._looking.add_done_callback(self._looked)

    def come_back(self, seconds: float) -> None:
        """Look again after so long, instead of when it was said before."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._clock.call_later(seconds, self.look)

    async def _run(self) -> None:
        await self._look()

    def _looked(self, task: asyncio.Task[None]) -> None:
        self._looking = None
        if not task.cancelled() and isinstance(error := task.exception(), Exception):
            self._failed(error)
        if self._again:
            self._again = False
            self.look()
