"""Where the sound of recordings lies: sealed, in a folder for each day."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import BinaryIO

import structlog

from cti.base.ciphers.cipher import Cipher, KeyProblem
from cti.base.ciphers.sealed_files import SealedReader, is_sealed
from cti.base.refusal import Conflict
from cti.base.times.business_time import ZONE
from cti.office.files.blobs import REMOTE, StorageProblem
from cti.office.files.reading import STRETCH, pieces_of
from cti.office.files.serving import Pieces
from cti.store.recordings.recordings import Recording
from cti.telephony.switch.port import RECORDING_RATE
from recorder.keys import Keys
from recorder.sealing import Sealed, is_whole, seal
from recorder.storing import Depot, blob_of

log = structlog.get_logger(__name__)

UNPROVED = -1
"""The `proof` of a recording whose hash is not in the audit yet."""


@dataclass(frozen=True, slots=True)
class Sound:
    """A recording's WAV: so many bytes, a mark of its content, and its pieces from a place to before another."""

    size: int
    etag: str
    pieces: Pieces


class Archive:
    """The recordings below `folder`."""

    def __init__(self, folder: Path, keys: Keys, depot: Depot | None = None) -> None:
        self.folder = folder
        self.keys = keys
        self.depot = depot

    def path(self, recording: Recording) -> Path:
        """Where its sound lies, or will."""
        return self.folder / (recording.path or _place(recording))

    async def take_in(
        self, recording: Recording, source: Path | BinaryIO, *, skip: int = 0, place: str = ""
    ) -> Recording:
        """Seal what the switch wrote, or samples as it writes them; returns the recording as it is to be kept.

        OSError, KeyProblem: nothing changed. `source` stays: the switch's goes once the recording is kept and on the
        disk (`recorder.originals`).
        """
        cipher, key = self.keys.new(recording.id)
        place = place or _place(recording)
        work = partial(seal, source, self.folder / place, cipher, RECORDING_RATE, recording.channels, skip=skip)
        sealing = asyncio.get_running_loop().run_in_executor(None, work)
        try:
            made: Sealed = await asyncio.shield(sealing)
        except asyncio.CancelledError:
            # The thread goes on: who takes this up again must not write into the same file beside it.
            await asyncio.wait([sealing])
            raise
        return replace(
            recording,
            state="stored",
            path=place,
            seconds=made.frames / RECORDING_RATE,
            bytes=made.bytes,
            key=key,
            sha256=made.sha256,
            proof=UNPROVED,
        )

    def is_whole(self, recording: Recording, source: Path) -> bool:
        """Whether a kept recording has all that `source` has. Blocking; KeyProblem."""
        cipher = self.keys.opened(recording.id, recording.key)
        return is_whole(source, self.path(recording), cipher, recording.channels)

    async def sound(self, recording: Recording) -> Sound:
        """To be listened to. Conflict says why not."""
        if recording.state == "removed":
            raise Conflict("recording_removed", "录音已按保存期限清理")
        path: Path | None = self.path(recording)
        if recording.place == REMOTE and self.depot is not None:
            try:
                path = await self.depot.find(blob_of(recording), recording.place)
            except StorageProblem as error:
                log.error("the storage of recordings cannot be reached", reason=str(error))
                raise Conflict("storage", "录音存储服务暂时不可用，请稍后再试") from error
        if recording.state != "stored" or path is None or not await asyncio.to_thread(path.is_file):
            raise Conflict("recording_not_ready", "录音尚未完成或无法播放")
        try:
            if not await asyncio.to_thread(is_sealed, path):
                size = path.stat().st_size
                return Sound(size, recording.sha256 or f"{recording.id}-{size}", partial(_clear_pieces, path))
            cipher = self.keys.opened(recording.id, recording.key)
            size = await asyncio.to_thread(_size, path, cipher)
        except (KeyProblem, OSError) as error:
            log.error("recording cannot be opened", recording=recording.id, reason=str(error))
            raise Conflict("recording_closed", "录音无法解密或文件已损坏，请联系管理员") from error
        return Sound(size, recording.sha256, partial(pieces_of, path, cipher))


async def whole(sound: Sound) -> bytes:
    """All of it at once."""
    return b"".join([piece async for piece in sound.pieces(0, sound.size)])


def _place(recording: Recording) -> str:
    return f"{recording.started_at.astimezone(ZONE):%Y/%m/%d}/{recording.id}.wav"


def _size(path: Path, cipher: Cipher) -> int:
    with path.open("rb") as file:
        return SealedReader(file, cipher).size


async def _clear_pieces(path: Path, start: int, end: int) -> AsyncIterator[bytes]:
    """Of one from before recordings were sealed."""
    file = await asyncio.to_thread(path.open, "rb")
    with file:
        file.seek(start)
        while start < end and (piece := await asyncio.to_thread(file.read, min(STRETCH, end - start))):
            start += len(piece)
            yield piece
