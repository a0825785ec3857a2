"""The switch's own files, in clear, until the recordings made of them are kept and safely on the disk: seconds.

To wait for the disk after each talk would hold up what else is written; so those of some seconds are waited for
together, off the loop.
"""

from __future__ import annotations

import asyncio
import os
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from pathlib import Path

import structlog

from cti.base.clock import Clock, Timer

log = structlog.get_logger(__name__)

KEPT_SECONDS = 2.0
"""What lies in clear is not to outlive its talk for long."""
PAUSE_SECONDS = 1.0
"""Between two looks: many go at once."""

Pair = tuple[Path, Path]
"""The original and the recording that was made of it."""


class Originals:
    """Those that are still kept; `kept` returns when the rows of all recordings until then are committed."""

    def __init__(self, clock: Clock, kept: Callable[[], Awaitable[None]]) -> None:
        self._clock = clock
        self._rows_kept = kept
        self._kept: deque[tuple[float, Pair]] = deque()
        self._timer: Timer | None = None
        self._work: set[asyncio.Task[None]] = set()

    def keep(self, raw: Path, wav: Path) -> None:
        """Remove `raw` once `wav` is on the disk."""
        self._kept.append((self._clock.now() + KEPT_SECONDS, (raw, wav)))
        self._look_later()

    def _look_later(self) -> None:
        if self._timer is None and self._kept:
            wait = max(self._kept[0][0] - self._clock.now(), PAUSE_SECONDS)
            self._timer = self._clock.call_later(wait, self._look)

    def _look(self) -> None:
        self._timer = None
        now, due = self._clock.now(), list[Pair]()
        while self._kept and self._kept[0][0] <= now:
            due.append(self._kept.popleft()[1])
        if due:
            task = asyncio.get_running_loop().create_task(self._release(due))
            self._work.add(task)
            task.add_done_callback(self._work.discard)
        self._look_later()

    async def _release(self, pairs: list[Pair]) -> None:
        # Without its row a recording has no key: its original is all there is of it.
        await self._rows_kept()
        await asyncio.to_thread(release, pairs)

    async def stop(self) -> None:
        """Let all of them go."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        rest = [pair for _, pair in self._kept]
        self._kept.clear()
        await asyncio.gather(*self._work, self._release(rest))


def release(pairs: Iterable[Pair]) -> None:
    """Wait for the disk, then remove the originals; one whose recording cannot be written stays, and is logged."""
    pairs = list(pairs)
    for _, wav in pairs:
        with suppress(OSError):
            _begin_to_write(wav)
    safe: list[Path] = []
    folders: set[Path] = set()
    for raw, wav in pairs:
        try:
            written(wav)
        except FileNotFoundError:
            pass  # Somebody removed the recording: its original goes too.
        except OSError as error:
            log.error("recording is not on the disk, its original is kept", recording=wav.name, reason=str(error))
            continue
        else:
            folders.add(wav.parent)
        safe.append(raw)
    for folder in folders:
        written(folder)
    for raw in safe:
        raw.unlink(missing_ok=True)


def _begin_to_write(path: Path) -> None:
    """Let the disk begin without waiting for it: with all of them on their way, the first wait ends most of the others,
    and costs half of the CPU time that one by one does.
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        # Linux writes what is said not to be needed any more.
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(descriptor)


def written(path: Path) -> None:
    """Wait until a file or folder is on the disk. OSError."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
