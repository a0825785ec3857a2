"""What may become a prompt, and what is refused."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from ivr.prompts import loudness
from ivr.prompts.intake import RATE, Unusable, take_in
from tests.ivr.prompts.sounds import murmur, write

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("a.wav", {}), ("b.flac", {}), ("c.ogg", {}), ("d.mp3", {}), ("e.aiff", {}),
        ("f.wav", {"subtype": "ALAW"}), ("g.opus", {"format": "OGG", "subtype": "OPUS"}),
    ],
)  # fmt: skip
def test_common_formats_are_trimmed_and_levelled(tmp_path: Path, name: str, more: dict[str, str]) -> None:
    # An upload has no name of its own: what it is shows in its content.
    source = write(tmp_path / name, 1.2, **more).rename(tmp_path / "x.sound")
    report = take_in(source, tmp_path / "out.flac")
    samples, rate = soundfile.read(tmp_path / "out.flac", dtype="float32")
    assert (rate, samples.ndim) == (RATE, 1)
    assert report.seconds == pytest.approx(len(samples) / rate) == pytest.approx(1.2 + 0.14, abs=0.1)
    assert loudness.measure(samples, rate) == pytest.approx(loudness.TARGET, abs=0.5)
    assert np.abs(samples).max() < 10 ** (-4 / 20)
    assert report.warnings == ()


def test_m4a_by_ffmpeg(tmp_path: Path) -> None:
    av = pytest.importorskip("av")
    path = tmp_path / "phone.m4a"
    sound = (murmur(1.5, 44100) * 32767).astype("<i2")
    with av.open(str(path), "w", format="ipod") as out:
        stream = out.add_stream("aac", rate=44100, layout="mono")
        frame = av.AudioFrame.from_ndarray(sound.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = 44100
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            out.mux(packet)
    report = take_in(path, tmp_path / "out.flac")
    assert report.seconds == pytest.approx(1.64, abs=0.15)
    assert (report.rate, report.channels) == (44100, 1)


def test_stereo_and_any_rate(tmp_path: Path) -> None:
    left = murmur(1.0, 44100)
    soundfile.write(tmp_path / "two.wav", np.stack([left, np.zeros_like(left)], axis=1), 44100)
    report = take_in(tmp_path / "two.wav", tmp_path / "out.flac")
    assert (report.rate, report.channels) == (44100, 2)
    assert soundfile.info(tmp_path / "out.flac").samplerate == RATE


def test_what_sounds_poor_is_told(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "loud.wav", np.clip(murmur(1, 8000) * 20, -1, 1), 8000)
    assert take_in(tmp_path / "loud.wav", tmp_path / "o.flac").warnings == ("clipped", "narrow")
    soundfile.write(tmp_path / "low.wav", murmur(1) * 0.01, 16000, subtype="FLOAT")
    assert take_in(tmp_path / "low.wav", tmp_path / "o.flac").warnings == ("quiet",)


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"RIFF\x00\x00\x00\x00WAVE", b"\xff\xfb\x90\x00" * 3, b"OggS" + bytes(60)]
)
def test_what_is_no_sound_is_broken(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(Unusable) as refused:
        take_in(tmp_path / "x", tmp_path / "out.flac")
    assert refused.value.code in ("broken", "silent")
    assert not (tmp_path / "out.flac").exists()


def test_silence_is_refused(tmp_path: Path) -> None:
    for name, samples in (("zero", np.zeros(32000)), ("noise", np.random.default_rng(1).normal(0, 2e-4, 32000))):
        soundfile.write(tmp_path / f"{name}.wav", samples, 16000)
        with pytest.raises(Unusable) as refused:
            take_in(tmp_path / f"{name}.wav", tmp_path / "out.flac")
        assert refused.value.code == "silent"


def test_what_is_no_number_is_broken(tmp_path: Path) -> None:
    samples = murmur(1.0)
    samples[100] = np.nan
    soundfile.write(tmp_path / "x.wav", samples, 16000, subtype="FLOAT")
    with pytest.raises(Unusable, match="no numbers"):
        take_in(tmp_path / "x.wav", tmp_path / "out.flac")


def test_what_is_too_long_is_told_before_it_is_read_to_its_end(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "x.flac", np.zeros(8000 * 4000, np.int16), 8000)
    with pytest.raises(Unusable) as refused:
        take_in(tmp_path / "x.flac", tmp_path / "out.flac")
    assert refused.value.code == "too_long"


def test_a_full_disk_is_told(tmp_path: Path) -> None:
    write(tmp_path / "a.wav")
    with pytest.raises(Unusable) as refused:
        take_in(tmp_path / "a.wav", tmp_path / "no" / "such" / "out.flac")
    assert refused.value.code == "full"


def test_the_process_tells_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "bad").write_bytes(b"nothing")
    write(tmp_path / "good.wav")
    for name, code in (("good.wav", 0), ("bad", 1)):
        command = [sys.executable, "-m", "ivr.prompts.intake", str(tmp_path / name), str(tmp_path / "out.flac")]
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
        assert done.returncode == code, done.stderr
        told = json.loads(done.stdout)
        assert told.get("error") == ("broken" if code else None)
