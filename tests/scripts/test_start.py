"""What `scripts/run` does besides what it always does."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from setup.environment import Environment
from setup.progress import Progress
from setup.start import fetch_speech


@pytest.mark.parametrize(("status", "told"), [(0, []), (1, ["no voice", "no recogniser"])])
def test_a_voice_that_cannot_be_fetched_keeps_nothing_from_starting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], status: int, told: list[str]
) -> None:
    monkeypatch.setenv("HOTLINE_VENV", str(tmp_path / "venv"))
    environment = Environment(tmp_path)
    environment.bin.mkdir(parents=True)
    hotline = environment.bin / "hotline"
    hotline.write_text(f'#!/bin/sh\necho "$HOTLINE_DATA $*" >> {tmp_path}/asked\nexit {status}\n')
    hotline.chmod(0o755)
    fetch_speech(Progress(tmp_path / "logs"), environment, {**os.environ, "HOTLINE_DATA": "here"})
    assert (tmp_path / "asked").read_text().splitlines() == ["here prompt voice --install", "here recogniser --install"]
    said = "".join(capfd.readouterr())
    assert [one for one in ("no voice", "no recogniser") if one in said] == told
