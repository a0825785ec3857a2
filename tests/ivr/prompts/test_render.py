"""Rendering, with a voice that hums: one tone a syllable."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from ivr.prompts import loudness
from ivr.prompts.catalogue import load_catalogue
from ivr.prompts.render import render, stale
from ivr.prompts.synthesis import Espeak, Speech, SynthesisUnavailable


class Humming:
    """Speaks each character as 0.2 s of a tone; remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, float]] = []

    def speak(self, text: str, *, voice: str, speed: float) -> Speech:
        self.asked.append((text, voice, speed))
        t = np.arange(round(24000 * 0.2 * len(text) / speed)) / 24000
        tone = 0.05 * np.sin(2 * np.pi * 300 * t) * (1 + np.sin(2 * np.pi * 5 * t))
        return Speech(np.concatenate([np.zeros(9600), tone, np.zeros(9600)]).astype(np.float32), 24000)


def write(layer: Path, one: str = "一号。", speed: float = 1.0) -> None:
    layer.mkdir(exist_ok=True)
    (layer / "zh.yaml").write_text(
        f"language: zh-CN\nvoice: v\nspeed: {speed}\nprompts:\n"
        f"  one: {one}\n  two/a: {{text: '2', say: 二, speed: 0.8}}\n",
        encoding="utf-8",
    )


def test_what_is_missing_is_rendered_once(tmp_path: Path) -> None:
    write(tmp_path)
    voice = Humming()
    told: list[str] = []
    done = render(load_catalogue([tmp_path]), voice, tmp_path, progress=lambda _done, _count, name: told.append(name))
    assert done == told == ["one", "two/a"]
    assert voice.asked == [("一号。", "v", 1.0), ("二", "v", 0.8)]
    catalogue = load_catalogue([tmp_path])
    assert catalogue.problems() == []
    assert render(catalogue, voice, tmp_path) == []
    samples, rate = soundfile.read(tmp_path / "audio" / "zh" / "one.opus", dtype="float32")
    assert loudness.measure(samples, rate) == pytest.approx(loudness.TARGET, abs=1)
    assert len(samples) / rate == pytest.approx(0.6 + 0.14, abs=0.06)


def test_a_new_wording_or_speed_is_rendered_again(tmp_path: Path) -> None:
    write(tmp_path)
    render(load_catalogue([tmp_path]), Humming(), tmp_path)
    write(tmp_path, one="另一号。")
    assert [prompt.id for prompt in stale(load_catalogue([tmp_path]))] == ["one"]
    render(load_catalogue([tmp_path]), Humming(), tmp_path)
    write(tmp_path, one="另一号。", speed=0.9)
    assert render(load_catalogue([tmp_path]), Humming(), tmp_path) == ["one"]


def test_only_what_is_asked_for(tmp_path: Path) -> None:
    write(tmp_path)
    assert render(load_catalogue([tmp_path]), Humming(), tmp_path, only={"two/a"}) == ["two/a"]
    assert render(load_catalogue([tmp_path]), Humming(), tmp_path, only={"two/a"}) == []
    assert render(load_catalogue([tmp_path]), Humming(), tmp_path, only={"two/a"}, force=True) == ["two/a"]


def test_a_recording_by_a_person_is_left_alone(tmp_path: Path) -> None:
    write(tmp_path)
    own = tmp_path / "audio" / "zh" / "one.wav"
    own.parent.mkdir(parents=True)
    soundfile.write(own, 0.1 * np.sin(np.arange(8000) * 0.3), 8000)
    before = own.read_bytes()
    assert render(load_catalogue([tmp_path]), Humming(), tmp_path) == ["two/a"]
    assert own.read_bytes() == before


def test_a_voice_that_is_not_installed_says_so() -> None:
    with pytest.raises(SynthesisUnavailable, match="no-such-program is not installed"):
        Espeak("no-such-program")
