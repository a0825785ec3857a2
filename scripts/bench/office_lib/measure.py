"""Runs the measurements and prints a line for each."""

from __future__ import annotations

import asyncio
import sys

from bench.office_lib.options import arguments
from bench.office_lib.uploads import upload


def main() -> None:
    """All of them."""
    options = arguments(sys.argv[1:])
    print(asyncio.run(upload(options.megabytes)))


if __name__ == "__main__":
    main()
