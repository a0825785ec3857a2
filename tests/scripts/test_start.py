"""What `scripts/run` does besides what it always does."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from setup.environment import Environment
from setup.progress import Progress
from setup.start import encode_prompts, fetch_speech


def installed(folder: Path, does: str) -> Environment:
    """An environment whose `hotline` does this."""
    environment = Environment(folder)
    environment.bin.mkdir(parents=True)
    hotline = environment.bin / "hotline"
    hotline.write_text(f"#!/bin/sh\n{does}\n")
    hotline.chmod(0o755)
    return environment


def test_prompts_are_encoded_once_before_the_first_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first start encoded them while the engine had a minute to get ready: on a busy machine it was given up."""
    monkeypatch.setenv("HOTLINE_VENV", str(tmp_path / "venv"))
    index = tmp_path / "data" / "prompts" / "index.json"
    does = f'echo "$*" >> {tmp_path}/asked\nmkdir -p {index.parent}\ntest -e {tmp_path}/broken || touch {index}'
    environment, env = installed(tmp_path, does), {**os.environ, "HOTLINE_DATA": str(tmp_path / "data")}
    (tmp_path / "broken").touch()
    for _ in range(3):
        encode_prompts(Progress(tmp_path / "logs"), environment, env)
        (tmp_path / "broken").unlink(missing_ok=True)
    assert (tmp_path / "asked").read_text().splitlines() == ["prompt encode"] * 2


@pytest.mark.parametrize(("status", "told"), [(0, []), (1, ["no voice", "no recogniser"])])
def test_a_voice_that_cannot_be_fetched_keeps_nothing_from_starting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], status: int, told: list[str]
) -> None:
    monkeypatch.setenv("HOTLINE_VENV", str(tmp_path / "venv"))
    environment = installed(tmp_path, f'echo "$HOTLINE_DATA $*" >> {tmp_path}/asked\nexit {status}')
    fetch_speech(Progress(tmp_path / "logs"), environment, {**os.environ, "HOTLINE_DATA": "here"})
    assert (tmp_path / "asked").read_text().splitlines() == ["here prompt voice --install", "here recogniser --install"]
    said = "".join(capfd.readouterr())
    assert [one for one in ("no voice", "no recogniser") if one in said] == told
