"""The real voice: its lock file always, the voice itself where it was installed."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import numpy as np
import pytest

from ivr.prompts import loudness
from ivr.prompts.kokoro_packages import LOCK, default_cache, kokoro
from ivr.prompts.synthesis import Kokoro, Synthesis, SynthesisUnavailable


def test_every_package_is_pinned_by_version_and_hash() -> None:
    text = re.sub(r"\\\n\s*", "", LOCK.read_text(encoding="utf-8"))
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert len(lines) >= 7
    for line in lines:
        assert re.fullmatch(r"[a-z0-9-]+==[0-9.]+( *--hash=sha256:[0-9a-f]{64})+ *", line), line
    assert "http" not in text


def test_what_is_not_installed_is_told(tmp_path: Path) -> None:
    with pytest.raises(SynthesisUnavailable):
        Kokoro(tmp_path / "none.onnx", tmp_path)


@pytest.fixture(scope="module")
def voice() -> Synthesis:
    if not default_cache().is_dir():
        pytest.skip("the voice is not installed: python -m ivr.prompts.render installs it")
    return kokoro()


def test_it_speaks(voice: Synthesis) -> None:
    speech = voice.speak("您好，请稍候。", voice="zf_xiaobei", speed=1.0)
    assert speech.rate == 24000
    assert 0.8 < len(loudness.trim(speech.samples, speech.rate)) / speech.rate < 3
    again = voice.speak("您好，请稍候。", voice="zf_xiaobei", speed=1.0)
    assert hashlib.sha256(again.samples.tobytes()).digest() == hashlib.sha256(speech.samples.tobytes()).digest()


def test_punctuation_makes_a_pause(voice: Synthesis) -> None:
    speech = voice.speak("您好，请稍候。", voice="zf_xiaobei", speed=1.0)
    inside = loudness.trim(speech.samples, speech.rate, edge=0.03)
    quiet = np.convolve(np.abs(inside) > 0.002, np.ones(round(0.12 * speech.rate)), mode="valid")
    assert quiet.min() == 0


def test_only_what_stands_in_the_brackets_is_kept(voice: Synthesis) -> None:
    whole = voice.speak("号码是三零八五。", voice="zf_xiaobei", speed=1.0)
    part = voice.speak("号码是三零八〔五。〕", voice="zf_xiaobei", speed=1.0)
    assert len(loudness.trim(part.samples, 24000)) < 0.5 * len(loudness.trim(whole.samples, 24000))


@pytest.mark.parametrize(
    ("text", "message"), [("拨打110", "cannot be read"), ("三〔五", "not closed"), ("", "0 phonemes")]
)
def test_what_cannot_be_spoken_is_refused(voice: Synthesis, text: str, message: str) -> None:
    with pytest.raises(SynthesisUnavailable, match=message):
        voice.speak(text, voice="zf_xiaobei", speed=1.0)


def test_an_unknown_voice_is_refused(voice: Synthesis) -> None:
    with pytest.raises(SynthesisUnavailable, match="no voice 'zf_nobody'"):
        voice.speak("您好", voice="zf_nobody", speed=1.0)
