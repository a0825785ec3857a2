"""Runs the measurements and prints their lines."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from bench.knowledge_lib import importing, quality, speed, tables
from bench.knowledge_lib.options import arguments
from bench.office_lib.lists import database


def main() -> None:
    """Those that are asked for."""
    options = arguments(sys.argv[1:])
    with tempfile.TemporaryDirectory(prefix="bench-knowledge-") as folder:
        if "speed" in options.what:
            for line in speed.measured(Path(folder) / "speed", options.articles, options.characters, options.searches):
                print(line, flush=True)
        if "tables" in options.what:
            size, here = (options.articles, options.characters, options.searches), options.keep or Path(folder)
            index = here / "index"
            tables.measured(None, here / "sqlite", index, *size)
            if options.postgresql:
                with database(True) as url:
                    tables.measured(url, Path(folder) / "postgresql", index, *size)
        if "import" in options.what:
            with database(options.postgresql) as url:
                importing.measured(url, Path(folder) / "import", options.rows)
        if "quality" in options.what:
            told = quality.measure(Path(folder) / "quality")
            for what, by, found in told:
                figures = "  ".join(
                    f"{name} {share:.3f} ±{quality.spread(share, found.questions):.3f}"
                    for name, share in (("@1", found.first), ("@5", found.five))
                )
                figures += f"  MRR {found.mrr:.3f}"
                print(f"{what:<24}{by:<36}{found.questions:>5} questions  {figures}")
            if not told:
                print("quality: QA_REPLIES does not name the file of replies", file=sys.stderr)


if __name__ == "__main__":
    main()
