"""The trials on a machine that has nothing yet."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from setup import trials

ROOT = Path(__file__).resolve().parents[2]


def trial(tree: Path, cache: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "HOTLINE_CACHE": str(cache), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [str(tree / "scripts" / "trial"), *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "scripts", tmp_path / "tree/scripts", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "tree"


@pytest.mark.parametrize("words", [["--help"], [], *([name, "--help"] for name in trials.names(ROOT))])
def test_help_names_the_trials_and_fetches_nothing(words: list[str], tree: Path, tmp_path: Path) -> None:
    done = trial(tree, tmp_path / "cache", *words)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("usage: scripts/trial")
    assert not words or words[0] == "--help" or f"scripts/trial {words[0]}" in done.stdout
    assert sorted(path.name for path in tree.iterdir()) == ["scripts"]
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize(("words", "says"), [(["nonsense"], "no such trial"), (["tickets", "--base", "x"], "--base")])
def test_what_is_no_trial_or_no_option_is_refused_before_anything_is_fetched(
    words: list[str], says: str, tree: Path, tmp_path: Path
) -> None:
    done = trial(tree, tmp_path / "cache", *words)
    assert done.returncode != 0
    assert says in done.stderr
    assert not (tmp_path / "cache").exists()
