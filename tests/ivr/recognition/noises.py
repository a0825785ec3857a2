"""What is heard behind people on the telephone, made here: each takes a number of samples and their rate."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

Sound = npt.NDArray[np.float32]
Noise = Callable[[int, int, np.random.Generator], Sound]
LOST_SECONDS = 0.02
"""A packet of a call."""


def hiss(size: int, rate: int, dice: np.random.Generator) -> Sound:
    """Every frequency alike."""
    return dice.standard_normal(size).astype(np.float32)


def road(size: int, rate: int, dice: np.random.Generator) -> Sound:
    """More of the low than of the high."""
    return np.convolve(hiss(size, rate, dice), np.ones(8) / 8, "same").astype(np.float32)


def motor(size: int, rate: int, dice: np.random.Generator) -> Sound:
    """An engine that turns: harmonics of 43 Hz that waver, and some road."""
    at = np.arange(size) / rate
    phase = 2 * np.pi * np.cumsum(43 + 3 * np.sin(2 * np.pi * 0.3 * at)) / rate
    tones = sum(np.sin(number * phase) / number for number in range(1, 40))
    return np.asarray(tones + 0.5 * road(size, rate, dice), np.float32)


def wind(size: int, rate: int, dice: np.random.Generator) -> Sound:
    """Low, in gusts of a second or two."""
    gusts = np.interp(np.arange(size), np.linspace(0, size, size // rate + 2), dice.uniform(0.1, 1, size // rate + 2))
    low = np.convolve(hiss(size, rate, dice), np.hanning(rate // 200), "same")
    return np.asarray(low * gusts, np.float32)


def clatter(size: int, rate: int, dice: np.random.Generator) -> Sound:
    """Dishes and tools: strokes that ring out within a tenth of a second, some a second, over a little hiss."""
    found = 0.03 * hiss(size, rate, dice)
    length = rate // 10
    for at in dice.integers(0, max(1, size - length), max(1, size * 3 // rate)):
        ring = np.arange(min(length, size - at)) / rate
        found[at : at + len(ring)] += np.sin(2 * np.pi * dice.uniform(800, 3000) * ring) * np.exp(-40 * ring)
    return found.astype(np.float32)


def rain(size: int, rate: int, dice: np.random.Generator) -> Sound:
    """Drops on a roof: many short strokes."""
    drops = np.zeros(size)
    where = dice.integers(0, size, max(1, size * 200 // rate))
    drops[where] = dice.exponential(1, len(where))
    return np.convolve(drops, np.exp(-np.arange(rate // 250) / (rate / 1000)), "same").astype(np.float32)


UNLIKE: dict[str, Noise] = {"motor": motor, "wind": wind, "clatter": clatter, "rain": rain}
"""None of these had a say in the bounds that tell speech from noise (`ivr.recognition.speechlike`)."""


def crowd(voices: Sequence[Sound], size: int) -> Sound:
    """Others who talk at once, or a television: the voices over each other, again and again."""
    found = np.zeros(size, np.float32)
    for one in voices:
        found += np.resize(one / (float(np.sqrt(np.mean(one**2))) or 1.0), size)
    return found


def mixed(speech: Sound, noise: Sound, decibels: float) -> Sound:
    """The speech so many decibels over the noise."""
    loud = float(np.sqrt(np.mean(speech**2)) / (np.sqrt(np.mean(noise**2)) or 1.0))
    return np.asarray(speech + noise * np.float32(loud * 10 ** (-decibels / 20)), np.float32)


def lossy(speech: Sound, rate: int, share: float, dice: np.random.Generator) -> Sound:
    """A share of its packets lost: what comes is silence, as from a telephone that conceals nothing."""
    found, length = speech.copy(), int(rate * LOST_SECONDS)
    for at in range(0, len(found), length):
        if dice.random() < share:
            found[at : at + length] = 0
    return found
