"""`python -m trials.analysis`: see `scripts/trial analysis --help`."""

from __future__ import annotations

import sys
from functools import partial

from trials.analysis.day import day
from trials.analysis.options import arguments
from trials.analysis.passing import year_passes
from trials.analysis.town import SETTINGS
from trials.course import run

if __name__ == "__main__":
    given = arguments(sys.argv[1:])
    before = partial(year_passes, given.tickets, given.calls)
    sys.exit(run(given, SETTINGS, "/api/bigscreen/walls", day, before=before))
