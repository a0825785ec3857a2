"""Whisper hears what it was taught to hear: the numbers are those of its reference code."""

from __future__ import annotations

import numpy as np
import pytest

from ivr.recognition.spectrum import RATE, _filters, log_mel


def test_the_bands_are_whispers_own() -> None:
    # whisper/assets/mel_filters.npz, mel_80
    assert _filters(80).shape == (80, 201)
    assert _filters(80)[0, 1] == pytest.approx(0.02486259, abs=1e-6)
    assert _filters(80)[0, 0] == 0
    assert (_filters(80).sum(axis=1) > 0).all()


@pytest.mark.parametrize("frequency", [300, 1000, 3000])
def test_a_tone_is_loudest_in_its_band(frequency: int) -> None:
    tone = np.sin(2 * np.pi * frequency * np.arange(RATE) / RATE).astype(np.float32)
    spectrum = log_mel(tone)
    assert spectrum.shape == (80, 100)
    assert spectrum.dtype == np.float32
    loudest = int(spectrum.mean(axis=1).argmax())
    centre = np.fft.rfftfreq(400, 1 / RATE)[_filters(80)[loudest].argmax()]
    assert centre == pytest.approx(frequency, abs=40)
    assert spectrum.max() - spectrum.min() <= 2.0 + 1e-5


@pytest.mark.parametrize("length", [160, 400, 401, 16_001])
def test_a_column_each_ten_milliseconds(length: int) -> None:
    assert log_mel(np.zeros(length, np.float32)).shape == (80, length // 160)
