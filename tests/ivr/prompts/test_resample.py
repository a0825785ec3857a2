"""Change of sampling rate keeps what can be kept and nothing else."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.prompts.resample import resample

RATES = (8000, 16000, 22050, 24000, 44100, 48000)


def sine(hertz: float, rate: int, seconds: float = 0.5) -> npt.NDArray[np.float32]:
    return np.sin(2 * np.pi * hertz * np.arange(round(rate * seconds)) / rate).astype(np.float32)


@pytest.mark.parametrize("source", RATES)
@pytest.mark.parametrize("target", RATES)
@pytest.mark.parametrize("hertz", [300.0, 1000.0, 3300.0])
def test_a_tone_stays_the_same_tone(source: int, target: int, hertz: float) -> None:
    result = resample(sine(hertz, source), source, target)
    wanted = sine(hertz, target)
    assert len(result) == -(-round(source * 0.5) * target // source)
    middle = slice(target // 20, -target // 20)
    error = result[: len(wanted)][middle] - wanted[: len(result)][middle]
    assert np.abs(error).max() < 0.002


@pytest.mark.parametrize(("source", "hertz"), [(16000, 4600.0), (24000, 4800.0), (24000, 7000.0), (48000, 11000.0)])
def test_what_8_khz_cannot_carry_does_not_fold_back(source: int, hertz: float) -> None:
    result = resample(sine(hertz, source), source, 8000)[400:-400]
    assert 20 * np.log10(np.abs(result).max()) < -60


@given(st.sampled_from(RATES), st.sampled_from(RATES), st.integers(0, 400), st.floats(-4, 4))
def test_it_is_linear_and_its_length_is_known(source: int, target: int, length: int, gain: float) -> None:
    samples = np.random.default_rng(length).standard_normal(length).astype(np.float32)
    result = resample(samples, source, target)
    assert len(result) == -(-length * target // source)
    assert np.allclose(resample((gain * samples).astype(np.float32), source, target), gain * result, atol=1e-4)


def test_a_rate_is_positive() -> None:
    with pytest.raises(ValueError, match="positive"):
        resample(sine(300, 8000), 8000, 0)
