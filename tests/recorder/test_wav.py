import wave
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recorder.wav import complete, header


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.integers(0, 5000), st.integers(0, 3))
def test_whatever_was_written_becomes_a_playable_file(tmp_path: Path, frames: int, torn: int) -> None:
    samples = np.arange(frames * 2, dtype="<i2")
    raw, wav = tmp_path / "a.raw", tmp_path / "day" / "a.wav"
    raw.write_bytes(samples.tobytes() + b"\1" * torn)
    assert complete(raw, wav, 8000) == frames
    with wave.open(str(wav)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (2, 2, 8000)
        assert file.getnframes() == frames
        assert file.readframes(frames) == samples.tobytes()
    assert wav.stat().st_size == 44 + frames * 4


def test_nothing_half_done_is_left_when_the_source_is_missing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        complete(tmp_path / "none.raw", tmp_path / "none.wav", 8000)
    assert list(tmp_path.iterdir()) == []


def test_header_of_more_than_four_gigabytes_tells_the_largest_size() -> None:
    assert len(header(1 << 40, 8000)) == 44
