"""Even loudness: measure by ITU-R BS.1770, trim silence, set the level, hold the peaks."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]

TARGET = -20.0
"""LUFS of every prompt."""
PEAK = -4.5
"""dBFS that no sample exceeds: lossy coding and resampling overshoot a little, and −3 must hold after them."""

MEASURABLE = -65.0
"""LUFS below which a recording is noise of the line and nobody's voice."""

_BLOCK_SECONDS = 0.4
_HOP_SECONDS = 0.1
_ABSOLUTE_GATE = -70.0
_RELATIVE_GATE = -10.0


def measure(samples: Samples, rate: int) -> float:
    """Return the gated loudness in LUFS (ITU-R BS.1770-4 annex 1); −inf for silence.

    Audio shorter than one block of 400 ms is one block of its own length.
    """
    block = min(len(samples), round(_BLOCK_SECONDS * rate))
    if block == 0:
        return -np.inf
    starts = range(0, len(samples) - block + 1, round(_HOP_SECONDS * rate))
    weights = _k_weight_power(block, rate)
    blocks = np.stack([samples[start : start + block] for start in starts]).astype(np.float64)
    spectra = np.abs(np.fft.rfft(blocks, axis=1)) ** 2
    folded = np.full(spectra.shape[1], 2.0)
    folded[0] = 1.0
    if block % 2 == 0:
        folded[-1] = 1.0
    power = (spectra * weights * folded).sum(axis=1) / block**2
    with np.errstate(divide="ignore"):
        levels = -0.691 + 10 * np.log10(power)
        kept = power[levels > _ABSOLUTE_GATE]
        if kept.size == 0:
            return -np.inf
        gate = -0.691 + 10 * np.log10(kept.mean()) + _RELATIVE_GATE
        return float(-0.691 + 10 * np.log10(power[levels > gate].mean()))


def _k_weight_power(length: int, rate: int) -> npt.NDArray[np.float64]:
    """Return |H(f)|² of the K weighting at the bins of an FFT of `length`.

    The two filters of BS.1770 are given for 48 kHz; their analogue prototypes serve every rate.
    """
    s = 2j * np.pi * np.fft.rfftfreq(length, 1 / rate)
    shelf_w = 2 * np.pi * 1681.974450955533
    shelf_q, shelf_gain = 0.7071752369554196, 10 ** (3.999843853973347 / 20)
    middle = shelf_gain**0.4996667741545416
    x = s / shelf_w
    shelf = (shelf_gain * x**2 + middle * x / shelf_q + 1) / (x**2 + x / shelf_q + 1)
    x = s / (2 * np.pi * 38.13547087602444)
    high_pass = x**2 / (x**2 + x / 0.5003270373238773 + 1)
    return np.asarray(np.abs(shelf * high_pass) ** 2)


def trim(samples: Samples, rate: int, *, floor: float = -42.0, edge: float = 0.07) -> Samples:
    """Return the speech with `edge` seconds of quiet at each end.

    What lies `floor` dB under the loudest 10 ms counts as silence. ValueError when nothing is heard.
    """
    frame = round(0.01 * rate)
    count = len(samples) // frame
    power = (
        (samples[: count * frame].astype(np.float64).reshape(count, frame) ** 2).mean(axis=1) if count else np.zeros(1)
    )
    if power.max() <= 1e-9:
        raise ValueError("nothing is heard")
    loud = np.flatnonzero(power > power.max() * 10 ** (floor / 10))
    start, end = int(loud[0]) * frame, (int(loud[-1]) + 1) * frame
    first, last = max(0, start - 3 * frame), min(len(samples), end + 3 * frame)
    speech = samples[first:last].astype(np.float32)
    # What was cut out of a sentence begins at full strength: only a click is taken off it.
    shortest = round(0.004 * rate)
    rise, fall = max(start - first, shortest), max(last - end, shortest)
    speech[:rise] *= np.sin(np.linspace(0, np.pi / 2, rise, dtype=np.float32)) ** 2
    speech[-fall:] *= np.cos(np.linspace(0, np.pi / 2, fall, dtype=np.float32)) ** 2
    silence = round(edge * rate)
    before, after = max(0, silence - (start - first)), max(0, silence - (last - end))
    return np.concatenate([np.zeros(before, np.float32), speech, np.zeros(after, np.float32)])


def level(samples: Samples, rate: int, *, target: float = TARGET, peak: float = PEAK) -> Samples:
    """Return the samples at `target` LUFS with no peak above `peak` dBFS; ValueError for silence.

    Peaks are held by a gain that moves smoothly around them, and what that takes is given back.
    """
    ceiling = 10 ** (peak / 20)
    result = samples
    for _ in range(4):
        now = measure(result, rate)
        if not np.isfinite(now):
            raise ValueError("nothing is heard")
        if abs(now - target) < 0.1 and np.abs(result).max() <= ceiling:
            break
        result = _hold_peaks(result * np.float32(10 ** ((target - now) / 20)), rate, ceiling)
    return result


def _hold_peaks(samples: Samples, rate: int, ceiling: float) -> Samples:
    wanted = np.minimum(1.0, ceiling / np.maximum(np.abs(samples), 1e-9))
    if wanted.min() >= 1.0:
        return samples
    reach = round(0.008 * rate)
    padded = np.pad(wanted, 2 * reach, constant_values=1.0)
    lowest = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1).min(axis=1)
    window = np.hanning(2 * reach + 1)
    gain = np.convolve(lowest, window / window.sum(), mode="valid")
    return np.asarray(samples * np.minimum(gain, wanted), dtype=np.float32)
