"""`python -m trials.management`: see `scripts/trial management --help`."""

from __future__ import annotations

import sys

from trials.course import run
from trials.management.center import SETTINGS
from trials.management.month import month
from trials.management.options import arguments

if __name__ == "__main__":
    sys.exit(run(arguments(sys.argv[1:]), SETTINGS, "/api/performance/periods", month))
