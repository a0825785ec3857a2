"""Known recordings, and which of them a piece of heard sound is.

A recording is found by a picture of its spectrum (200 ms, ten bands) and then proven by the waveform itself, so that
a match is a fact and not a guess: A-law, µ-law and a change of level leave it, another sentence of the same voice
does not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from softphone.phones.sound import RATE, Samples, level

_HOP = 80  # samples from frame to frame: 10 ms
_FRAME = 160
_PICTURE = 19  # frames of a picture: 200 ms from the first sample to the last
_STEP = 2  # every other frame stands in a picture; known pictures begin every other frame
SPAN = _HOP * (_PICTURE - 1) + _FRAME
"""Samples by which a recording is found: 200 ms."""
NEEDED = SPAN + _HOP
"""Samples to give for that."""
ACTIVE = -45.0
"""dBFS above which there is something to hear."""
_EDGES = np.geomspace(200, 3400, 11)
_FLOOR = 1e-7
_ALIKE = 0.85  # likeness of two pictures that is worth a proof
_CANDIDATES = 100
_BUSY = 0.6
_PROOF = 0.75  # correlation of the waveforms that counts as the same recording
_SHIFT = 3 * _HOP


@dataclass(frozen=True, slots=True)
class Recording:
    """A known sound: its name, what it says, and its samples (8 kHz)."""

    name: str
    text: str
    samples: Samples

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.samples.size / RATE


@dataclass(frozen=True, slots=True)
class Match:
    """The recording, and the place in it (in samples) where the piece that was looked up begins."""

    recording: Recording
    offset: int


class PromptBook:
    """Finds recordings; made once and shared by all ears. Memory: about 25 kB for each second of recordings."""

    def __init__(self, recordings: Iterable[Recording]) -> None:
        self.recordings = tuple(recordings)
        pictures = [np.zeros((0, _WIDTH), np.float32)]
        places: list[tuple[int, int]] = []
        for number, recording in enumerate(self.recordings):
            begins, found = _known_pictures(recording.samples)
            pictures.append(found)
            places += [(number, int(begin)) for begin in begins]
        self._pictures = np.concatenate(pictures)
        self._places = places

    def find(self, heard: Samples) -> list[Match]:
        """Say which recordings a piece of at least `NEEDED` samples may be; its last 200 ms are looked at.

        More than one comes when they have this piece in common.
        """
        piece = heard[-SPAN:]
        if not self._places or heard.size < NEEDED or _busy(piece)[0] < _BUSY:
            return []
        # Known pictures begin every 20 ms: one of two views, 10 ms apart, lies within 5 ms of the right one.
        views = [_pictures(_frames(heard[-SPAN - back : heard.size - back]))[0] for back in (0, _HOP)]
        likeness = (self._pictures @ np.stack(views, axis=1)).max(axis=1)
        best: dict[int, tuple[float, Match]] = {}
        for candidate in sorted(np.flatnonzero(likeness > _ALIKE), key=lambda one: -likeness[one])[:_CANDIDATES]:
            number, begin = self._places[candidate]
            recording = self.recordings[number]
            found = same(piece, recording.samples, begin, _SHIFT)
            if found and found[1] > best.get(number, (0.0,))[0]:
                best[number] = found[1], Match(recording, begin + found[0] - (heard.size - SPAN))
        return [match for _, match in best.values()]


def sounding(samples: Samples) -> int:
    """Return the place behind the last 20 ms in which there is something to hear."""
    frames = samples[: samples.size // 160 * 160].reshape(-1, 160)
    active = [number for number, frame in enumerate(frames) if level(frame) > ACTIVE]
    return (active[-1] + 1) * 160 if active else 0


def same(piece: Samples, recording: Samples, at: int, slack: int, proof: float = _PROOF) -> tuple[int, float] | None:
    """Return how many samples (at most `slack`) the piece lies off `at` in the recording, and the correlation.

    None when the correlation is below `proof`.
    """
    first = max(at - slack, 0)
    part = recording[first : at + piece.size + slack].astype(np.float64)
    mine = piece.astype(np.float64)
    if part.size < mine.size:
        part = np.pad(part, (0, mine.size - part.size))
    products = np.correlate(part, mine, "valid")
    sums = np.concatenate([[0.0], np.cumsum(part**2)])
    energies = sums[mine.size :] - sums[: -mine.size]
    strength = float(mine @ mine)
    # A stretch of near silence would look like anything.
    worthy = energies > 0.05 * energies.max(initial=0.0)
    correlation = np.where(worthy, products / np.sqrt(np.maximum(energies * strength, 1.0)), 0.0)
    best = int(np.argmax(correlation))
    strongest = float(correlation[best])
    return (first + best - at, strongest) if strongest >= proof else None


def _frames(samples: Samples) -> npt.NDArray[np.float32]:
    """Return log energies, one row every 10 ms, ten bands."""
    windows = np.lib.stride_tricks.sliding_window_view(samples, _FRAME)[::_HOP] / 32768.0
    power = np.abs(np.fft.rfft(windows * _WINDOW, axis=1)) ** 2
    return np.log(power @ _BANDS + _FLOOR).astype(np.float32)


def _pictures(frames: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return one row for each run of frames: every other frame, without the level, of length one."""
    runs = np.lib.stride_tricks.sliding_window_view(frames, _PICTURE, axis=0)[::_STEP, :, ::_STEP]
    flat = runs.reshape(runs.shape[0], -1)
    centred = flat - flat.mean(axis=1, keepdims=True)
    return np.asarray(centred / np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-9), np.float32)


def _busy(samples: Samples) -> npt.NDArray[np.float64]:
    """Return for each picture the share of its frames in which there is something to hear: a click proves nothing."""
    windows = np.lib.stride_tricks.sliding_window_view(samples, _FRAME)[::_HOP].astype(np.float64)
    active = (windows**2).mean(axis=1) > (32768 * 10 ** (ACTIVE / 20)) ** 2
    runs = np.lib.stride_tricks.sliding_window_view(active, _PICTURE)[::_STEP, ::_STEP]
    return np.asarray(runs.mean(axis=1), np.float64)


def _known_pictures(samples: Samples) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """Return where the pictures of a recording begin (in samples) and the pictures, without those of its pauses."""
    padded = np.pad(samples, (0, max(SPAN - samples.size, 0)))
    chosen = np.flatnonzero(_busy(padded) > _BUSY - 0.2)
    return chosen * _STEP * _HOP, _pictures(_frames(padded))[chosen]


_WINDOW = np.hanning(_FRAME)
_CENTRES = np.fft.rfftfreq(_FRAME, 1 / RATE)
_BANDS = ((_CENTRES[:, None] >= _EDGES[:-1]) & (_CENTRES[:, None] < _EDGES[1:])).astype(np.float64)
_WIDTH = len(range(0, _PICTURE, _STEP)) * _BANDS.shape[1]
