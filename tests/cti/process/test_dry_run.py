"""The house as it stands: every plugin starts, and every screen fits the routes."""

from __future__ import annotations

from pathlib import Path

import pytest

from cti.base.settings import Settings
from cti.process import dry_run


async def test_all_plugins_start_and_all_screens_fit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_DEMO_PASSWORD", "nur-zum-probieren-7")
    assert await dry_run.findings(Settings.load(tmp_path)) == []
    assert list(tmp_path.iterdir()) == [], "the real state directory is left alone"
