"""The set-up's broker: a Mosquitto, or the embedded one without asking at every start."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from setup import broker
from setup.progress import Progress, SetupError


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was fetched, on a machine that has no Mosquitto and no package source."""
    found: list[str] = []

    def refuse(tool: broker.Tool, progress: Progress) -> Path:
        found.append(tool.name)
        raise SetupError("no package list could be fetched")

    monkeypatch.setattr(broker, "ensure_tool", refuse)
    monkeypatch.setenv("HOTLINE_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("HOTLINE_MOSQUITTO", raising=False)
    return found


def test_a_machine_without_starts_with_the_embedded_one_and_asks_again_tomorrow(
    asked: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    progress = Progress(tmp_path / "logs")
    assert broker.mosquitto_if_possible(progress) == {}
    assert "the embedded broker serves: no package list could be fetched" in "".join(capfd.readouterr())
    assert broker.mosquitto_if_possible(progress) == {}
    assert asked == ["mosquitto"]
    missed = tmp_path / "cache" / "mosquitto.missed"
    yesterday = missed.stat().st_mtime - broker.ASK_AGAIN_SECONDS - 1
    os.utime(missed, (yesterday, yesterday))
    broker.mosquitto_if_possible(progress)
    assert asked == ["mosquitto"] * 2


def test_one_that_is_named_is_not_fetched(asked: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_MOSQUITTO", "/own/mosquitto")
    assert broker.mosquitto_if_possible(Progress(tmp_path / "logs")) == {"HOTLINE_MOSQUITTO": "/own/mosquitto"}
    assert not asked
