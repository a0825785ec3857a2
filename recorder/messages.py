"""Messages that citizens leave become recordings: the switch writes them into a folder of their own, whose they are in
their names (`CALL-RECORDING.wav`); from there they are taken to the others, with a row.

What an engine left behind that died between the sound and the row is found by looking through the folder.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import structlog

from cti.base.bus import Bus
from cti.base.business_time import ZONE
from cti.base.call import Call
from cti.base.events import MessageLeft
from cti.store.recordings import Recording, RecordingStore
from recorder.wav import HEADER_BYTES

log = structlog.get_logger(__name__)

KIND = "voicemail"
FOLDER = "messages"
RATE, SAMPLE_BYTES = 8000, 2
"""As the switch records messages: one channel of 16-bit samples."""
STILL_SECONDS = 30.0
"""A file that did not grow for so long is no longer being recorded."""
LOOK_SECONDS = 20.0


class Messages:
    """Takes messages to the recordings below `folder`; `load` finds a call, open or ended."""

    def __init__(
        self,
        store: RecordingStore,
        keep: Callable[[Recording], None],
        load: Callable[[str], Awaitable[Call | None]],
        folder: Path,
        bus: Bus,
    ) -> None:
        self._store = store
        self._keep = keep
        self._load = load
        self._folder = folder
        self._bus = bus

    def on_left(self, event: MessageLeft) -> None:
        """It is whole: a row. The file moves later, when the row is stored."""
        path = self._folder / FOLDER / f"{event.call}-{event.recording}.wav"
        try:
            path.chmod(0o600)
            size = path.stat().st_size
        except FileNotFoundError:
            log.error("a message is not there", call=event.call, recording=event.recording)
            return
        self._keep(
            Recording(
                id=event.recording,
                call=event.call,
                organisation=event.organisation,
                region=event.region,
                agent="",
                leg="",
                path=f"{FOLDER}/{path.name}",
                started_at=event.at,
                state="stored",
                seconds=event.seconds,
                bytes=size,
                channels=1,
                kind=KIND,
            )
        )

    async def look_again_and_again(self) -> None:
        """Until cancelled: take up what was left behind, and put the others in their place."""
        while True:
            try:
                await self.look()
            except Exception:
                log.exception("messages cannot be looked at")
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        """Look through the folder once."""
        still = await asyncio.to_thread(_still, self._folder / FOLDER, time.time() - STILL_SECONDS)
        rows = {one.id: one for one in await self._store.of_ids([_names(path)[1] for path in still])}
        for path in still:
            row = rows.get(_names(path)[1])
            if row is None:
                await self._take_up(path)
            elif row.path.startswith(FOLDER):
                # It is in both places until the row says so: whatever dies meanwhile, its sound is found.
                place = self._folder / f"{row.started_at.astimezone(ZONE):%Y/%m/%d}" / f"{row.id}.wav"
                place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                if not place.exists():
                    os.link(path, place)
                self._keep(replace(row, path=str(place.relative_to(self._folder))))
            else:
                path.unlink(missing_ok=True)

    async def _take_up(self, path: Path) -> None:
        """A message of which nothing was told: its engine died while it was recorded."""
        status = path.stat()
        call_id, recording = _names(path)
        seconds = max(status.st_size - HEADER_BYTES, 0) / (RATE * SAMPLE_BYTES)
        call = await self._load(call_id)
        if call is None or not seconds:
            log.warning("a message of nobody", file=path.name, seconds=seconds)
            path.rename(path.with_suffix(".unknown"))
            return
        log.warning("a message was left behind", call=call_id, recording=recording)
        self._bus.publish(
            MessageLeft(
                at=datetime.fromtimestamp(status.st_mtime, UTC),
                call=call.id,
                organisation=call.organisation,
                region=call.region,
                recording=recording,
                seconds=seconds,
                queue=call.queues[-1] if call.queues else "",
            )
        )


def _still(folder: Path, before: float) -> list[Path]:
    """Messages that nobody writes into any more."""
    return [path for path in sorted(folder.glob("*-*.wav")) if path.stat().st_mtime <= before]


def _names(path: Path) -> tuple[str, str]:
    """The call and the recording that a file is named by."""
    call, _, recording = path.stem.partition("-")
    return call, recording
