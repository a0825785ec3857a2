"""The benches on a machine that has nothing yet, and in an environment that speaks of somebody's own hotline."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from argparse import Namespace
from pathlib import Path

import pytest
from bench import ready
from bench.esl_lib import measure
from setup.progress import Progress, SetupError

ROOT = Path(__file__).resolve().parents[2]
NAMES = sorted(path.name for path in (ROOT / "scripts" / "bench").iterdir() if path.is_file() and "." not in path.name)


def test_every_bench_is_known() -> None:
    assert sorted(ready.BENCHES) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_help_fetches_nothing(name: str, tmp_path: Path) -> None:
    """`--help` of a bench first downloaded an Asterisk, or failed where there was no environment yet."""
    tree = tmp_path / "tree"
    shutil.copytree(ROOT / "scripts", tree / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    environment = {"PATH": os.environ["PATH"], "HOTLINE_CACHE": str(tmp_path / "cache"), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [str(tree / "scripts" / "bench" / name), "--help"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"usage: scripts/bench/{name}")
    assert sorted(path.name for path in tree.iterdir()) == ["scripts"]
    assert not (tmp_path / "cache").exists()


def test_wrong_options_are_refused_before_anything_is_fetched(tmp_path: Path) -> None:
    command = [str(ROOT / "scripts" / "bench" / "web"), "nonsense"]
    environment = {"PATH": os.environ["PATH"], "HOTLINE_CACHE": str(tmp_path / "cache")}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "no such measurement: nonsense" in done.stderr
    assert not (tmp_path / "cache").exists()


def test_a_hotline_of_the_callers_own_is_left_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Benches were misled by HOTLINE_DATA and the port variables of the caller's environment."""
    # Taken away here, what the bench takes away comes back for the other tests.
    for name in [one for one in os.environ if one.startswith("HOTLINE_")]:
        monkeypatch.delenv(name)
    for name in ("HOTLINE_DATA", "HOTLINE_HTTP_PORT", "HOTLINE_PORT_BASE", "HOTLINE_DEMO_PASSWORD"):
        monkeypatch.setenv(name, "21000")
    monkeypatch.setenv("HOTLINE_SIPP", "/own/sipp")
    monkeypatch.setattr(ready, "TREE", tmp_path)
    monkeypatch.setattr(ready.Environment, "ensure", lambda self, progress, lock: None)
    fetched: list[Progress] = []

    def fetch(progress: Progress) -> Path:
        fetched.append(progress)
        return Path("/fetched/asterisk")

    tools = (
        ready.Tool("HOTLINE_ASTERISK", fetch),
        ready.Tool("HOTLINE_SIPP", fetch),
        ready.Tool("HOTLINE_POSTGRES", fetch, lambda options: options.wanted),
    )
    _, variables = ready.prepared(ready.Bench("x", "x", tools), Namespace(wanted=False))
    found = {name: value for name, value in variables.items() if name.startswith("HOTLINE_")}
    found.pop("HOTLINE_CACHE", None)
    found.pop("HOTLINE_VENV", None)
    assert found == {"HOTLINE_ASTERISK": "/fetched/asterisk", "HOTLINE_SIPP": "/own/sipp"}
    assert len(fetched) == 1


def test_a_tool_that_is_not_to_be_had_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(bench: ready.Bench, options: Namespace) -> None:
        raise SetupError("no PostgreSQL for this machine")

    monkeypatch.setattr(ready, "prepared", refuse)
    with pytest.raises(SystemExit, match="error: no PostgreSQL for this machine"):
        ready.main(["web"])


def test_a_peer_that_does_not_install_is_left_out_and_told(capsys: pytest.CaptureFixture[str]) -> None:
    """The bench of the event socket died where one of its peers has no version for this Python."""
    assert not measure.is_installed(sys.executable, "./no-such-folder-of-a-package")
    assert "cannot be installed for Python" in capsys.readouterr().out
    assert [row.name for row in measure.rows({"greenswitch": "python"})][-1] == "greenswitch"
    assert not any("genesis" in row.name for row in measure.rows({"greenswitch": "python"}))


def test_the_recordings_of_a_bench_are_filled_and_found() -> None:
    """What columns need of rows was found to be lacking minutes after the start, with a million of them.

    In a process of its own: the bench has tables that no hotline has.
    """
    words = ["--rows", "200", "--talks", "100", "--times", "1"]
    command = [sys.executable, "-m", "bench.recordings_lib.measure", *words]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join((str(ROOT / "scripts"), str(ROOT)))}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    said = done.stdout.partition("200 recordings in ")[2].splitlines()[1:]
    measured = [re.fullmatch(r"(all|a county): (.+?)((?: +[0-9]+\.[0-9]){4})( \+ .+)?", line) for line in said]
    assert all(measured), said
    titles = [found[2] for found in measured if found]
    assert len(titles) == 2 * len(set(titles)), "of everything both for all and for a county"
    assert {"the newest", "the newest, page 200", "a number", "a usual word, satisfaction"} < set(titles)
