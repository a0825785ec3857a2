"""G.711 A-law."""

from __future__ import annotations

import numpy as np

from ivr.prompts import g711


def test_known_codes() -> None:
    samples = np.array([0, -1, 8, 16, -16, -17, 1000, -1000, 32767, -32768], dtype=np.int16)
    assert g711.encode(samples).hex() == "d555d5d45554fa7aaa2a"


def test_every_code_comes_back() -> None:
    codes = bytes(range(256))
    assert g711.encode(g711.decode(codes)) == codes


def test_each_sample_takes_the_nearest_code() -> None:
    samples = np.arange(-32768, 32768, dtype=np.int32)
    error = np.abs(g711.decode(g711.encode(samples.astype(np.int16))).astype(np.int32) - samples)
    size = np.maximum(np.abs(samples), 256)
    # Sixteen steps an octave: half a step is at most a thirty-second; the top step ends 512 short of full scale.
    assert (error <= size / 32).all()
    assert error.max() == 512


def test_speech_level_keeps_its_signal_to_noise() -> None:
    sine = np.rint(3276 * np.sin(2 * np.pi * 1004 * np.arange(8000) / 8000)).astype(np.int16)
    noise = g711.decode(g711.encode(sine)).astype(np.float64) - sine
    assert 10 * np.log10((sine.astype(np.float64) ** 2).mean() / (noise**2).mean()) > 36
