"""Where a recording was paused: gaps in its timeline, kept with it as they begin and end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypedDict

import structlog

from cti.base.events import RecordingFinished, RecordingPaused, RecordingResumed, RecordingStarted
from cti.office.files.service import Alarm
from cti.store.recordings.recordings import RecordingStore

log = structlog.get_logger(__name__)

GAPS = "gaps"
ALARM = "recording_gaps"
AGAIN_SECONDS = 5.0
MOST_TRIES = 720
"""An hour: then something else is wrong than a database that is away."""


class Gap(TypedDict):
    """A part that is silent: from and to in seconds of the sound (`until` is None while it lasts), why, and who.

    It begins and ends within some hundredths of a second of what is said here.
    """

    since: float
    until: float | None
    reason: str
    by: str


class Gaps:
    """Writes them down in `detail` of their recordings; `length` says how many seconds there are until now.

    One that cannot be written is tried again, later ones behind it, and an alarm tells of it meanwhile.
    """

    def __init__(
        self,
        store: RecordingStore,
        kept: Callable[[], Awaitable[None]],
        length: Callable[[str], float],
        alarm: Alarm,
        *,
        again_seconds: float = AGAIN_SECONDS,
    ) -> None:
        self._store = store
        self._kept = kept
        self._length = length
        self._alarm = alarm
        self._again_seconds = again_seconds
        self._work: set[asyncio.Task[None]] = set()
        self._turn = asyncio.Lock()
        self._whole: set[str] = set()

    def on_started(self, event: RecordingStarted) -> None:
        """A recording that this engine saw begin has no gap until it is paused."""
        self._whole.add(event.recording)

    def on_paused(self, event: RecordingPaused) -> None:
        """A gap in the recording begins."""
        self._whole.discard(event.recording)
        gap = Gap(since=round(self._length(event.recording), 2), until=None, reason=event.reason, by=event.by)
        self._later(partial(self._begin, event.recording, gap))

    def on_resumed(self, event: RecordingResumed) -> None:
        """The gap in the recording is over."""
        self._later(partial(self._end, event.recording, round(self._length(event.recording), 2)))

    def on_finished(self, event: RecordingFinished) -> None:
        """The talk ended in it."""
        if event.recording in self._whole:
            # Nearly all: to look would be a commit and a query for each talk.
            self._whole.discard(event.recording)
            return
        self._later(partial(self._end, event.recording, round(event.seconds, 2)))

    async def settled(self) -> None:
        """Return when all that was told is written down."""
        while self._work:
            await asyncio.gather(*self._work)

    async def _begin(self, recording: str, gap: Gap) -> None:
        detail = await self._detail(recording)
        if not await self._store.change(recording, detail={**detail, GAPS: [*detail.get(GAPS, []), gap]}):
            raise LookupError(f"no recording {recording}")

    async def _end(self, recording: str, at: float) -> None:
        detail = await self._detail(recording)
        gaps: list[Gap] = detail.get(GAPS, [])
        if any(one["until"] is None for one in gaps):
            ended = [Gap(one, until=max(at, one["since"])) if one["until"] is None else one for one in gaps]  # type: ignore[misc]
            await self._store.change(recording, detail={**detail, GAPS: ended})

    async def _detail(self, recording: str) -> dict[str, Any]:
        # Its row may be on its way.
        await self._kept()
        found = await self._store.of_ids([recording])
        return found[0].detail if found else {}

    def _later(self, work: Callable[[], Awaitable[None]]) -> None:
        task = asyncio.get_running_loop().create_task(self._in_turn(work))
        self._work.add(task)
        task.add_done_callback(self._work.discard)

    async def _in_turn(self, work: Callable[[], Awaitable[None]]) -> None:
        async with self._turn:
            for _ in range(MOST_TRIES):
                try:
                    await work()
                except Exception as error:
                    log.error("a gap of a recording is not written down yet", reason=str(error))
                    self._alarm(ALARM, "录音的暂停区间暂时无法保存，将自动重试")
                    await asyncio.sleep(self._again_seconds)
                else:
                    self._alarm(ALARM, "")
                    return
            log.error("a gap of a recording is given up")
