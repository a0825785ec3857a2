"""Every talk becomes a recording: planned before the phone rings, sealed when the talk is over.

A recording is `recording` while its talk goes on, then `stored`, `failed` (the file cannot be completed; it is tried
again at the next start) or `lost` (nothing was written). What an engine left open when it died is completed by the
next one.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog

from cti.base.bus import Bus
from cti.base.call import Call, Talk
from cti.base.ciphers.key_sources import KeyProblem
from cti.base.clock import Clock, Timer
from cti.base.events import (
    AlarmCleared,
    AlarmRaised,
    CallEvent,
    RecordingFailed,
    RecordingFinished,
    RecordingStarted,
    TalkEnded,
    TalkStarted,
)
from cti.base.ids import new_id
from cti.store.recordings.recordings import Recording, RecordingStore
from cti.telephony.switch.port import RECORDING_RATE
from recorder.archive import Archive
from recorder.originals import Originals
from recorder.wav import FRAME_BYTES

log = structlog.get_logger(__name__)

SETTLE_SECONDS = 0.3
"""The switch closes its file a moment after it was told to."""
AGAIN_SECONDS = 30.0
HELD_BACK_SECONDS = 1.1
"""Asterisk writes 32 KiB at a time: a second and a little."""
"""So long after a disk refused a recording it is asked again: there may be room by then."""
Check = Callable[[Recording, datetime], Awaitable[float]]
"""Tells when a recording is shorter than its talk, which ended then; usually `Lengths.check`."""
FindCall = Callable[[str], Call | None]
Keep = Callable[[Recording], None]
"""Stores a recording as it is now, with the events told meanwhile; usually `Journal.record`."""
Kept = Callable[[], Awaitable[None]]
"""Returns when all that was to be stored is; usually `Journal.flushed`."""


class Recorder:
    """Plans and completes recordings; the `RecordingPlan` of `cti.telephony.talk`."""

    def __init__(
        self,
        store: RecordingStore,
        keep: Keep,
        kept: Kept,
        archive: Archive,
        bus: Bus,
        clock: Clock,
        find_call: FindCall,
        *,
        free_bytes: int,
        check: Check | None = None,
        again_seconds: float = AGAIN_SECONDS,
    ) -> None:
        self._store = store
        self._keep = keep
        self._archive = archive
        self._live = archive.folder / "live"
        self._bus = bus
        self._clock = clock
        self._find_call = find_call
        self._free_bytes = free_bytes
        self._check = check
        self._again_seconds = again_seconds
        self._waiting: dict[str, tuple[str, Timer]] = {}
        """Recordings that could not be written, with the alarm that tells of it, until they are tried again."""
        self._finishing: set[asyncio.Task[None]] = set()
        self._open: dict[str, Recording] = {}
        self._originals = Originals(clock, kept)
        self._disk_low = False
        self._live.mkdir(parents=True, exist_ok=True)

    # ── what talks ask ───────────────────────────────────────────────────────────────────────────────────────────

    def begin(self, call: Call, talk: Talk) -> tuple[str, Path] | None:
        """A new recording's id, and the file into which the switch writes."""
        recording = new_id()
        return recording, self._raw(recording)

    def forget(self, recording: str) -> None:
        """The phone was not answered: nothing was said."""
        self._raw(recording).unlink(missing_ok=True)

    def length(self, recording: str) -> float:
        """How many seconds are recorded: what is written, and what the switch still holds back."""
        try:
            found = self._raw(recording).stat()
        except FileNotFoundError:
            return 0.0
        written = found.st_size // FRAME_BYTES / RECORDING_RATE
        return written + min(max(self._clock.wall().timestamp() - found.st_mtime, 0.0), HELD_BACK_SECONDS)

    def _raw(self, recording: str) -> Path:
        return self._live / f"{recording}.raw"

    # ── what happens ─────────────────────────────────────────────────────────────────────────────────────────────

    def on_talk_started(self, event: TalkStarted) -> None:
        """The recording exists from here on; a talk that was handed over goes on in the same one."""
        call = self._find_call(event.call)
        if call is None or call.talk is None or not call.talk.recording or call.talk.recording in self._open:
            return
        recording = Recording(
            id=call.talk.recording,
            call=call.id,
            organisation=call.organisation,
            region=call.region,
            agent=event.agent,
            leg=call.caller_leg,
            path="",
            started_at=event.at,
            state="recording",
        )
        self._open[recording.id] = recording
        self._tell(RecordingStarted, recording, agent=event.agent)
        self._keep(recording)
        self._check_disk()

    def on_talk_ended(self, event: TalkEnded) -> None:
        """Complete the recording, unless the talk goes on with another agent."""
        call = self._find_call(event.call)
        going_on = call.talk.recording if call is not None and call.talk is not None else ""
        for recording in [one for one in self._open.values() if one.call == event.call and one.id != going_on]:
            del self._open[recording.id]
            self._later(self._finish(recording, repaired=event.ended_by == "switch", ended_at=event.at), "finish")

    async def recover(self) -> None:
        """Take up what another engine left: talks that go on are followed, the others completed."""
        for recording in await self._store.in_states(["recording", "failed"]):
            call = self._find_call(recording.call)
            if call is not None and call.talk is not None and call.talk.recording == recording.id:
                self._open[recording.id] = recording
            else:
                self._later(self._finish(recording, repaired=True), "recover")
        await self._clear()

    async def _clear(self) -> None:
        """Remove originals that nobody needs: of phones that did not answer, and of recordings that are whole."""
        known = {one.id for one in self._open.values()}
        left = [raw for raw in self._live.glob("*.raw") if raw.stem not in known]
        stored = {one.id: one for one in await self._store.of_ids([raw.stem for raw in left]) if one.path}
        for raw in left:
            if raw.stem in stored:
                self._later(self._let_go(raw, stored[raw.stem]), "original")
            elif raw.stat().st_size == 0:
                raw.unlink(missing_ok=True)

    async def _let_go(self, raw: Path, recording: Recording) -> None:
        if not await asyncio.to_thread(self._archive.is_whole, recording, raw):
            log.warning("recording was not on the disk, made again", recording=recording.id)
            recording = await self._archive.take_in(recording, raw)
            self._keep(recording)
        self._originals.keep(raw, self._archive.path(recording))

    async def stop(self) -> None:
        """Wait for what is being completed; what a disk refused is taken up by the next engine."""
        for _, timer in self._waiting.values():
            timer.cancel()
        if self._finishing:
            await asyncio.wait(self._finishing, timeout=5)
        await self._originals.stop()

    # ── completing ───────────────────────────────────────────────────────────────────────────────────────────────

    async def _finish(self, recording: Recording, *, repaired: bool, ended_at: datetime | None = None) -> None:
        await asyncio.sleep(SETTLE_SECONDS)
        raw = self._raw(recording.id)
        try:
            if not self._archive.keys.are_there:
                await self._archive.keys.open()
            stored = await self._archive.take_in(replace(recording, repaired=repaired), raw)
        except FileNotFoundError:
            self._fail(recording, "lost", "the switch wrote nothing")
            return
        except OSError as error:
            self._again_later(recording, "recording_failed", f"录音无法写入磁盘：{error.strerror}", str(error))
            return
        except KeyProblem as error:
            self._again_later(recording, "recording_key", f"录音密钥不可用，录音暂未加密：{error}", str(error))
            return
        if (waited := self._waiting.pop(recording.id, None)) is not None:
            name, _ = waited
            if name not in [other for other, _ in self._waiting.values()]:
                self._bus.publish(AlarmCleared(at=self._clock.wall(), name=name))
        self._keep(stored)
        self._originals.keep(raw, self._archive.path(stored))
        seconds, size = stored.seconds or 0.0, stored.bytes or 0
        self._tell(RecordingFinished, recording, seconds=seconds, bytes=size, repaired=repaired)
        if self._check is not None and ended_at is not None and not repaired and await self._check(stored, ended_at):
            self._check_disk()

    def _again_later(self, recording: Recording, alarm: str, words: str, reason: str) -> None:
        if self._waiting.pop(recording.id, None) is None:
            self._fail(recording, "failed", reason)
            self._alarm(alarm, words)
        again = self._clock.call_later(
            self._again_seconds, lambda: self._later(self._finish(recording, repaired=True), "finish again")
        )
        self._waiting[recording.id] = alarm, again

    def _fail(self, recording: Recording, state: str, reason: str) -> None:
        log.error("recording not completed", recording=recording.id, call=recording.call, reason=reason)
        self._keep(replace(recording, state=state))
        self._tell(RecordingFailed, recording, reason=reason)

    def _check_disk(self) -> None:
        low = shutil.disk_usage(self._live).free < self._free_bytes
        if low and not self._disk_low:
            self._alarm("recording_disk", "录音磁盘空间不足，通话继续但可能无法录音")
        elif self._disk_low and not low:
            self._bus.publish(AlarmCleared(at=self._clock.wall(), name="recording_disk"))
        self._disk_low = low

    def _alarm(self, name: str, text: str) -> None:
        self._bus.publish(AlarmRaised(at=self._clock.wall(), name=name, text=text))

    def _tell(self, kind: type[CallEvent], recording: Recording, **details: object) -> None:
        self._bus.publish(
            kind(
                at=self._clock.wall(),
                call=recording.call,
                organisation=recording.organisation,
                region=recording.region,
                **{"recording": recording.id, **details},
            )
        )

    def _later(self, work: Any, name: str) -> None:
        task = asyncio.get_running_loop().create_task(self._guard(work, name))
        self._finishing.add(task)
        task.add_done_callback(self._finishing.discard)

    @staticmethod
    async def _guard(work: Any, name: str) -> None:
        try:
            await work
        except Exception:
            log.exception("recorder failed", work=name)
