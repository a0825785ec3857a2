"""What a starting engine does before it serves callers: nothing that they do not need."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from cti.base.cli_settings import ROOT
from cti.plugins import PluginHost
from cti.telephony.switch.scripted import ScriptedSwitch
from tests.engine_without_switch import engine_without_switch

ON_THE_WAY = ("acd", "ivr", "recorder", "softphone", "citizens", "lists")
"""Parts that a call goes through."""
SELDOM = ("openpyxl", "reportlab", "docx", "alembic", "mako", "av", "joserfc")
"""Packages that take long to load, for spreadsheets, migrations, uploads of sound, and sign-in elsewhere."""


def test_what_callers_do_not_need_is_not_loaded_while_they_wait() -> None:
    """A third of an engine's start was loading of what no call needs."""
    parts = ["cti.process.app", *(f"{name}.plugin" for name in ON_THE_WAY[:4])]
    parts += [f"workflow.{name}.plugin" for name in ON_THE_WAY[4:]]
    code = f"import sys\nimport {', '.join(parts)}\nprint([one for one in {SELDOM!r} if one in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


async def test_calls_are_served_before_any_other_part_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    story: list[str] = []
    start, rest = ScriptedSwitch.start, PluginHost.start_rest

    async def served(switch: ScriptedSwitch, *handlers: object) -> None:
        story.append("served")
        await start(switch, *handlers)  # type: ignore[arg-type]  # as they came

    async def others(host: PluginHost) -> None:
        story.extend(plugin.name for plugin in host.running)
        await rest(host)

    monkeypatch.setattr(ScriptedSwitch, "start", served)
    monkeypatch.setattr(PluginHost, "start_rest", others)
    async with engine_without_switch(tmp_path, monkeypatch) as (running, _):
        await asyncio.sleep(0)
        started = [plugin.name for plugin in running.plugins.running]
    assert story[0] == "served" and set(story[1:]) == set(ON_THE_WAY)
    assert set(started) > set(ON_THE_WAY)
