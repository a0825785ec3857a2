"""``scripts/trial``: sets this machine up, then becomes a trial."""

from __future__ import annotations

import importlib
import os
from pathlib import Path

from setup.cache import locked
from setup.checks import OPENID_PROVIDER, prepare
from setup.console import Console
from setup.environment import RUNTIME, TEST, Environment
from setup.progress import Progress, SetupError
from setup.start import data_dir, fetch_speech, log_dir

USAGE = """\
usage: scripts/trial NAME [options of the trial]

Starts a hotline of its own on 127.0.0.1, puts it through what people do with it, and removes it again.
Trials: {names}; `scripts/trial NAME --help` says what each does.
"""
OWN = ("HOTLINE_DATA", "HOTLINE_HTTP_PORT", "HOTLINE_SIP_PORT", "HOTLINE_PORT_BASE", "HOTLINE_DEMO_PASSWORD")
"""What the caller's environment says of a hotline of his own, which is none of the trial's business."""


def names(tree: Path) -> list[str]:
    """The trials that there are: folders of ``scripts/trials``."""
    return sorted(path.parent.name for path in (tree / "scripts" / "trials").glob("*/__main__.py"))


def run(tree: Path, arguments: list[str]) -> int:
    """Does not return once the options are read: the process becomes the trial. SetupError."""
    usage = USAGE.format(names=", ".join(names(tree)))
    name, *words = arguments or ["--help"]
    if name in ("--help", "-h"):
        print(usage, end="")
        return 0
    if name not in names(tree):
        raise SetupError(f"no such trial: {name}\n{usage}")
    return _become(tree, name, words)


def _become(tree: Path, name: str, words: list[str]) -> int:
    # For `--help` and wrong options nothing is fetched.
    described = importlib.import_module(f"trials.{name}.options")
    described.arguments(words)
    for own in OWN:
        os.environ.pop(own, None)
    environment, progress = Environment(tree), Progress(log_dir(tree))
    with locked(data_dir(tree) / "setup"):
        environment.ensure(progress, RUNTIME)
        environment.ensure(progress, TEST)
        variables = prepare(["browser"], progress, environment, Console(tree, environment))
        if getattr(described, "NEEDS_OPENID", False):
            Console(tree, environment).ensure_packages(tree / OPENID_PROVIDER, progress)
        if getattr(described, "NEEDS_SPEECH", False):
            fetch_speech(progress, environment, {**variables, "HOTLINE_DATA": str(data_dir(tree))})
    variables["PYTHONPATH"] = f"{tree / 'scripts'}{os.pathsep}{tree}"
    os.execve(environment.python, [str(environment.python), "-m", f"trials.{name}", *words], variables)  # noqa: S606
