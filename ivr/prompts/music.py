"""Waiting music and tones of our own making: no licence to buy, the same samples every time.

A slow piece of sixty seconds that loops without a seam: soft plucked chords in a pentatonic mode over a quiet pad.
Its notes lie between 145 and 900 Hz, where a telephone carries them without harshness.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

from ivr.prompts import loudness

Samples = npt.NDArray[np.float32]

VERSION = "1"
"""Changes when the sounds change."""

RATE = 16000
_BEAT = 0.75
_BARS = 20
_BEATS_A_BAR = 4
LOOP_SECONDS = _BEAT * _BARS * _BEATS_A_BAR
MUSIC_LOUDNESS = -27.0
"""LUFS: well under the prompts that are played in between."""

# Chords as semitones over A3 (220 Hz), all within D major pentatonic and its neighbours; five phrases of four bars.
_CHORDS = (
    (-7, 0, 5, 9), (-3, 2, 5, 9), (-5, 2, 7, 10), (0, 4, 7, 12),
)  # fmt: skip
_PHRASES = ((0, 1, 2, 3), (0, 1, 2, 2), (1, 2, 0, 3), (1, 0, 2, 3), (0, 1, 2, 3))
# Which chord tone is plucked at each eighth note; -1 rests.
_PATTERNS = (
    (0, 1, 2, 3, 2, 1, 2, -1),
    (0, 2, 1, 3, -1, 2, 1, 2),
    (0, 1, 3, 2, 1, -1, 2, 3),
    (0, -1, 2, 3, 2, 1, -1, 1),
)
# A slow melody over it: (beat, semitones over A4, beats long), phrase by phrase; the second phrase leaves it out.
_MELODY = (
    (0, 9, 3), (3, 7, 1), (4, 5, 4), (8, 2, 2), (10, 5, 2), (12, 0, 4),
    (32, 5, 3), (35, 7, 1), (36, 9, 4), (40, 12, 3), (43, 9, 1), (44, 7, 4),
    (48, 9, 2), (50, 5, 2), (52, 7, 4), (56, 2, 3), (59, 0, 1), (60, 5, 4),
    (64, 9, 3), (67, 7, 1), (68, 5, 4), (72, 2, 2), (74, 0, 2), (76, -3, 4),
)  # fmt: skip


def calm() -> tuple[Samples, int]:
    """Return the waiting music and its rate; its end flows into its beginning."""
    length = round(LOOP_SECONDS * RATE)
    track = np.zeros(length, dtype=np.float64)
    for bar in range(_BARS):
        chord = _CHORDS[_PHRASES[bar // 4][bar % 4]]
        start = bar * _BEATS_A_BAR * _BEAT
        for tone in chord[:3]:
            _add(track, start, _pad(_hertz(tone), _BEATS_A_BAR * _BEAT + 1.5), 0.10)
        for eighth, which in enumerate(_PATTERNS[bar % len(_PATTERNS)]):
            if which >= 0:
                strength = 0.5 if eighth == 0 else 0.36 + 0.04 * (eighth % 3)
                _add(track, start + eighth * _BEAT / 2, _pluck(_hertz(chord[which])), strength)
    for beat, tone, beats in _MELODY:
        _add(track, beat * _BEAT, _bell(_hertz(tone + 12), beats * _BEAT), 0.30)
    track = _reverberate(track)
    scaled = (track / np.abs(track).max()).astype(np.float32)
    return loudness.level(scaled, RATE, target=MUSIC_LOUDNESS), RATE


def _hertz(semitones: int) -> float:
    return float(220.0 * 2 ** (semitones / 12))


def _add(track: npt.NDArray[np.float64], start: float, note: npt.NDArray[np.float64], gain: float) -> None:
    # What sounds past the end goes on at the beginning: that is what makes the loop seamless.
    at = (round(start * RATE) + np.arange(len(note))) % len(track)
    track[at] += gain * note


def _partials(hertz: float, seconds: float, strengths: tuple[float, ...], decay: float) -> npt.NDArray[np.float64]:
    """Sum of harmonics; each dies `decay` times its number a second, so that the tone grows rounder as it fades."""
    t = np.arange(round(seconds * RATE)) / RATE
    note = np.zeros_like(t)
    for number, strength in enumerate(strengths, start=1):
        if hertz * number < 3200:
            note += strength * np.sin(2 * np.pi * hertz * number * t) * np.exp(-decay * number**0.8 * t)
    return note


def _edges(note: npt.NDArray[np.float64], attack: float, release: float) -> npt.NDArray[np.float64]:
    rise, fall = round(attack * RATE), round(release * RATE)
    note[:rise] *= np.sin(np.linspace(0, np.pi / 2, rise)) ** 2
    note[-fall:] *= np.cos(np.linspace(0, np.pi / 2, fall)) ** 2
    return note


def _pluck(hertz: float) -> npt.NDArray[np.float64]:
    return _edges(_partials(hertz, 2.4, (1.0, 0.32, 0.12, 0.05), 1.6), 0.012, 0.5)


def _bell(hertz: float, seconds: float) -> npt.NDArray[np.float64]:
    return _edges(_partials(hertz, seconds + 1.2, (1.0, 0.14, 0.05), 0.7), 0.06, 1.0)


def _pad(hertz: float, seconds: float) -> npt.NDArray[np.float64]:
    # Two voices a few cents apart beat slowly against each other.
    t = np.arange(round(seconds * RATE)) / RATE
    note = np.sin(2 * np.pi * hertz * 1.0012 * t) + np.sin(2 * np.pi * hertz * 0.9988 * t)
    return _edges(0.5 * note, 1.2, 1.5)


def _reverberate(track: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """A small room: a circular convolution with noise that fades over half a second, so the loop stays seamless."""
    count = round(0.9 * RATE)
    tail = np.random.default_rng(12345).standard_normal(count) * np.exp(-np.arange(count) / RATE * 7.0)
    # A dull room: highs are lost with each reflection.
    tail = np.convolve(tail, np.hanning(13) / np.hanning(13).sum(), mode="same")
    tail *= 0.25 / np.sqrt((tail**2).sum())
    room = np.fft.irfft(np.fft.rfft(track) * np.fft.rfft(tail, len(track)), len(track))
    return track + room


def beep() -> tuple[Samples, int]:
    """Return the tone after which a caller speaks: 0.35 s, soft at both ends."""
    return _tone(880.0, 0.35), RATE


def notice() -> tuple[Samples, int]:
    """Return the two notes that an agent hears before a call is put through."""
    return np.concatenate([_tone(659.3, 0.14), _tone(880.0, 0.22)]), RATE


def silence() -> tuple[Samples, int]:
    """Return half a second of nothing, to part two announcements."""
    return np.zeros(RATE // 2, dtype=np.float32), RATE


def _tone(hertz: float, seconds: float) -> Samples:
    note = _edges(_partials(hertz, seconds, (1.0, 0.15), 1.0), 0.015, 0.05)
    return loudness.level(note.astype(np.float32), RATE, target=-24.0)


SOUNDS: Mapping[str, Callable[[], tuple[Samples, int]]] = {
    "music/calm": calm,
    "tone/beep": beep,
    "tone/notice": notice,
    "tone/silence": silence,
}
"""Name → maker, of what is installed beside the prompts."""
