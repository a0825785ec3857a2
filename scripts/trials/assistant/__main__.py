"""`python -m trials.assistant`: see `scripts/trial assistant --help`."""

from __future__ import annotations

import sys

from trials.assistant.day import day
from trials.assistant.options import arguments
from trials.assistant.town import SETTINGS
from trials.course import run

if __name__ == "__main__":
    sys.exit(run(arguments(sys.argv[1:]), SETTINGS, "/api/transcripts", day))
