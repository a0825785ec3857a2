"""Whether a recording is as long as what was talked: one that is shorter lost sound, and that is told.

What should be there is what the events say of caller and agent together (`recorder.timeline`); holds and consultations
are no loss. The fault stays with the recording: nobody can bring the sound back, and whoever looks for it is to know.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog

from cti.base.clock import Clock, Timer
from cti.office.files.service import Alarm
from cti.store.recordings.recordings import Recording, RecordingStore
from recorder.timeline import Stories, parts_in, together_seconds

log = structlog.get_logger(__name__)

SHORT = "short"
"""The fault of such a recording."""
MISSING_SECONDS = 2.0
SLACK_SECONDS = 0.3
"""The switch brings two together so long after it is told, each time."""
ALARM = "recording_short"
TOLD_SECONDS = 3600.0
"""So long after the last one the alarm stands."""


class Lengths:
    """Compares; `kept` waits until row and events are committed."""

    def __init__(
        self,
        store: RecordingStore,
        kept: Callable[[], Awaitable[None]],
        stories: Stories,
        alarm: Alarm,
        clock: Clock,
    ) -> None:
        self._store = store
        self._kept = kept
        self._stories = stories
        self._alarm = alarm
        self._clock = clock
        self._lost: list[float] = []
        self._over: Timer | None = None

    async def check(self, recording: Recording, ended_at: datetime) -> float:
        """How many seconds are missing of one that is complete; told when it is too many."""
        seconds = recording.seconds or 0.0
        if seconds >= (ended_at - recording.started_at).total_seconds() - MISSING_SECONDS:
            # As long as the whole talk: nearly always, and then nobody has to look at its story.
            return 0.0
        await self._kept()
        parts = await parts_in(self._stories, recording.call, ended_at)
        mine = [one for one in parts if one.recording == recording.id]
        missing = together_seconds(mine, recording.id, ended_at) - seconds
        if missing <= MISSING_SECONDS + SLACK_SECONDS * max(len(mine) - 1, 0):
            return 0.0
        log.error("recording shorter than its talk", recording=recording.id, call=recording.call, missing=missing)
        await self._store.change(recording.id, fault=SHORT)
        self._tell(missing)
        return missing

    def _tell(self, missing: float) -> None:
        self._lost.append(missing)
        self._alarm(ALARM, f"{len(self._lost)} 条录音比通话短（最近一条缺 {missing:.0f} 秒），请检查磁盘和交换机")
        if self._over is not None:
            self._over.cancel()
        self._over = self._clock.call_later(TOLD_SECONDS, self._quiet)

    def _quiet(self) -> None:
        self._lost, self._over = [], None
        self._alarm(ALARM, "")
