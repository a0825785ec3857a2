"""A new plugin works at once, and the migrations made from its models are forward and back what these say."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Integer, String
from sqlalchemy.orm import mapped_column

import workflow
from cti.base.manifest import PluginError, read_manifest
from cti.plugins import find_plugins
from cti.process.making.migrating import write_migration
from cti.process.making.skeleton import make_plugin
from cti.store.columns import Base, UtcDateTime

ROOT = Path(__file__).resolve().parents[3]
RUN = """\
import sys, pytest, workflow
workflow.__path__.append(sys.argv[1])
sys.path.append("scripts")
house = ["-c", "pyproject.toml", "--rootdir", ".", "-p", "tests.conftest", "-p", "no:cacheprovider"]
sys.exit(pytest.main(["-q", *house, "-k", sys.argv[3], sys.argv[2]]))
"""


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of a plugin `parkings`, which can be imported."""
    make_plugin(tmp_path, "parkings", "车位")
    (tmp_path / "tests").rename(tmp_path / "trials")
    monkeypatch.setattr(workflow, "__path__", [*workflow.__path__, str(tmp_path / "workflow")])
    yield tmp_path / "workflow" / "parkings"
    for name in [one for one in sys.modules if one.startswith("workflow.parkings")]:
        del sys.modules[name]
    for table in ("parkings", "parking_places"):
        if table in Base.metadata.tables:
            Base.metadata.remove(Base.metadata.tables[table])


def test_the_tests_of_a_new_plugin_pass(made: Path) -> None:
    trial = made.parents[1] / "trials" / "workflow" / "parkings" / "test_parkings.py"
    arguments = [sys.executable, "-c", RUN, str(made.parent), str(trial), "not postgresql"]
    done = subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 passed" in done.stdout


def test_one_outside_of_the_checkout_passes_its_tests_there_and_is_checked_with_the_house(tmp_path: Path) -> None:
    """In an empty folder: made, tested, and found by every command."""
    environment = {**os.environ, "HOTLINE_PLUGINS": str(tmp_path), "HOTLINE_DATA": str(tmp_path / "data")}
    for words in (
        ["cti.process.cli", "plugin", "new", "parkings", "--title", "车位"],
        ["pytest", "-q", "-p", "no:cacheprovider", "-k", "not postgresql"],
        ["cti.process.cli", "check"],
    ):
        done = subprocess.run(
            [sys.executable, "-m", *words], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=180,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
    assert "parkings" in done.stdout and "; 0 problems" in done.stdout


def test_what_is_there_or_has_no_name_is_not_made(tmp_path: Path) -> None:
    make_plugin(tmp_path, "parkings")
    for wrong in ("parkings", "Parkings", "../up", ""):
        with pytest.raises(PluginError):
            make_plugin(tmp_path, wrong)
    assert [one.name for one in find_plugins(tmp_path)] == ["parkings"]


async def test_a_migration_is_made_of_what_changed(made: Path) -> None:
    plugin = read_manifest(made, "workflow.parkings")
    assert await write_migration(plugin, []) is None, "the first one is what the models say"
    row = importlib.import_module("workflow.parkings.models").ParkingRow
    row.level = mapped_column(Integer, nullable=False)
    row.letter = mapped_column(String(1), nullable=True)
    path = await write_migration(plugin, [], "Levels and letters.")
    assert path is not None
    assert path.name == "0002_levels_and_letters.py"
    text = path.read_text("utf-8")
    assert 'down_revision = "0001"' in text
    assert text.count("server_default=") == 1, "rows that exist get a level"
    assert await write_migration(plugin, []) is None
    row.since = mapped_column(UtcDateTime, nullable=False)
    with pytest.raises(PluginError, match=r"parkings\.since"):
        await write_migration(plugin, [])
    assert sorted(one.name for one in (made / "migrations").glob("0*")) == ["0001_begin.py", path.name]
