"""Has the machine set up what the proof needs, then becomes it in the project's environment."""

from __future__ import annotations

import os
import sys

from setup.progress import SetupError

from bench.callpath_lib.ready import prepared

if __name__ == "__main__":
    try:
        python, variables = prepared()
    except SetupError as error:
        sys.exit(f"error: {error}")
    os.execve(python, [python, "-m", "bench.acd_proof_lib", *sys.argv[1:]], variables)  # noqa: S606
