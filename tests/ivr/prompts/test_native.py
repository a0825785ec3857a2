"""Prompts in the switch's formats."""

from __future__ import annotations

import time
import wave
from pathlib import Path

import numpy as np
import pytest
import soundfile

from ivr.prompts import g711
from ivr.prompts.catalogue import PromptCatalogue, load_catalogue
from ivr.prompts.native import Installed, install
from ivr.prompts.resample import resample

SOUNDS = {"music/calm", "tone/beep", "tone/notice", "tone/silence"}


@pytest.fixture
def layer(tmp_path: Path) -> Path:
    folder = tmp_path / "layer"
    (folder / "audio" / "zh").mkdir(parents=True)
    (folder / "zh.yaml").write_text(
        "language: zh-CN\nvoice: v\nprompts:\n  one: 一。\n  two/a: 二。\n", encoding="utf-8"
    )
    record(folder, "one", 400)
    record(folder, "two/a", 700)
    return folder


def record(layer: Path, identifier: str, hertz: float) -> None:
    path = layer / "audio" / "zh" / f"{identifier}.wav"
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, 0.3 * np.sin(2 * np.pi * hertz * np.arange(24000) / 24000), 24000)


def files(directory: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(directory)): path.read_bytes() for path in sorted(directory.rglob("*")) if path.is_file()
    }


def test_each_prompt_comes_in_each_format(layer: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int, str]] = []
    done = install(load_catalogue([layer]), tmp_path / "out", progress=lambda *what: told.append(what))
    assert set(done.written) == {"zh/one", "zh/two/a"} | SOUNDS
    assert [number for number, _, _ in told] == list(range(1, 7))
    assert {count for _, count, _ in told} == {6}
    found = files(tmp_path / "out")
    assert set(found) == {f"{name}.{suffix}" for name in done.written for suffix in ("alaw", "sln16", "wav")} | {
        "index.json"
    }
    assert len(found["zh/one.alaw"]) == 8000
    assert len(found["zh/one.sln16"]) == 2 * 16000
    with wave.open(str(tmp_path / "out" / "zh" / "one.wav")) as reader:
        assert (reader.getframerate(), reader.getsampwidth(), reader.getnchannels()) == (8000, 2, 1)
        plain = np.frombuffer(reader.readframes(8000), dtype="<i2")
    assert np.array_equal(g711.decode(found["zh/one.alaw"]), g711.decode(g711.encode(plain)))
    wide = np.frombuffer(found["zh/one.sln16"], dtype="<i2")
    wanted = 0.3 * 32767 * np.sin(2 * np.pi * 400 * np.arange(16000) / 16000)
    assert np.abs(wide - wanted)[200:-200].max() < 30


def test_a_second_run_does_nothing(layer: Path, tmp_path: Path) -> None:
    catalogue = load_catalogue([layer])
    first = install(catalogue, tmp_path / "out")
    stamps = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*")}
    assert install(catalogue, tmp_path / "out") == Installed((), len(first.written), ())
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*")} == stamps


def test_only_what_changed_is_written(layer: Path, tmp_path: Path) -> None:
    install(load_catalogue([layer]), tmp_path / "out")
    before = files(tmp_path / "out")
    record(layer, "one", 900)
    assert install(load_catalogue([layer]), tmp_path / "out").written == ("zh/one",)
    after = files(tmp_path / "out")
    assert {name for name in after if after[name] != before[name]} == {
        "index.json", "zh/one.alaw", "zh/one.sln16", "zh/one.wav",
    }  # fmt: skip


def test_what_was_lost_comes_back_and_what_is_gone_goes(layer: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    install(load_catalogue([layer]), out)
    (out / "zh" / "one.alaw").unlink()
    (out / "zh" / "foreign.alaw").write_bytes(b"kept")
    (layer / "zh.yaml").write_text("language: zh-CN\nvoice: v\nprompts:\n  one: 一。\n", encoding="utf-8")
    done = install(load_catalogue([layer]), out)
    assert (done.written, done.removed) == (("zh/one",), ("zh/two/a",))
    assert not (out / "zh" / "two" / "a.wav").exists()
    assert (out / "zh" / "foreign.alaw").read_bytes() == b"kept"


def test_an_interrupted_run_is_taken_up(layer: Path, tmp_path: Path) -> None:
    class Interrupted(Exception):
        pass

    def interrupt(done: int, count: int, name: str) -> None:
        if done == 3:
            raise Interrupted

    catalogue = load_catalogue([layer])
    with pytest.raises(Interrupted):
        install(catalogue, tmp_path / "out", progress=interrupt)
    install(catalogue, tmp_path / "out")
    install(catalogue, tmp_path / "whole")
    assert files(tmp_path / "out") == files(tmp_path / "whole")


def test_a_damaged_index_costs_time_only(layer: Path, tmp_path: Path) -> None:
    catalogue = load_catalogue([layer])
    first = install(catalogue, tmp_path / "out")
    (tmp_path / "out" / "index.json").write_text("[1,", encoding="utf-8")
    assert set(install(catalogue, tmp_path / "out").written) == set(first.written)


def test_a_format_must_be_known(layer: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="mp3"):
        install(load_catalogue([layer]), tmp_path / "out", formats=["mp3"])


def test_the_shipped_prompts_survive_the_telephone(tmp_path: Path) -> None:
    catalogue: PromptCatalogue = load_catalogue()
    started = time.perf_counter()
    done = install(catalogue, tmp_path, formats=["alaw"])
    took = time.perf_counter() - started
    assert len(done.written) == len(catalogue.ids()) + len(SOUNDS)
    again = time.perf_counter()
    assert install(catalogue, tmp_path, formats=["alaw"]).written == ()
    assert time.perf_counter() - again < took / 4
    for identifier in ("greeting", "queue_wait", "digit/9"):
        path = catalogue.audio(catalogue.get(identifier))
        assert path is not None
        samples, rate = soundfile.read(path, dtype="float32")
        narrow = resample(samples, rate, 8000)
        line = g711.decode((tmp_path / "zh" / f"{identifier}.alaw").read_bytes()) / 32767
        noise = line - narrow
        assert 10 * np.log10((narrow**2).mean() / (noise**2).mean()) > 34, identifier


def test_files_of_another_kind_of_switch_go_when_it_changes(layer: Path, tmp_path: Path) -> None:
    """FreeSWITCH found Asterisk's waiting music in the folder, and told an error at each pass."""
    out = tmp_path / "out"
    install(load_catalogue([layer]), out, formats=("alaw", "sln16"))
    assert (out / "music" / "calm.sln16").exists()
    install(load_catalogue([layer]), out, formats=("wav",))
    assert {Path(name).suffix for name in files(out)} == {".wav", ".json"}
    install(load_catalogue([layer]), out, formats=("alaw", "sln16"))
    assert {Path(name).suffix for name in files(out)} == {".alaw", ".sln16", ".json"}
