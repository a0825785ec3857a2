"""When Python looks for objects that keep each other alive: often and briefly, so that no call waits for it.

Left alone it looks when so many more objects were made than went; while old ones go, new ones pile up unseen, and
then it takes 15 ms at once. Here the new ones are looked at every `YOUNG_SECONDS`, however few they are. What outlives
that is left alone until a quiet moment, when nobody is on the line, or for a day: almost everything goes by itself with
its call, without any collector. What is still there then stays, and is not looked at again: neither is what was made at
the start.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable

import structlog

log = structlog.get_logger(__name__)

YOUNG_SECONDS = 0.2
QUIET_SECONDS, LONGEST_SECONDS = 600.0, 24 * 3600.0
"""From one look at everything to the next, at least; and at most, however many calls there are."""
BURST = 20_000
"""So many new objects in one go are looked at without waiting."""
_NEVER = 1_000_000_000


class Collector:
    """Looks after the garbage; `quiet` tells whether nobody would notice a longer pause."""

    def __init__(self, quiet: Callable[[], bool]) -> None:
        self._quiet = quiet

    def begin(self) -> None:
        """What there is now stays: looking through it again and again would cost each call its part."""
        self.whole()
        gc.set_threshold(BURST, _NEVER, _NEVER)
        gc.enable()

    def young(self) -> None:
        """Look at what was made since the last time."""
        gc.collect(0)

    def whole(self) -> int:
        """Look at everything since the last such moment; returns how many objects went."""
        found = gc.collect()
        gc.freeze()
        return found

    async def run(self) -> None:
        """For ever, from `begin` on."""
        loop = asyncio.get_running_loop()
        last = loop.time()
        while True:
            await asyncio.sleep(YOUNG_SECONDS)
            since = loop.time() - last
            if since >= LONGEST_SECONDS or (since >= QUIET_SECONDS and self._quiet()):
                garbage, last = self.whole(), loop.time()
                log.info("everything was looked through", garbage=garbage)
            else:
                self.young()
