"""The log-mel spectrum that Whisper hears (openai/whisper, audio.py: 16 kHz, windows of 25 ms each 10 ms)."""

from __future__ import annotations

import functools

import numpy as np
import numpy.typing as npt

RATE = 16000
_WINDOW, _HOP = 400, 160
_DYNAMIC = 8.0
"""Powers of ten below the loudest that count."""


def log_mel(samples: npt.NDArray[np.float32], bands: int = 80) -> npt.NDArray[np.float32]:
    """The spectrum, `bands` rows and a column each 10 ms."""
    padded = np.pad(samples, _WINDOW // 2, mode="reflect" if len(samples) > _WINDOW else "constant")
    frames = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::_HOP][: len(samples) // _HOP]
    window = np.hanning(_WINDOW + 1)[:-1].astype(np.float32)
    power = np.abs(np.fft.rfft(frames * window, axis=1)).astype(np.float32) ** 2
    logs = np.log10(np.maximum(_filters(bands) @ power.T, 1e-10))
    logs = np.maximum(logs, logs.max() - _DYNAMIC)
    return np.ascontiguousarray((logs + 4) / 4, dtype=np.float32)


@functools.cache
def _filters(bands: int) -> npt.NDArray[np.float32]:
    """Triangles on Slaney's mel scale (linear to 1 kHz, then logarithmic), each of the same area."""
    frequencies = np.fft.rfftfreq(_WINDOW, 1 / RATE)
    mels = np.linspace(0.0, _mel(RATE / 2), bands + 2)
    edges = np.where(mels < 15, mels * 200 / 3, 1000 * np.exp((mels - 15) * np.log(6.4) / 27))
    rising = (frequencies - edges[:-2, None]) / np.diff(edges)[:-1, None]
    falling = (edges[2:, None] - frequencies) / np.diff(edges)[1:, None]
    triangles = np.maximum(0.0, np.minimum(rising, falling)) * (2 / (edges[2:] - edges[:-2]))[:, None]
    return np.asarray(triangles, dtype=np.float32)


def _mel(frequency: float) -> float:
    return float(15 + np.log(frequency / 1000) * 27 / np.log(6.4))
