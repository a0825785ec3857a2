"""Sealed recordings: all that was written is there, nothing half done is left, and nothing else opens them."""

import io
import wave
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cti.base.ciphers.cipher import Cipher
from cti.base.ciphers.sealed_files import SealedFile, SealedReader, sealed_size
from cti.base.ciphers.suites import SuiteName
from recorder.sealing import is_whole, seal
from recorder.wav import header

KEY = bytes(range(32))


@pytest.mark.parametrize("suite", ["international", "sm"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(st.integers(0, 40_000), st.integers(0, 3))
def test_whatever_was_written_becomes_a_playable_file(tmp_path: Path, suite: SuiteName, frames: int, torn: int) -> None:
    samples, cipher = np.arange(frames * 2).astype("<i2"), Cipher(KEY, suite)
    raw, wav = tmp_path / "a.raw", tmp_path / "day" / "a.wav"
    raw.write_bytes(samples.tobytes() + b"\1" * torn)
    made = seal(raw, wav, cipher, 8000, 2)
    assert (made.frames, made.bytes) == (frames, 44 + frames * 4)
    assert wav.stat().st_size == sealed_size(made.bytes)
    whole = b"".join(SealedReader(io.BytesIO(wav.read_bytes()), cipher).read())
    with wave.open(io.BytesIO(whole)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (2, 2, 8000)
        assert file.readframes(frames) == samples.tobytes()
    assert is_whole(raw, wav, cipher, 2)


def test_a_message_gets_a_header_that_says_how_long_it_is(tmp_path: Path) -> None:
    """A switch that died while it was left had not written the length."""
    raw, wav = tmp_path / "a.wav", tmp_path / "b.wav"
    raw.write_bytes(header(0, 8000, 1) + b"ab" * 8000)
    seal(raw, wav, Cipher(KEY), 8000, 1, skip=44)
    with wave.open(SealedFile(wav.open("rb"), Cipher(KEY))) as file:  # type: ignore[arg-type]
        assert file.getnframes() == 8000


def test_nothing_half_done_is_left_when_the_source_is_missing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        seal(tmp_path / "none.raw", tmp_path / "none.wav", Cipher(KEY), 8000, 2)
    assert list(tmp_path.iterdir()) == []


def test_whole_is_what_has_all_samples_and_opens(tmp_path: Path) -> None:
    raw, wav = tmp_path / "a.raw", tmp_path / "a.wav"
    raw.write_bytes(bytes(400))
    seal(raw, wav, Cipher(KEY), 8000, 2)
    assert is_whole(raw, wav, Cipher(KEY), 2)
    assert not is_whole(raw, wav, Cipher(bytes(32)), 2)
    whole = wav.read_bytes()
    wav.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert not is_whole(raw, wav, Cipher(KEY), 2)
    wav.write_bytes(whole[:-1])
    assert not is_whole(raw, wav, Cipher(KEY), 2)
    wav.unlink()
    assert not is_whole(raw, wav, Cipher(KEY), 2)


def test_header_of_more_than_four_gigabytes_tells_the_largest_size() -> None:
    assert len(header(1 << 40, 8000)) == 44
