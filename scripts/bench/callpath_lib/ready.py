"""Has the machine set up what the bench needs, then becomes the bench in the project's environment."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from setup.asterisk import ensure_asterisk
from setup.cache import locked
from setup.environment import RUNTIME, Environment
from setup.progress import Progress, SetupError
from setup.start import data_dir, log_dir
from setup.testtools import SIPP, ensure_tool

TREE = Path(__file__).resolve().parents[3]


def prepared(words: Sequence[str] = ()) -> tuple[str, dict[str, str]]:
    """The project's Python, and the environment in which a bench with these options finds everything; SetupError."""
    environment = Environment(TREE)
    progress = Progress(log_dir(TREE))
    with locked(data_dir(TREE) / "setup"):
        environment.ensure(progress, RUNTIME)
        # A FreeSWITCH is found by the bench itself, or missed.
        own = "freeswitch" not in words
        switch = {"HOTLINE_ASTERISK": str(ensure_asterisk(progress))} if own else {}
        sipp = os.environ.get("HOTLINE_SIPP") or str(ensure_tool(SIPP, progress))
    path = f"{TREE / 'scripts'}{os.pathsep}{TREE}"
    return str(environment.python), {
        **os.environ,
        **switch,
        "HOTLINE_SIPP": sipp,
        "PYTHONPATH": path,
    }


if __name__ == "__main__":
    try:
        python, variables = prepared(sys.argv[1:])
    except SetupError as error:
        sys.exit(f"error: {error}")
    os.execve(python, [python, "-m", "bench.callpath_lib", *sys.argv[1:]], variables)  # noqa: S606
