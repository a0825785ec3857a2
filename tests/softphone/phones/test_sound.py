from pathlib import Path

import numpy as np
import pytest
import soundfile

from softphone.phones.sound import (
    RATE,
    SILENT,
    level,
    murmur,
    read_sound,
    silence,
    tone,
    tone_level,
    write_sound,
)


def test_a_tone_has_its_level_at_its_frequency_and_nowhere_else() -> None:
    samples = tone(700, 1.0, level=-12)
    assert tone_level(samples, 700) == pytest.approx(-15.0, abs=0.1)
    assert level(samples) == pytest.approx(-15.0, abs=0.1)
    assert tone_level(samples, 1100) < -60


def test_two_tones_are_measured_apart() -> None:
    samples = tone(700, 1.0, level=-12) + tone(1100, 1.0, level=-20)
    assert tone_level(samples, 700) == pytest.approx(-15.0, abs=0.1)
    assert tone_level(samples, 1100) == pytest.approx(-23.0, abs=0.1)


def test_silence_is_silent() -> None:
    assert level(silence(1)) == level(silence(0)) == tone_level(silence(1), 700) == SILENT


@pytest.mark.parametrize("rate", [8000, 16000, 24000, 44100])
def test_a_file_of_any_rate_and_channels_is_read_at_8_khz(tmp_path: Path, rate: int) -> None:
    at = np.arange(rate) / rate
    stereo = np.stack([0.5 * np.sin(2 * np.pi * 1000 * at)] * 2, axis=1)
    soundfile.write(str(tmp_path / "x.wav"), stereo, rate)
    samples = read_sound(tmp_path / "x.wav")
    assert samples.size == RATE
    assert tone_level(samples, 1000) == pytest.approx(-9.03, abs=0.1)


def test_what_lies_above_the_telephone_band_is_taken_out(tmp_path: Path) -> None:
    at = np.arange(16000) / 16000
    soundfile.write(str(tmp_path / "x.wav"), 0.5 * np.sin(2 * np.pi * 6000 * at), 16000)
    assert level(read_sound(tmp_path / "x.wav")) < -60


@pytest.mark.parametrize("suffix", ["alaw", "ulaw"])
def test_bare_g711_is_read(tmp_path: Path, suffix: str) -> None:
    soundfile.write(str(tmp_path / f"x.{suffix}"), tone(700, 1), RATE, format="RAW", subtype=suffix.upper())
    assert tone_level(read_sound(tmp_path / f"x.{suffix}"), 700) == pytest.approx(-15.0, abs=0.2)


def test_the_sides_of_a_call_are_written_as_channels(tmp_path: Path) -> None:
    write_sound(tmp_path / "x.wav", tone(700, 1), tone(1100, 0.5))
    data, rate = soundfile.read(str(tmp_path / "x.wav"), dtype="int16")
    assert (rate, data.shape) == (RATE, (8000, 2))
    assert tone_level(data[:4000, 1], 1100) == pytest.approx(-15.0, abs=0.1)
    assert not data[4000:, 1].any()


def test_a_murmur_is_loud_enough_never_clipped_and_differs_by_seed() -> None:
    samples = murmur(3.0)
    assert samples.size == 3 * RATE
    assert -35 < level(samples) < -12
    assert np.abs(samples).max() < 32767
    assert not np.array_equal(samples, murmur(3.0, seed=2))
    assert np.array_equal(samples, murmur(3.0))
