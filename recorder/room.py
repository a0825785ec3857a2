"""How much room recordings take here, how long the rest lasts, and, only where a rule says so, what goes first.

An alarm tells when four fifths of the room are taken or the rest lasts but days. Nothing is removed by itself but with
`oldest_first`: then the oldest that nobody holds go when nearly all is taken, and none younger than the rule says.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog

from cti.base.clock import Clock
from cti.office.files.service import Alarm
from cti.store.recordings.recordings import RecordingStore
from recorder.archive import Archive
from recorder.retention import Retention
from recorder.settings import RoomSettings

log = structlog.get_logger(__name__)

ALARM, FULL = "recordings_room", "recordings_full"
LOOK_BACK = timedelta(days=7)
"""What was recorded since then says what a day takes."""
CARE, NEARLY_ALL, ENOUGH = 0.8, 0.95, 0.9
"""Shares of the room: an alarm; a loud one, and the oldest go; so far they go."""
GIGABYTE = 1_000_000_000
LOOK_SECONDS = 3600.0
Disk = Callable[[], tuple[int, int]]
"""Bytes of the disk, and how many of them are free."""


@dataclass(frozen=True, slots=True)
class Room:
    """In bytes: taken by recordings here, all there is for them, and what a day takes; `days` None: no end."""

    taken: int
    whole: int
    a_day: int

    @property
    def left(self) -> int:
        """What may still be taken."""
        return max(self.whole - self.taken, 0)

    @property
    def share(self) -> float:
        """How much of it is taken, from 0 to 1 and more."""
        return self.taken / self.whole if self.whole else 1.0

    @property
    def days(self) -> float | None:
        """How long the rest lasts as things are."""
        return self.left / self.a_day if self.a_day else None


class Rooms:
    """Looks, tells and makes room; `disk` says what the disk has."""

    def __init__(
        self,
        store: RecordingStore,
        archive: Archive,
        retention: Retention,
        alarm: Alarm,
        clock: Clock,
        disk: Disk | None = None,
    ) -> None:
        self._store = store
        self._retention = retention
        self._alarm = alarm
        self._clock = clock
        self._disk = disk or (lambda: shutil.disk_usage(archive.folder)[::2])

    async def look(self, settings: RoomSettings) -> Room:
        """How it is now. What others took of the disk is not there for recordings."""
        now = self._clock.wall()
        taken, lately, first = await self._store.taken(now - LOOK_BACK)
        _, free = await asyncio.to_thread(self._disk)
        whole = taken + free
        if settings.quota_gigabytes:
            whole = min(whole, int(settings.quota_gigabytes * GIGABYTE))
        # A house of three days has had three days, not seven.
        since = LOOK_BACK if first is None else min(LOOK_BACK, max(now - first, timedelta(days=1)))
        return Room(taken, whole, int(lately / (since / timedelta(days=1))))

    async def care(self, settings: RoomSettings) -> int:
        """Make room where a rule says so, and tell how it is; returns how many were removed."""
        room, removed = await self.look(settings), 0
        if settings.oldest_first and room.share >= NEARLY_ALL:
            removed = await self._make(room, settings)
            room = await self.look(settings)
        self._alarm(FULL, f"录音空间已用 {room.share:.0%}，即将无法录音" if room.share >= NEARLY_ALL else "")
        self._alarm(ALARM, _words(room, settings))
        return removed

    async def _make(self, room: Room, settings: RoomSettings) -> int:
        wanted, removed = room.taken - int(room.whole * ENOUGH), 0
        before = self._clock.wall() - timedelta(days=settings.oldest_first_days)
        while wanted > 0 and (rows := await self._store.oldest_unheld(before, 100)):
            some, sum_of = [], 0
            for row in rows:
                some.append(row)
                sum_of += row.bytes or 0
                if sum_of >= wanted:
                    break
            gone = await self._retention.remove(some)
            removed += gone
            if gone < len(some):
                # What cannot be removed would be asked for again and again.
                break
            wanted -= sum_of
        log.warning("the oldest recordings were removed to make room", count=removed)
        return removed


def _words(room: Room, settings: RoomSettings) -> str:
    lasts = room.days
    if room.share < CARE and (lasts is None or lasts >= settings.warn_days):
        return ""
    ends = "" if lasts is None else f"，按近期用量约可再用 {lasts:.0f} 天"
    return f"录音空间已用 {room.share:.0%}，剩余 {room.left / GIGABYTE:.1f} GB{ends}"


async def look_again_and_again(rooms: Rooms, settings: RoomSettings) -> None:
    """Each hour, until cancelled."""
    while True:
        try:
            await rooms.care(settings)
        except Exception:
            log.exception("the room of recordings cannot be looked at")
        await asyncio.sleep(LOOK_SECONDS)
