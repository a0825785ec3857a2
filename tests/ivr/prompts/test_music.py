"""The waiting music is ours, calm, and loops."""

from __future__ import annotations

import numpy as np
import pytest

from ivr.prompts import loudness, music


def test_it_is_the_same_every_time() -> None:
    first, _ = music.calm()
    second, _ = music.calm()
    assert np.array_equal(first, second)


def test_it_lasts_a_minute_and_loops_without_a_seam() -> None:
    samples, rate = music.calm()
    assert len(samples) / rate == pytest.approx(60, abs=0.01)
    # The step from the end to the beginning is no larger than steps are elsewhere, nor is the change of level.
    steps = np.abs(np.diff(samples))
    assert abs(samples[0] - samples[-1]) <= np.quantile(steps, 0.999)
    seam = np.concatenate([samples[-rate // 4 :], samples[: rate // 4]])
    assert np.sqrt((seam**2).mean()) > 0.2 * np.sqrt((samples**2).mean())


def test_it_is_quieter_than_speech_and_never_shrill() -> None:
    samples, rate = music.calm()
    assert loudness.measure(samples, rate) == pytest.approx(music.MUSIC_LOUDNESS, abs=0.3)
    assert loudness.measure(samples, rate) < loudness.TARGET - 5
    assert np.abs(samples).max() < 0.5
    power = np.abs(np.fft.rfft(samples)) ** 2
    hertz = np.fft.rfftfreq(len(samples), 1 / rate)
    # A telephone carries it: little is lost under 140 Hz or above 3.4 kHz.
    assert power[(hertz > 140) & (hertz < 3400)].sum() > 0.98 * power.sum()
    assert power[hertz > 2000].sum() < 0.02 * power.sum()


def test_it_never_falls_silent() -> None:
    samples, rate = music.calm()
    seconds = (samples[: len(samples) // rate * rate].reshape(-1, rate) ** 2).mean(axis=1)
    assert 10 * np.log10(seconds.min() / seconds.mean()) > -20


@pytest.mark.parametrize("name", ["tone/beep", "tone/notice"])
def test_tones_are_short_and_soft(name: str) -> None:
    samples, rate = music.SOUNDS[name]()
    assert 0.2 < len(samples) / rate < 0.6
    assert loudness.measure(samples, rate) == pytest.approx(-24, abs=0.3)
    assert abs(samples[0]) < 0.01 and abs(samples[-1]) < 0.01
