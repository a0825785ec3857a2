"""From the switch's growing file to a playable WAV (RIFF, PCM 16 bit, two channels).

The growing file has no header and is whole at every moment, so a recording survives whatever killed its writer; a
last sample that is not whole is cut off.
"""

from __future__ import annotations

import os
import shutil
import struct
from pathlib import Path

CHANNELS = 2
FRAME_BYTES = 2 * CHANNELS


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
    """Write `wav` from `raw` as a whole or not at all; returns the seconds * rate frames written. Raises OSError."""
    frames = raw.stat().st_size // FRAME_BYTES
    wav.parent.mkdir(parents=True, exist_ok=True)
    part = wav.with_name(f"{wav.name}.part")
    try:
        with raw.open("rb") as source, part.open("wb") as target:
            target.write(header(frames * FRAME_BYTES, rate))
            shutil.copyfileobj(source, target, 1 << 20)
            target.truncate(44 + frames * FRAME_BYTES)
            target.flush()
            os.fsync(target.fileno())
        part.replace(wav)
    except OSError:
        part.unlink(missing_ok=True)
        raise
    return frames
