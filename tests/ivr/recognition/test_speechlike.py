"""Tones, music and noise are no speech; the house's own prompts are, down to single words."""

from __future__ import annotations

import numpy as np
import pytest
import soundfile

from ivr.prompts.catalogue import SHIPPED
from ivr.prompts.resample import resample
from ivr.recognition.spectrum import RATE
from ivr.recognition.speechlike import may_be_speech
from tests.ivr.recognition.test_no_inventions import SOUNDS

FEW = ("number/2", "number/5", "number/6", "month/6", "weekday/1", "holiday", "menu/progress")


@pytest.mark.parametrize("what", [one for one in SOUNDS if one not in ("silence", "a line's hum", "a fax")])
def test_what_is_no_speech(what: str) -> None:
    assert not may_be_speech(resample(SOUNDS[what](), 8000, RATE))


@pytest.mark.parametrize("prompt", FEW)
@pytest.mark.parametrize("noise", [0.0, 0.005])
def test_what_is_speech(prompt: str, noise: float) -> None:
    samples, rate = soundfile.read(SHIPPED / "audio" / "zh" / f"{prompt}.opus", dtype="float32")
    line = resample(resample(samples, rate, 8000), 8000, RATE)
    line = line + np.random.default_rng(1).standard_normal(len(line)).astype(np.float32) * np.float32(noise)
    assert may_be_speech(line)


def test_what_is_too_short_to_tell_is_heard() -> None:
    assert may_be_speech(np.zeros(100, np.float32))
