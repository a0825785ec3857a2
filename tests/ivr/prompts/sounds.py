"""Sounds for tests of the prompt library."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

from ivr.prompts.synthesis import Speech, SynthesisUnavailable


def murmur(seconds: float, rate: int = 16000, level: float = 0.2, quiet: float = 0.5) -> npt.NDArray[np.float32]:
    """A tone that swells like syllables, with quiet before and after."""
    t = np.arange(round(seconds * rate)) / rate
    tone = level * np.sin(2 * np.pi * 320 * t) * (0.6 + 0.4 * np.sin(2 * np.pi * 4 * t))
    edge = np.zeros(round(quiet * rate))
    return np.concatenate([edge, tone, edge]).astype(np.float32)


def write(path: Path, seconds: float = 1.0, rate: int = 16000, **more: str) -> Path:
    """A file with a murmur."""
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, murmur(seconds, rate), rate, **more)
    return path


class FakeVoice:
    """Murmurs a tenth of a second a character, after `delay`; fails for texts with 哑."""

    mark = "fake"
    names = ("anna", "berta")

    def __init__(self, delay: float = 0.0, trouble: str = "") -> None:
        self.trouble = trouble
        self.delay = delay
        self.said: list[str] = []

    async def speak(self, text: str, *, voice: str, speed: float, rank: int = 0) -> Speech:
        await asyncio.sleep(self.delay)
        self.said.append(text)
        if "哑" in text:
            raise SynthesisUnavailable("cannot read 哑")
        return Speech(murmur(0.1 * len(text) / speed, 24000), 24000)
