"""Formats: both sides are heard apart in each, and a missing encoder is told."""

from __future__ import annotations

import io
from typing import Literal

import av
import numpy as np
import pytest

from recorder import formats
from recorder.formats import NoEncoder, encoded
from recorder.wav import header

RATE = 8000


def two_sides(seconds: float = 3.0) -> bytes:
    at = np.arange(int(seconds * RATE)) / RATE
    sides = np.stack([np.sin(2 * np.pi * tone * at) * 9000 for tone in (500, 1100)], axis=1).astype("<i2")
    return header(sides.nbytes, RATE) + sides.tobytes()


@pytest.mark.parametrize("format", ["opus", "mp3"])
def test_both_sides_are_heard_apart(format: Literal["opus", "mp3"]) -> None:
    whole = two_sides()
    made = encoded(io.BytesIO(whole), format)
    assert len(made) < len(whole) / 4
    with av.open(io.BytesIO(made)) as file:
        stream = file.streams.audio[0]
        resampler = av.AudioResampler("s16", "stereo", RATE)
        pieces = [one.to_ndarray() for frame in file.decode(stream) for one in resampler.resample(frame)]
    sides = np.concatenate(pieces, axis=1).reshape(-1, 2)
    assert 2.9 < len(sides) / RATE < 3.3
    for column, tone in ((0, 500), (1, 1100)):
        side = sides[RATE : 2 * RATE, column]
        assert abs(int(np.argmax(np.abs(np.fft.rfft(side)))) - tone) <= 2


def test_a_missing_encoder_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(formats.KINDS, "mp3", ("no such encoder", "mp3", "audio/mpeg"))
    with pytest.raises(NoEncoder):
        encoded(io.BytesIO(two_sides()), "mp3")
