"""`python -m trials.bots`: see `scripts/trial bots --help`."""

from __future__ import annotations

import sys
from functools import partial

from trials.bots.day import day
from trials.bots.options import arguments
from trials.bots.town import SETTINGS
from trials.course import run

if __name__ == "__main__":
    options = arguments(sys.argv[1:])
    sys.exit(run(options, SETTINGS, "/api/revisit_plans", partial(day, revisits=options.revisits, parts=options.parts)))
