"""The header that makes a playable WAV (RIFF, PCM 16 bit) of the switch's growing file.

The growing file has no header and is whole at every moment, so a recording survives whatever killed its writer; a
last sample that is not whole is cut off.
"""

from __future__ import annotations

import struct

CHANNELS = 2
SAMPLE_BYTES = 2
FRAME_BYTES = SAMPLE_BYTES * CHANNELS
HEADER_BYTES = 44


def header(data_bytes: int, rate: int, channels: int = CHANNELS) -> bytes:
    """The 44 bytes before the samples; sizes over 4 GiB are told as the largest possible."""
    size = min(data_bytes, 0xFFFFFFFF - 36)
    block = SAMPLE_BYTES * channels
    form = struct.pack("<HHIIHH", 1, channels, rate, rate * block, block, 16)
    return b"".join(
        (
            b"RIFF" + struct.pack("<I", 36 + size) + b"WAVE",
            b"fmt " + struct.pack("<I", len(form)) + form,
            b"data" + struct.pack("<I", size),
        )
    )
