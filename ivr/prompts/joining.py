"""Prompts that are played one after the other, as one file: one round trip to the switch instead of one a piece.

`您前面还有3位，…` `预计等待时间，…` is the same for many callers, and a ticket's number has a dozen pieces. What was
joined is kept as `joined/…` while somebody hears it now and then: an hour after the last time it is removed, and all of
it when the engine starts, for a caller's number may have been read out.
"""

from __future__ import annotations

import asyncio
import hashlib
import shutil
from collections import OrderedDict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from cti.base.clock import Clock
from ivr.prompts import native

log = structlog.get_logger(__name__)

FOLDER = "joined"
MOST = 2000
"""Files that are kept; those that were not heard for the longest time go first."""
KEPT_SECONDS = 3600.0
SEEN_SECONDS = 1.0
"""For how long a prompt that was replaced may be heard as it was."""
LONGEST = 64
"""Pieces that are joined at once; more would not be heard to the end anyway."""
_APART = ("tone/", "music/")

_Marks = tuple[tuple[int, int], ...]


@dataclass(slots=True)
class _Joined:
    name: str
    marks: _Marks
    heard_at: float


class Joiner:
    """`directory` is where a session finds its prompts; `formats` are the switch's own."""

    def __init__(self, directory: Path, formats: Collection[str], clock: Clock, *, most: int = MOST) -> None:
        self._directory = directory
        self._formats = tuple(formats)
        self._clock = clock
        self._most = most
        self._kept: OrderedDict[tuple[str, ...], _Joined] = OrderedDict()
        # A thousand who wait have some hundred pieces a second, the same ones again and again.
        self._seen: dict[str, tuple[int, int]] = {}
        self._seen_until = 0.0
        self._under_way: dict[str, asyncio.Task[None]] = {}

    def clear(self) -> None:
        """Remove what another engine left."""
        shutil.rmtree(self._directory / FOLDER, ignore_errors=True)

    async def joined(self, prompts: Sequence[str]) -> list[str]:
        """`prompts` as one, or as they are where they cannot be joined."""
        if not 1 < len(prompts) <= LONGEST or any(one.startswith(_APART) for one in prompts):
            return list(prompts)
        self._tidy()
        key = tuple(prompts)
        try:
            marks = tuple(self._mark(one) for one in key)
            kept = self._kept.get(key)
            if kept is None or kept.marks != marks or not self._is_there(kept.name):
                kept = await self._join(key, marks)
        except OSError as error:
            # Played piece by piece, each is told by its name.
            log.warning("prompts cannot be joined", prompts=len(key), reason=str(error))
            return list(prompts)
        kept.heard_at = self._clock.now()
        self._kept.move_to_end(key)
        return [kept.name]

    def _is_there(self, name: str) -> bool:
        try:
            self._mark(name)
        except OSError:
            return False
        return True

    def _mark(self, prompt: str) -> tuple[int, int]:
        if self._clock.now() >= self._seen_until:
            self._seen.clear()
            self._seen_until = self._clock.now() + SEEN_SECONDS
        mark = self._seen.get(prompt)
        if mark is None:
            stat = self._path(prompt).stat()
            mark = self._seen[prompt] = stat.st_mtime_ns, stat.st_size
        return mark

    def _path(self, prompt: str) -> Path:
        return self._directory / f"{prompt}.{self._formats[0]}"

    async def _join(self, key: tuple[str, ...], marks: _Marks) -> _Joined:
        # With the marks: whoever hears the old one hears it to its end.
        name = f"{FOLDER}/{hashlib.sha256(repr((key, marks)).encode()).hexdigest()[:24]}"
        task = self._under_way.get(name)
        if task is None:
            work = asyncio.to_thread(native.join, self._directory, name, key, self._formats)
            task = self._under_way[name] = asyncio.create_task(work, name="join prompts")
            task.add_done_callback(lambda one: self._done(name, one))
        await asyncio.shield(task)
        old = self._kept.get(key)
        if old is not None and old.name != name:
            self._remove(old)
        joined = self._kept[key] = _Joined(name, marks, self._clock.now())
        return joined

    def _done(self, name: str, task: asyncio.Task[None]) -> None:
        self._under_way.pop(name, None)
        if not task.cancelled():
            task.exception()

    def _tidy(self) -> None:
        """Remove what nobody has heard for long: the oldest stand first."""
        while self._kept:
            oldest = next(iter(self._kept.values()))
            if len(self._kept) <= self._most and self._clock.now() - oldest.heard_at < KEPT_SECONDS:
                return
            self._kept.popitem(last=False)
            self._remove(oldest)

    def _remove(self, joined: _Joined) -> None:
        for suffix in self._formats:
            (self._directory / f"{joined.name}.{suffix}").unlink(missing_ok=True)
