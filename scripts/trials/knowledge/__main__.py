"""`python -m trials.knowledge`: see `scripts/trial knowledge --help`."""

from __future__ import annotations

import sys

from trials.course import run
from trials.knowledge.day import day
from trials.knowledge.options import arguments
from trials.knowledge.town import SETTINGS

if __name__ == "__main__":
    sys.exit(run(arguments(sys.argv[1:]), SETTINGS, "/api/knowledge/articles", day))
