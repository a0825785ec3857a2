"""What is shipped can be heard: even, unclipped, neither hurried nor cut."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pytest
import soundfile

from ivr.prompts import loudness
from ivr.prompts.catalogue import SHIPPED, Prompt, load_catalogue


@dataclass(frozen=True, slots=True)
class Heard:
    prompt: Prompt
    samples: loudness.Samples
    rate: int

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.rate

    @property
    def syllables(self) -> int:
        said = re.sub(r".*〔(.*)〕.*", r"\1", self.prompt.say)
        return len(re.findall(r"[\u4e00-\u9fff]|[a-z]+[1-5]", said))


@pytest.fixture(scope="module")
def heard() -> list[Heard]:
    catalogue = load_catalogue()
    result = []
    for prompt in catalogue:
        if prompt.language == "zh":
            path = catalogue.audio(prompt)
            assert path is not None
            samples, rate = soundfile.read(path, dtype="float32")
            result.append(Heard(prompt, samples, rate))
    return result


def test_audio_is_mono_and_wideband(heard: list[Heard]) -> None:
    assert {(each.rate, each.samples.ndim) for each in heard} == {(16000, 1)}


def test_loudness_is_even(heard: list[Heard]) -> None:
    levels = {each.prompt.id: loudness.measure(each.samples, each.rate) for each in heard}
    assert {name: level for name, level in levels.items() if abs(level - loudness.TARGET) > 2} == {}


def test_nothing_is_clipped(heard: list[Heard]) -> None:
    peaks = {each.prompt.id: 20 * np.log10(np.abs(each.samples).max()) for each in heard}
    assert {name: peak for name, peak in peaks.items() if peak > -3.0} == {}


def test_speech_is_neither_hurried_nor_drawn_out(heard: list[Heard]) -> None:
    rates = {each.prompt.id: each.syllables / each.seconds for each in heard}
    assert {name: rate for name, rate in rates.items() if not 1.2 <= rate <= 5.5} == {}


def test_ends_are_quiet_and_short(heard: list[Heard]) -> None:
    for each in heard:
        edge = round((0.03 if each.prompt.is_piece else 0.04) * each.rate)
        loudest = np.abs(each.samples).max()
        for end in (each.samples[:edge], each.samples[-edge:]):
            assert np.abs(end).max() < 0.1 * loudest, each.prompt.id
        # Speech begins at once: silence before an announcement is time that callers wait.
        assert np.flatnonzero(np.abs(each.samples) > 0.1 * loudest)[0] < 0.3 * each.rate, each.prompt.id


def test_all_together_stay_small() -> None:
    assert sum(path.stat().st_size for path in (SHIPPED / "audio").rglob("*.opus")) < 3_600_000
