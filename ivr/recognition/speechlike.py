"""Whether a sound may be speech, before a model that was taught to find words in everything hears it.

How flat the spectrum of a moment is (geometric over arithmetic mean of its power) tells: of tones and music it is never
flat, of noise always as flat; of speech it changes from vowel to consonant. The bounds lie between synthesised speech,
also in noise of 5 dB, and tones, music on hold, faxes and noise, all over a telephone line; tests add noises by which
they were not made.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ivr.recognition.spectrum import RATE

_WINDOW, _HOP = 400, 160
_LOWEST, _HIGHEST = 200, 3400
"""Hertz that a telephone line carries."""
_QUIET = 1e-3
"""Moments with less than this share of the loudest one's power do not count."""
TONAL = 0.003
"""Three quarters of all moments are less flat than this: tones. Half of them may be wind between the words."""
STEADY = 2.5
"""The middle is flatter than the lowest tenth by less than this: one noise."""
SHORT_SECONDS = 2.5
TONE, HISS = 0.0003, 0.3
"""A single word may be hardly more than a vowel: what is shorter is refused only as a pure tone, or as a hiss."""
FEWEST = 20
"""Moments, of 10 ms, below which nothing is told."""


def may_be_speech(samples: npt.NDArray[np.float32]) -> bool:
    """Of `samples` at 16 kHz; of what is too short to tell, yes."""
    if len(samples) < _WINDOW:
        return True
    frames = np.lib.stride_tricks.sliding_window_view(samples, _WINDOW)[::_HOP]
    power = np.abs(np.fft.rfft(frames * np.hanning(_WINDOW).astype(np.float32), axis=1)) ** 2 + 1e-12
    hertz = np.fft.rfftfreq(_WINDOW, 1 / RATE)
    power = power[:, (hertz >= _LOWEST) & (hertz <= _HIGHEST)]
    loud = power.sum(axis=1)
    power = power[loud > loud.max() * _QUIET]
    if len(power) < FEWEST:
        return True
    flatness = np.exp(np.log(power).mean(axis=1)) / power.mean(axis=1)
    low, middle, high = np.percentile(flatness, (10, 50, 75))
    if len(samples) < SHORT_SECONDS * RATE:
        return bool(middle >= TONE and low <= HISS)
    return bool(high >= TONAL and middle >= STEADY * low)
