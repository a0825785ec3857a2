"""Telephone sound as arrays: 8,000 samples a second, one channel, signed 16 bit. Reading, making, measuring."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

Samples = npt.NDArray[np.int16]

RATE = 8000
"""Samples a second on every line of ours (G.711)."""
SILENT = -90.0
"""dBFS given for digital silence."""


def read_sound(path: Path) -> Samples:
    """Read a sound file of any rate and channel count; `.alaw` and `.ulaw` are taken as bare G.711 at 8 kHz.

    Raises soundfile.LibsndfileError when it cannot be read.
    """
    if path.suffix in (".alaw", ".ulaw"):
        data, rate = soundfile.read(
            str(path), samplerate=RATE, channels=1, format="RAW", subtype=path.suffix[1:].upper(), dtype="float64"
        )
    else:
        data, rate = soundfile.read(str(path), dtype="float64")
    mono = data.mean(axis=1) if data.ndim > 1 else data
    return to_int16(resampled(mono, rate))


def write_sound(path: Path, *channels: Samples) -> None:
    """Write a 16-bit WAV file, one channel for each array; shorter ones are filled up with silence."""
    longest = max(channel.size for channel in channels)
    frames = np.zeros((longest, len(channels)), np.int16)
    for column, channel in enumerate(channels):
        frames[: channel.size, column] = channel
    soundfile.write(str(path), frames, RATE, subtype="PCM_16")


def resampled(signal: npt.NDArray[np.float64], rate: int) -> npt.NDArray[np.float64]:
    """Bring a whole signal to 8 kHz by its spectrum: exact in the band that remains."""
    if rate == RATE or not signal.size:
        return signal
    wanted = max(round(signal.size * RATE / rate), 1)
    spectrum = np.fft.rfft(signal)[: wanted // 2 + 1]
    return np.fft.irfft(spectrum, wanted) * (wanted / signal.size)


def to_int16(signal: npt.NDArray[np.float64]) -> Samples:
    """Turn −1…1 into 16-bit samples, clipped."""
    return np.clip(np.rint(signal * 32767), -32768, 32767).astype(np.int16)


def silence(seconds: float) -> Samples:
    """Nothing, for so long."""
    return np.zeros(round(seconds * RATE), np.int16)


def tone(frequency: float, seconds: float, level: float = -12.0) -> Samples:
    """Make a sine of `frequency` Hz with a peak of `level` dBFS."""
    at = np.arange(round(seconds * RATE)) / RATE
    return to_int16(10 ** (level / 20) * np.sin(2 * np.pi * frequency * at))


def murmur(seconds: float, pitch: float = 140.0, seed: int = 1) -> Samples:
    """Make a sound with the rhythm and the spectrum of speech but without words: syllables, pauses, gliding pitch."""
    chance = np.random.default_rng(seed)
    pieces: list[npt.NDArray[np.float64]] = []
    made = 0
    while made < seconds * RATE:
        length = round(chance.uniform(0.12, 0.26) * RATE)
        at = np.arange(length) / RATE
        glide = pitch * (1 + chance.uniform(-0.15, 0.15) + chance.uniform(-0.6, 0.6) * at)
        phase = 2 * np.pi * np.cumsum(glide) / RATE
        formants = chance.uniform((300, 900, 2200), (800, 2000, 3000))
        syllable = np.zeros(length)
        for harmonic in range(1, int(3400 / pitch)):
            strength = np.exp(-(((harmonic * pitch - formants) / 150) ** 2)).sum() + 0.02
            syllable += strength / (1 + harmonic * pitch / 1500) * np.sin(harmonic * phase)
        pieces.append(syllable * np.sin(np.pi * np.arange(length) / length) ** 0.7)
        long_pause = chance.random() < 0.15
        pieces.append(np.zeros(round(chance.uniform(0.3, 0.6) * RATE if long_pause else 0.04 * RATE)))
        made += length + pieces[-1].size
    signal = np.concatenate(pieces)[: round(seconds * RATE)]
    return to_int16(0.35 * signal / np.abs(signal).max())


def level(samples: Samples) -> float:
    """Return the level in dBFS (root of the mean square against full scale), −90 for silence."""
    if not samples.size:
        return SILENT
    power = float(np.mean(samples.astype(np.float64) ** 2))
    return max(10 * np.log10(power / 32768**2), SILENT) if power else SILENT


def tone_level(samples: Samples, frequency: float) -> float:
    """Return the level in dBFS of what lies at `frequency` Hz (Goertzel's sum), −90 at least."""
    if not samples.size:
        return SILENT
    at = np.arange(samples.size) / RATE
    # A Hann window keeps neighbouring tones apart; its mean gain is one half.
    window = np.hanning(samples.size)
    part = np.sum(samples * window * np.exp(-2j * np.pi * frequency * at)) / max(window.sum(), 1.0)
    power = 2 * float(np.abs(part)) ** 2
    return max(10 * np.log10(power / 32768**2), SILENT) if power else SILENT
