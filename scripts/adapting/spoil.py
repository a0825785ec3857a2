"""A clear sentence as a hotline hears it: another speaker's pitch, a room, what is heard behind him, a line's narrow
band, lost packets and A-law."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ivr.prompts import g711
from ivr.prompts.resample import resample
from ivr.recognition.spectrum import RATE
from tests.ivr.recognition.noises import Noise, Sound, crowd, hiss, lossy, mixed, rain, road, wind

LINE_RATE = 8000
ON_A_LINE = 0.8
"""So many go through a telephone line; the rest are heard as a browser's phone sends them."""
NOISY = 0.65
PITCH = 0.88, 1.13
BEFORE_SECONDS, AFTER_SECONDS = (0.05, 0.5), (0.25, 0.7)


def spoiled(samples: Sound, dice: np.random.Generator, others: Callable[[], Sound]) -> Sound:
    """The sentence, spoiled by chance, with quiet around it; `others` are people who talk behind."""
    if dice.random() < 0.8:
        samples = _pitched(samples, dice.uniform(*PITCH))
    if dice.random() < 0.35:
        samples = _in_a_room(samples, dice)
    before, after = (np.zeros(int(RATE * dice.uniform(*one)), np.float32) for one in (BEFORE_SECONDS, AFTER_SECONDS))
    samples = np.concatenate([before, samples, after])
    if dice.random() < 0.3:
        samples = _through_a_handset(samples, dice)
    if dice.random() < NOISY:
        samples = _beside_noise(samples, dice, others)
    if dice.random() < 0.15:
        samples = lossy(samples, RATE, dice.uniform(0.01, 0.08), dice)
    return _sent(samples, dice, dice.uniform(0, 24))


def noise_alone(dice: np.random.Generator) -> Sound:
    """Up to 4 s in which nobody speaks."""
    noise = _NOISES[dice.integers(len(_NOISES))]
    return _sent(noise(int(RATE * dice.uniform(0.6, 4)), RATE, dice), dice, dice.uniform(3, 30))


def tones(size: int, rate: int, dice: np.random.Generator) -> Sound:
    """Some that swell and fade, as of music or machines."""
    at = np.arange(size) / rate
    found = np.zeros(size)
    for _ in range(dice.integers(2, 8)):
        swell = 0.5 + 0.5 * np.sin(2 * np.pi * dice.uniform(0.2, 5) * at + dice.uniform(0, 6))
        found += dice.uniform(0.2, 1) * np.sin(2 * np.pi * dice.uniform(60, 2500) * at + dice.uniform(0, 6)) * swell
    return found.astype(np.float32)


def knocks(size: int, rate: int, dice: np.random.Generator) -> Sound:
    """Some a second, dull and short."""
    found = 0.05 * hiss(size, rate, dice)
    for at in dice.integers(0, size, max(1, size * 4 // rate)):
        length = min(size - at, int(rate * dice.uniform(0.005, 0.08)))
        fading = np.exp(-5 * np.arange(length) / length) * dice.uniform(0.3, 1.5)
        found[at : at + length] += dice.standard_normal(length) * fading
    return found.astype(np.float32)


_NOISES: tuple[Noise, ...] = hiss, road, wind, rain, tones, knocks
"""Without motors and clatter, which calls are judged with."""


def _pitched(samples: Sound, factor: float) -> Sound:
    """Played so much faster: a smaller or larger person."""
    at = np.arange(int(len(samples) / factor)) * factor
    return np.asarray(np.interp(at, np.arange(len(samples)), samples), np.float32)


def _in_a_room(samples: Sound, dice: np.random.Generator) -> Sound:
    size = int(RATE * dice.uniform(0.05, 0.35))
    echo = dice.standard_normal(size) * np.exp(-6 * np.arange(size) / size) * dice.uniform(0.02, 0.12)
    echo[0] = 1
    whole = len(samples) + size
    found = np.fft.irfft(np.fft.rfft(samples, whole) * np.fft.rfft(echo, whole), whole)
    return found[: len(samples)].astype(np.float32)


def _through_a_handset(samples: Sound, dice: np.random.Generator) -> Sound:
    spectrum, frequencies = np.fft.rfft(samples), np.fft.rfftfreq(len(samples), 1 / RATE)
    low, high, tilt = dice.uniform(80, 350), dice.uniform(2800, 3800), dice.uniform(-6, 6)
    band = 1 / (1 + (low / np.maximum(frequencies, 1)) ** 4) / (1 + (frequencies / high) ** 12)
    tilted = band * 10 ** (tilt * np.log2(np.maximum(frequencies, 100) / 1000) / 20)
    return np.fft.irfft(spectrum * np.minimum(tilted, 4), len(samples)).astype(np.float32)


def _beside_noise(samples: Sound, dice: np.random.Generator, others: Callable[[], Sound]) -> Sound:
    if dice.random() < 0.25:
        behind = [np.roll(others(), dice.integers(RATE)) for _ in range(dice.integers(1, 4))]
        return mixed(samples, crowd(behind, len(samples)), dice.uniform(8, 28))
    noise = _NOISES[dice.integers(len(_NOISES))]
    return mixed(samples, noise(len(samples), RATE, dice), dice.uniform(3, 28))


def _sent(samples: Sound, dice: np.random.Generator, decibels: float) -> Sound:
    """So many decibels below the loudest that a line carries."""
    loud = samples * np.float32(10 ** (-decibels / 20) / (float(np.abs(samples).max()) + 1e-6))
    if dice.random() >= ON_A_LINE:
        return loud
    line = (np.clip(resample(loud, RATE, LINE_RATE), -1, 1) * 32767).astype(np.int16)
    return resample(g711.decode(g711.encode(line)).astype(np.float32) / np.float32(32768), LINE_RATE, RATE)
