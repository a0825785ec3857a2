"""What may become a prompt, and what is refused."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivr.prompt_editing import takes, words
from ivr.prompt_editing.takes import TakeFailed
from ivr.prompts import loudness
from ivr.prompts.bounds import RATE
from ivr.prompts.intake import Unusable, take_in
from tests.ivr.prompts.sounds import murmur, write

ROOT = Path(__file__).parents[3]


def encoded(path: Path, container: str, codec: str, rate: int) -> Path:
    """A murmur of 1.5 s as `codec` in `container`."""
    if container == "amr":
        # FFmpeg reads it and cannot write it.
        return Path(shutil.copy(Path(__file__).with_name("murmur.amr"), path))
    sound = (murmur(1.5, rate) * 32767).astype("<i2")
    with av.open(str(path), "w", format=container) as out:
        stream = out.add_stream(codec, rate=rate, layout="mono")
        stream.bit_rate = 64_000
        frame = av.AudioFrame.from_ndarray(sound.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = rate
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            out.mux(packet)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(Unusable) as refused:
        take_in(path, path.with_name("out.flac"))
    return refused.value.code


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
    assert report.levelled == pytest.approx(loudness.TARGET, abs=0.5)
    assert report.loudness < report.levelled
    assert report.raw_seconds == pytest.approx(2.2, abs=0.1)
    assert np.abs(samples).max() < 10 ** (-4 / 20)
    assert report.warnings == ()


CONTAINERS = [
    ("ipod", "aac", 44100, "MOV"), ("adts", "aac", 32000, "AAC"), ("amr", "", 8000, "AMR"),
    ("webm", "libopus", 48000, "MATROSKA"), ("asf", "wmav2", 44100, "ASF"), ("mp4", "aac", 48000, "MOV"),
]  # fmt: skip


@pytest.mark.parametrize(("container", "codec", "rate", "kind"), CONTAINERS)
def test_what_phones_and_browsers_record(tmp_path: Path, container: str, codec: str, rate: int, kind: str) -> None:
    report = take_in(encoded(tmp_path / "x.sound", container, codec, rate), tmp_path / "out.flac")
    samples, _ = soundfile.read(tmp_path / "out.flac", dtype="float32")
    assert report.seconds == pytest.approx(len(samples) / RATE) == pytest.approx(1.64, abs=0.15)
    assert (report.rate, report.channels, report.format) == (rate, 1, kind)
    assert loudness.measure(samples, RATE) == pytest.approx(loudness.TARGET, abs=0.5)


def test_a_video_without_sound_is_told(tmp_path: Path) -> None:
    with av.open(str(tmp_path / "x"), "w", format="matroska") as out:
        stream = out.add_stream("ffv1", rate=5, width=16, height=16, pix_fmt="yuv420p")
        frame = av.VideoFrame(16, 16, "yuv420p")
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            out.mux(packet)
    assert refusal(tmp_path / "x") == "no_track"


def test_a_list_that_names_other_files_is_not_followed(tmp_path: Path) -> None:
    encoded(tmp_path / "secret.aac", "adts", "aac", 32000)
    secret = (tmp_path / "secret.aac").as_uri()
    for name, text in (
        ("m3u8", f"#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:2.0,\n{secret}\n#EXT-X-ENDLIST\n"),
        ("concat", f"ffconcat version 1.0\nfile {secret}\n"),
        ("dash", f'<MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><BaseURL>{secret}</BaseURL></MPD>'),
    ):
        (tmp_path / name).write_text(text)
        assert refusal(tmp_path / name) == "not_sound"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_damaged_file_is_taken_in_or_refused(tmp_path: Path, data: st.DataObject) -> None:
    container, codec, rate, _ = data.draw(st.sampled_from(CONTAINERS))
    whole = tmp_path / container
    content = bytearray((whole if whole.exists() else encoded(whole, container, codec, rate)).read_bytes())
    content = content[: data.draw(st.integers(0, len(content)))]
    for at, value in data.draw(st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 255)), max_size=12)):
        if content:
            content[at % len(content)] = value
    (tmp_path / "x").write_bytes(content)
    try:
        assert take_in(tmp_path / "x", tmp_path / "out.flac").seconds < 10
    except Unusable as refused:
        assert words.FAILURES[refused.code]


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
    assert refused.value.code in ("not_sound", "broken", "too_short")
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
        assert told.get("error") == ("not_sound" if code else None)


@pytest.mark.parametrize(("end", "code"), [("SIGKILL", "too_heavy"), ("SIGXCPU", "too_heavy"), ("SIGSEGV", "broken")])
async def test_a_reader_that_dies_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str, code: str) -> None:
    reader = tmp_path / "reader"
    reader.write_text(f"#!/bin/sh\nkill -{end.removeprefix('SIG')} $$\n")
    reader.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(reader))
    with pytest.raises(TakeFailed) as failed:
        await takes.take_in(tmp_path / "x", tmp_path / "out.flac")
    assert failed.value.code == code
