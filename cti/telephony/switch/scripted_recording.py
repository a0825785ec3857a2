"""What the scripted exchange writes for a recording: who spoke in which channel, as tones of their voices."""

from __future__ import annotations

import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from cti.telephony.switch.port import RECORDING_RATE


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time in which nothing changed: the voices (Hz) that the party's side says and hears."""

    seconds: float
    says: tuple[float, ...]
    hears: tuple[float, ...]


class ScriptedRecording:
    """Grows while the leg talks; `path` None keeps only the stretches."""

    def __init__(self, path: Path | None) -> None:
        self.paused = False
        self.stretches: list[Stretch] = []
        self._path = path
        self._since: float | None = None
        self._now: tuple[tuple[float, ...], tuple[float, ...]] = ((), ())

    def change(self, now: float, says: tuple[float, ...], hears: tuple[float, ...], talking: bool) -> None:
        """From now on these voices; nothing is written while the leg does not talk."""
        if self._since is not None and now > self._since:
            self._add(Stretch(now - self._since, *self._now))
        self._since = now if talking else None
        self._now = ((), ()) if self.paused else (says, hears)

    def _add(self, stretch: Stretch) -> None:
        self.stretches.append(stretch)
        if self._path is None:
            return
        both = np.stack((tones(stretch.says, stretch.seconds), tones(stretch.hears, stretch.seconds)), axis=1)
        with self._path.open("ab") as file:
            file.write(both.tobytes())


def tones(voices: tuple[float, ...], seconds: float) -> npt.NDArray[np.int16]:
    """Samples of these voices together, at `RECORDING_RATE`; a voice of 0 Hz is silent."""
    at = np.arange(round(seconds * RECORDING_RATE)) / RECORDING_RATE
    mixed = np.zeros(at.size)
    for voice in voices:
        mixed += 6000 * np.sin(2 * np.pi * voice * at)
    return np.clip(mixed, -32768, 32767).astype("<i2")


def write_message(path: Path, voice: float, seconds: float) -> None:
    """A mono WAV of one voice."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RECORDING_RATE)
        file.writeframes(tones((voice,), seconds).tobytes())
