"""`python -m trials.desk`: see `scripts/trial desk --help`."""

from __future__ import annotations

import sys

from trials.course import run
from trials.desk.morning import SETTINGS, morning
from trials.desk.options import arguments

if __name__ == "__main__":
    sys.exit(run(arguments(sys.argv[1:]), SETTINGS, "/api/tickets", morning))
