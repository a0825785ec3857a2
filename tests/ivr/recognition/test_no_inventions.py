"""Where nobody speaks nothing is written down: silence, noise, music on hold, keys, a fax. With the real model."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ivr.command_line.score import at_line
from ivr.prompts.music import calm
from ivr.prompts.resample import resample
from ivr.recognition.port import FinalText, PartialText, RecognitionFailed
from ivr.recognition.recognisers import find_recogniser
from ivr.settings import RecognitionSettings
from tests.ivr.recognition.test_whisper import needs_model

RATE = 8000
Sound = npt.NDArray[np.float32]
DICE = np.random.default_rng(7)
KEYS = {"1": (697, 1209), "5": (770, 1336), "9": (852, 1477), "0": (941, 1336)}


def tone(seconds: float, *hertz: float, loud: float = 0.3) -> Sound:
    at = np.arange(int(seconds * RATE)) / RATE
    return np.asarray(sum(np.sin(2 * np.pi * one * at) for one in hertz) * loud / len(hertz), np.float32)


def noise(seconds: float, loud: float, *, low: bool = False) -> Sound:
    made = DICE.standard_normal(int(seconds * RATE)).astype(np.float32)
    if low:
        made = np.convolve(made, np.ones(12, np.float32) / 12, "same").astype(np.float32) * 3
    return made * np.float32(loud)


def quiet(seconds: float) -> Sound:
    return np.zeros(int(seconds * RATE), np.float32)


def pressed() -> Sound:
    return np.concatenate([part for low, high in KEYS.values() for part in (tone(0.15, low, high), quiet(0.2))] * 3)


def fax() -> Sound:
    """The caller's tone and the answer's (T.30: 1100 Hz for 0.5 s each 3 s, 2100 Hz for 3 s), then a modem."""
    calling = np.concatenate([tone(0.5, 1100), quiet(3.0)] * 2)
    return np.concatenate([calling, tone(3.0, 2100), tone(2.0, 1650, 1850) * np.sign(noise(2.0, 1.0))])


def ringing() -> Sound:
    return np.concatenate([tone(1.0, 450), quiet(4.0)] * 2)


SOUNDS = {
    "silence": lambda: quiet(8),
    "a line's hum": lambda: tone(8, 50, 100, loud=0.02),
    "soft noise": lambda: noise(8, 0.003),
    "loud noise": lambda: noise(8, 0.08),
    "a street": lambda: noise(8, 0.05, low=True),
    "noise in bursts": lambda: np.concatenate([one for _ in range(5) for one in (noise(0.8, 0.15), quiet(1.2))]),
    "music on hold": lambda: resample(calm()[0], calm()[1], RATE)[: 12 * RATE],
    "keys": pressed,
    "a fax": fax,
    "ringing": ringing,
}


@needs_model
async def test_nothing_is_invented() -> None:
    recogniser = find_recogniser(RecognitionSettings())
    invented: dict[str, list[str]] = {}
    try:
        for what, made in SOUNDS.items():
            hearing = recogniser.listen(RATE, live=True)
            hearing.feed(at_line(made(), RATE, narrow=True)[0])
            hearing.finish()
            events = [one async for one in hearing.events()]
            assert not [one for one in events if isinstance(one, RecognitionFailed)]
            if texts := [one.text for one in events if isinstance(one, FinalText | PartialText) and one.text]:
                invented[what] = texts
    finally:
        await recogniser.close()
    assert invented == {}
