"""`python -m trials.tickets`: see `scripts/trial tickets --help`."""

from __future__ import annotations

import sys

from trials.course import run
from trials.tickets.city import SETTINGS
from trials.tickets.morning import morning
from trials.tickets.options import arguments

if __name__ == "__main__":
    sys.exit(run(arguments(sys.argv[1:]), SETTINGS, "/api/tickets", morning))
