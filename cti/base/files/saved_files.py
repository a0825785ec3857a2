"""Watches files that people edit: what they save is taken in once it has been written whole."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path

import structlog

log = structlog.get_logger(__name__)

INTERVAL, SETTLE = 1.0, 0.15
"""Seconds between two looks, and after one that saw a change: a file counts when it was the same in two looks."""
SHARE, LONGEST = 0.001, 3.0
"""Where there are many files, looks take this part of the time at most, as far as nobody waits longer than so many
seconds for what he saved."""

Stamps = dict[Path, tuple[int, int, int]]


async def look_again_and_again(look: Callable[[], Awaitable[bool]], what: str) -> None:
    """Until cancelled; `look` answers False while something is being written. Whatever fails, the next look is made."""
    while True:
        settled = True
        began = time.thread_time()
        try:
            settled = await look()
        except Exception:
            log.exception("files cannot be looked at", what=what)
        await asyncio.sleep(_pause(time.thread_time() - began) if settled else SETTLE)


def _pause(cost: float) -> float:
    """Seconds until the next look, after one that took `cost` seconds of CPU."""
    return min(max(INTERVAL, cost / SHARE), LONGEST)


class SavedFiles:
    """Calls `take` whenever the files that `files` names are others than at the start or at the last time.

    `what` names them in the log.
    """

    def __init__(self, files: Callable[[], Iterable[Path]], take: Callable[[], Awaitable[None]], what: str) -> None:
        self._files = files
        self._take = take
        self._what = what
        self._seen = self._done = self._stamps()

    def _stamps(self) -> Stamps:
        found: Stamps = {}
        for path in self._files():
            try:
                status = path.stat()
            except OSError:
                continue
            found[path] = (status.st_mtime_ns, status.st_size, status.st_ino)
        return found

    async def run(self) -> None:
        """Look for saved files again and again, until cancelled."""
        await look_again_and_again(self.look, self._what)

    async def look(self) -> bool:
        """Look once; False while a file is being written."""
        stamps = self._stamps()
        settled = stamps == self._seen
        self._seen = stamps
        if settled and stamps != self._done:
            self._done = stamps
            await self._take()
        return settled
