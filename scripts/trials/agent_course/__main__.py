"""`python -m trials.agent_course`: see `scripts/trial agent_course --help`."""

from __future__ import annotations

import sys

from trials.agent_course.options import arguments
from trials.agent_course.taking import taking
from trials.agent_course.town import SETTINGS
from trials.course import run

if __name__ == "__main__":
    options = arguments(sys.argv[1:])
    sys.exit(run(options, SETTINGS, "/api/training/materials", taking(renew=options.renew)))
