"""Tones, music and noise are no speech; the house's own prompts are, down to single words."""

from __future__ import annotations

import numpy as np
import pytest
import soundfile

from ivr.prompts.catalogue import SHIPPED
from ivr.prompts.resample import resample
from ivr.recognition.spectrum import RATE
from ivr.recognition.speechlike import may_be_speech
from tests.ivr.recognition.noises import UNLIKE, Noise, hiss, mixed, road
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


SHORT = ("number/88", "number/65", "number/67", "number/38")
"""Not longer than a breath: half of what is heard is what stands behind the voice."""


@pytest.mark.parametrize("decibels", [20.0, 10.0, 5.0])
@pytest.mark.parametrize("behind", [hiss, road, *UNLIKE.values()], ids=["hiss", "road", *UNLIKE])
def test_no_speech_is_lost_in_noise_that_the_bounds_were_not_made_by(behind: Noise, decibels: float) -> None:
    dice = np.random.default_rng(3)
    for prompt in (*SHORT, "menu/progress"):
        samples, rate = soundfile.read(SHIPPED / "audio" / "zh" / f"{prompt}.opus", dtype="float32")
        voice = resample(samples, rate, 8000)
        around = np.concatenate([np.zeros(3200, np.float32), voice, np.zeros(4000, np.float32)])
        noise = behind(len(around), 8000, dice)
        # What is said decides how loud it is, not the quiet around it.
        loudness = decibels + 10 * float(np.log10(np.mean(voice**2) / np.mean(around**2)))
        assert may_be_speech(resample(mixed(around, noise, loudness), 8000, RATE)), (prompt, decibels)


def test_what_is_too_short_to_tell_is_heard() -> None:
    assert may_be_speech(np.zeros(100, np.float32))
