"""Messages that citizens leave become recordings: the switch writes them into a folder of their own, whose they are in
their names (`CALL-RECORDING.wav`); from there they are sealed and taken to the others, with a row.

What an engine left behind that died between the sound and the row is found by looking through the folder.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import structlog

from cti.base.bus import Bus
from cti.base.call import Call
from cti.base.ciphers.key_sources import KeyProblem
from cti.base.events import MessageLeft
from cti.office.files.service import Alarm
from cti.store.recordings.recordings import Recording, RecordingStore
from recorder.archive import Archive
from recorder.originals import release
from recorder.wav import HEADER_BYTES

log = structlog.get_logger(__name__)

ALARM = "messages_clear"
KIND = "voicemail"
FOLDER = "messages"
RATE, SAMPLE_BYTES = 8000, 2
"""As the switch records messages: one channel of 16-bit samples."""
STILL_SECONDS = 30.0
"""A file that did not grow for so long is no longer being recorded."""
LOOK_SECONDS = 20.0
STAYS_SECONDS = 1.0
"""So long the switch's file stays when the sealed one is there: somebody may just begin to listen."""


class Messages:
    """Takes messages to the recordings of `archive`; `load` finds a call, open or ended, `kept` waits for the rows."""

    def __init__(
        self,
        store: RecordingStore,
        keep: Callable[[Recording], None],
        kept: Callable[[], Awaitable[None]],
        load: Callable[[str], Awaitable[Call | None]],
        archive: Archive,
        bus: Bus,
        alarm: Alarm,
    ) -> None:
        self._store = store
        self._keep = keep
        self._kept = kept
        self._load = load
        self._archive = archive
        self._folder = archive.folder
        self._bus = bus
        self._alarm = alarm
        self._in_clear: set[str] = set()
        """Those that could not be sealed, until they are."""
        self._sealing: dict[str, asyncio.Task[None]] = {}

    def on_left(self, event: MessageLeft) -> None:
        """It is whole: a row at once, and then its sound is sealed."""
        path = self._folder / FOLDER / f"{event.call}-{event.recording}.wav"
        try:
            path.chmod(0o600)
            size = path.stat().st_size
        except FileNotFoundError:
            log.error("a message is not there", call=event.call, recording=event.recording)
            return
        row = Recording(
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
        self._keep(row)
        self._seal(row, path)

    def _seal(self, row: Recording, path: Path) -> asyncio.Task[None]:
        """Its sound is found at every moment, whatever dies: the file goes when the row of the sealed one is there."""

        async def work() -> None:
            try:
                if not self._archive.keys.are_there:
                    await self._archive.keys.open()
                self._keep(await self._archive.take_in(replace(row, path=""), path, skip=HEADER_BYTES))
                self._sealed(row.id)
                await self._kept()
                await asyncio.sleep(STAYS_SECONDS)
                await asyncio.to_thread(release, [(path, self._archive.path(replace(row, path="")))])
            except (OSError, KeyProblem) as error:
                log.error("a message is not sealed yet", recording=row.id, reason=str(error))
                self._in_clear.add(row.id)
                self._alarm(ALARM, f"{len(self._in_clear)} 条留言暂时无法加密，仍为明文，将自动重试：{error}")
            finally:
                self._sealing.pop(row.id, None)

        if row.id not in self._sealing:
            self._sealing[row.id] = asyncio.get_running_loop().create_task(work(), name=f"seal message {row.id}")
        return self._sealing[row.id]

    def _sealed(self, recording: str) -> None:
        if recording in self._in_clear:
            self._in_clear.discard(recording)
            if not self._in_clear:
                self._alarm(ALARM, "")

    async def settled(self) -> None:
        """Return when what is being sealed now is."""
        await asyncio.gather(*self._sealing.values())

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
                await self._seal(row, path)
            else:
                await asyncio.to_thread(path.unlink, missing_ok=True)

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
