"""The house as it stands: every plugin starts, and every screen fits the routes."""

from __future__ import annotations

from pathlib import Path

import pytest
from aiohttp import ClientSession

from cti.base.manifest import Manifest
from cti.base.settings import Settings
from cti.process import dry_run


async def test_all_plugins_start_and_all_screens_fit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_DEMO_PASSWORD", "nur-zum-probieren-7")
    assert await dry_run.findings(Settings.load(tmp_path)) == []
    assert list(tmp_path.iterdir()) == [], "the real state directory is left alone"


async def test_a_house_that_is_tried_leaves_nothing_and_shows_nobody_a_page(tmp_path: Path) -> None:
    """To read and compress the console took a check a fifth of a second."""
    async with dry_run.dry_house(Settings.load(tmp_path / "real"), tmp_path) as house, ClientSession() as session:
        assert [path.name.startswith("hotline-check-") for path in tmp_path.iterdir()] == [True]
        async with session.get(f"http://127.0.0.1:{house.web.port}/") as answer:
            assert answer.status == 503
    assert list(tmp_path.iterdir()) == []


def test_a_grant_to_a_role_that_no_hotline_has_is_told() -> None:
    """It gave nothing to anybody, and nobody was told."""
    granting = {"name": "x", "title": "x", "permissions": {"x.see": "x"}}
    right = Manifest.model_validate({**granting, "grants": {"agent": ["x.see"]}})
    wrong = Manifest.model_validate({**granting, "grants": {"agent": ["x.see"], "agents": ["x.see"]}})
    assert dry_run.granted_to_nobody(right) == []
    assert dry_run.granted_to_nobody(wrong) == ["plugin x: grants to agents, a role that no hotline begins with"]
