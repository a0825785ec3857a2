"""Loudness after ITU-R BS.1770."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from ivr.prompts import loudness

RATE = 16000


def sine(hertz: float, amplitude: float, seconds: float = 2.0, rate: int = RATE) -> npt.NDArray[np.float32]:
    return (amplitude * np.sin(2 * np.pi * hertz * np.arange(round(rate * seconds)) / rate)).astype(np.float32)


@pytest.mark.parametrize("rate", [8000, 16000, 24000, 48000])
def test_a_full_scale_tone_is_minus_3_lufs(rate: int) -> None:
    # BS.1770-4: 0 dBFS at 997 Hz in one channel reads −3.01 LKFS.
    assert loudness.measure(sine(997, 1.0, rate=rate), rate) == pytest.approx(-3.01, abs=0.1)


@pytest.mark.parametrize(("hertz", "weight"), [(100.0, -1.1), (400.0, 0.0 - 0.1), (2000.0, 2.8), (6000.0, 4.0)])
def test_the_k_weighting_has_its_shape(hertz: float, weight: float) -> None:
    relative = loudness.measure(sine(hertz, 0.1), RATE) - loudness.measure(sine(997, 0.1), RATE)
    # 997 Hz itself is lifted by 0.69 dB.
    assert relative + 0.69 == pytest.approx(weight, abs=0.6)


def test_pauses_do_not_count() -> None:
    tone = sine(997, 0.1)
    with_pause = np.concatenate([tone, np.zeros(3 * RATE, dtype=np.float32)])
    assert loudness.measure(with_pause, RATE) == pytest.approx(loudness.measure(tone, RATE), abs=0.5)


def test_silence_has_no_loudness() -> None:
    assert loudness.measure(np.zeros(RATE, dtype=np.float32), RATE) == -np.inf
    assert loudness.measure(np.zeros(0, dtype=np.float32), RATE) == -np.inf
    with pytest.raises(ValueError, match="nothing"):
        loudness.level(np.zeros(RATE, dtype=np.float32), RATE)
    with pytest.raises(ValueError, match="nothing"):
        loudness.trim(np.zeros(RATE, dtype=np.float32), RATE)


def test_levelling_reaches_the_target_and_holds_the_peaks() -> None:
    noise = np.random.default_rng(3)
    bursts = noise.standard_normal(2 * RATE).astype(np.float32) * 0.05
    bursts[RATE : RATE + 20] = 0.9
    result = loudness.level(bursts, RATE)
    assert loudness.measure(result, RATE) == pytest.approx(loudness.TARGET, abs=0.2)
    assert 20 * np.log10(np.abs(result).max()) <= loudness.PEAK + 1e-6


def test_trimming_keeps_the_speech_and_leaves_even_edges() -> None:
    quiet = np.full(RATE, 1e-4, dtype=np.float32)
    tone = sine(500, 0.3, 0.5)
    result = loudness.trim(np.concatenate([quiet, tone, quiet, quiet]), RATE, edge=0.07)
    assert len(result) / RATE == pytest.approx(0.5 + 0.14, abs=0.02)
    loud = np.flatnonzero(np.abs(result) > 0.2)
    assert loud[0] / RATE == pytest.approx(0.07, abs=0.011)
    assert (len(result) - loud[-1]) / RATE == pytest.approx(0.07, abs=0.011)


def test_what_begins_at_full_strength_loses_only_a_click() -> None:
    result = loudness.trim(sine(500, 0.3, 0.3), RATE, edge=0.04)
    assert len(result) / RATE == pytest.approx(0.38, abs=0.002)
    loud = np.flatnonzero(np.abs(result) > 0.25)
    assert loud[0] / RATE == pytest.approx(0.043, abs=0.003)
