"""Becomes the bench in the project's environment, with an Asterisk and a SIPp unless `--alone`."""

from __future__ import annotations

import os
import sys

from setup.environment import RUNTIME, Environment
from setup.progress import Progress, SetupError
from setup.start import log_dir

from bench.callpath_lib.ready import TREE
from bench.callpath_lib.ready import prepared as with_a_switch


def prepared(alone: bool) -> tuple[str, dict[str, str]]:
    """The project's Python and what it finds around it. Raises SetupError."""
    if not alone:
        return with_a_switch()
    environment = Environment(TREE)
    environment.ensure(Progress(log_dir(TREE)), RUNTIME)
    return str(environment.python), {**os.environ, "PYTHONPATH": f"{TREE / 'scripts'}{os.pathsep}{TREE}"}


if __name__ == "__main__":
    try:
        python, variables = prepared("--alone" in sys.argv)
    except SetupError as error:
        sys.exit(f"error: {error}")
    os.execve(python, [python, "-m", "bench.ivr_lib.measure", *sys.argv[1:]], variables)  # noqa: S606
