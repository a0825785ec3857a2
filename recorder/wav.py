"""From the switch's growing file to a playable WAV (RIFF, PCM 16 bit, two channels).

The growing file has no header and is whole at every moment, so a recording survives whatever killed its writer; a
last sample that is not whole is cut off.
"""

from __future__ import annotations

import errno
import os
import struct
from io import FileIO
from pathlib import Path

CHANNELS = 2
FRAME_BYTES = 2 * CHANNELS
HEADER_BYTES = 44


def header(data_bytes: int, rate: int, channels: int = CHANNELS) -> bytes:
    """The 44 bytes before the samples; sizes over 4 GiB are told as the largest possible."""
    size = min(data_bytes, 0xFFFFFFFF - 36)
    block = 2 * channels
    form = struct.pack("<HHIIHH", 1, channels, rate, rate * block, block, 16)
    return b"".join(
        (
            b"RIFF" + struct.pack("<I", 36 + size) + b"WAVE",
            b"fmt " + struct.pack("<I", len(form)) + form,
            b"data" + struct.pack("<I", size),
        )
    )


def complete(raw: Path, wav: Path, rate: int) -> int:
    """Write `wav` from `raw` as a whole or not at all; returns the seconds * rate frames written. Raises OSError.

    It may not be on the disk yet: `raw` is removed later (`recorder.originals`).
    """
    part = wav.with_name(f"{wav.name}.part")
    with raw.open("rb", buffering=0) as source:
        frames = os.fstat(source.fileno()).st_size // FRAME_BYTES
        try:
            with _created(part) as target:
                target.write(header(frames * FRAME_BYTES, rate))
                _copy(source.fileno(), target.fileno(), frames * FRAME_BYTES)
            part.replace(wav)
        except OSError:
            part.unlink(missing_ok=True)
            raise
    return frames


def _created(path: Path) -> FileIO:
    try:
        return path.open("wb", buffering=0)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("wb", buffering=0)


def _copy(source: int, target: int, size: int) -> None:
    """In the kernel; the audio does not pass through here."""
    copied = 0
    while copied < size:
        done = os.sendfile(target, source, copied, size - copied)
        if done == 0:
            raise OSError(errno.EIO, "the raw recording has become shorter")
        copied += done
