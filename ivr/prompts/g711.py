"""G.711 A-law, by table (ITU-T G.711, table 1a)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.int16]


def _decoding() -> Samples:
    code = np.arange(256, dtype=np.int32) ^ 0x55
    segment, step = code >> 4 & 7, code & 15
    size = np.where(segment == 0, step * 16 + 8, (step * 16 + 264) << np.maximum(segment - 1, 0))
    return np.where(code & 0x80, size, -size).astype(np.int16)


_DECODE = _decoding()


def _encoding() -> npt.NDArray[np.uint8]:
    # The nearest value wins; of two equally near ones the greater, as in ITU-T G.191.
    order = np.argsort(_DECODE, kind="stable")
    values = _DECODE[order].astype(np.int32)
    samples = np.arange(-32768, 32768, dtype=np.int32)
    above = np.clip(np.searchsorted(values, samples), 1, 255)
    low, high = values[above - 1], values[above]
    nearer_high = high - samples <= samples - low
    return order[np.where(nearer_high, above, above - 1)].astype(np.uint8)


_ENCODE = _encoding()


def encode(samples: Samples) -> bytes:
    """Return 16-bit samples as A-law, one byte each."""
    return _ENCODE[samples.astype(np.int32) + 32768].tobytes()


def decode(data: bytes) -> Samples:
    """Return A-law bytes as 16-bit samples."""
    return _DECODE[np.frombuffer(data, dtype=np.uint8)]
