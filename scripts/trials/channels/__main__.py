"""`python -m trials.channels`: see `scripts/trial channels --help`."""

from __future__ import annotations

import sys

from trials.channels.doors import Doors
from trials.channels.options import arguments
from trials.course import run

if __name__ == "__main__":
    options = arguments(sys.argv[1:])
    doors = Doors.chosen(options.base)
    sys.exit(run(options, doors.settings, "/api/tickets", doors.day, doors.before))
