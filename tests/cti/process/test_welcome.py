from pathlib import Path

import pytest

from cti.base.settings import Settings
from cti.process.welcome import VARIABLES, welcome


def test_the_next_lines_work_in_another_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    assert "\n  .venv/bin/hotline call 12345\n" in welcome(Settings.load(tmp_path), 1.0)
    folder = tmp_path / "the city"
    folder.mkdir()
    monkeypatch.setenv("HOTLINE_DATA", str(folder))
    monkeypatch.setenv("HOTLINE_SIP_PORT", "5599")
    said = welcome(Settings.load(folder), 1.0)
    assert f"HOTLINE_DATA='{folder}' HOTLINE_SIP_PORT=5599 .venv/bin/hotline agents 2" in said
    assert "sip:12345@127.0.0.1:5599" in said
