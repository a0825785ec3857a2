"""Becomes the bench in the project's environment, with a PostgreSQL."""

from __future__ import annotations

import os
import sys

from setup.environment import RUNTIME, Environment
from setup.postgres import ensure_postgres
from setup.progress import Progress, SetupError
from setup.start import log_dir

from bench.callpath_lib.ready import TREE


def prepared() -> tuple[str, dict[str, str]]:
    """The project's Python and what it finds around it. Raises SetupError."""
    environment, progress = Environment(TREE), Progress(log_dir(TREE))
    environment.ensure(progress, RUNTIME)
    postgres = os.environ.get("HOTLINE_POSTGRES") or str(ensure_postgres(progress))
    path = f"{TREE / 'scripts'}{os.pathsep}{TREE}"
    return str(environment.python), {**os.environ, "HOTLINE_POSTGRES": postgres, "PYTHONPATH": path}


if __name__ == "__main__":
    try:
        python, variables = prepared()
    except SetupError as error:
        sys.exit(f"error: {error}")
    os.execve(python, [python, "-m", "bench.web_lib.measure", *sys.argv[1:]], variables)  # noqa: S606
