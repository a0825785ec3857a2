"""Watches the files of the settings: saving one puts it into effect."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog

from acd import files

log = structlog.get_logger(__name__)

INTERVAL, SETTLE = 1.0, 0.15
"""Seconds between two looks, and after one that saw a change: a file counts when it was the same in two looks."""

Stamps = dict[Path, tuple[int, int, int]]


class FilesWatcher:
    """Calls `reload` whenever the files of a state directory have changed, and been written whole."""

    def __init__(self, data: Path, reload: Callable[[], Awaitable[None]]) -> None:
        self._data = data
        self._reload = reload
        self._seen = self._done = self._stamps()

    def _stamps(self) -> Stamps:
        found: Stamps = {}
        for path in files.files(self._data):
            try:
                status = path.stat()
            except OSError:
                continue
            found[path] = (status.st_mtime_ns, status.st_size, status.st_ino)
        return found

    async def run(self) -> None:
        """Watch until cancelled."""
        while True:
            settled = True
            try:
                settled = await self.look()
            except Exception:
                log.exception("the settings of the matching cannot be looked at")
            await asyncio.sleep(INTERVAL if settled else SETTLE)

    async def look(self) -> bool:
        """Look once; False while a file is being written."""
        stamps = self._stamps()
        settled = stamps == self._seen
        self._seen = stamps
        if settled and stamps != self._done:
            self._done = stamps
            await self._reload()
        return settled
