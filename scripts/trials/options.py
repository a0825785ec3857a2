"""The command line that all trials have."""

from __future__ import annotations

import argparse
from pathlib import Path


def parser(name: str, description: str, minutes: int) -> argparse.ArgumentParser:
    """Of `scripts/trial NAME`, to which the trial adds what it alone has."""
    found = argparse.ArgumentParser(
        prog=f"scripts/trial {name}", description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    found.add_argument("--pictures", type=Path, help="folder of the screenshots (a new one, which is named)")
    found.add_argument("--base", type=int, default=41000, help="the hotline's ports from here on (%(default)s)")
    found.add_argument("--minutes", type=float, default=minutes, help="fail when it takes longer (%(default)s)")
    found.add_argument(
        "--stay", action="store_true", help="leave the hotline running at the end, well or not, until Ctrl-C"
    )
    return found
