"""The command line of `scripts/bench/knowledge`."""

from __future__ import annotations

import argparse
from pathlib import Path

DESCRIPTION = (
    "Finds articles in an index of many: how long a search with facets and a suggestion take, how soon a published "
    "article is found, how long all take to be put, how much memory and disk it needs. With QA_REPLIES, the file of a "
    "city's replies, also how well they are found, beside BM25 by characters and by words. "
    "`tables` asks the whole service, with rights and rows of the tables, on SQLite and with --postgresql there too. "
    "`import` takes a merged hotline's table in, twice, while its engine ends and dies: CPU a row, the longest stall "
    "of the loop beside it, memory; some three minutes for --rows 5000."
)


def arguments(words: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="scripts/bench/knowledge", description=DESCRIPTION)
    parser.add_argument("--articles", type=int, default=100_000, help="default 100,000")
    parser.add_argument("--characters", type=int, default=2_000, help="of each (default 2,000)")
    parser.add_argument("--searches", type=int, default=500, help="default 500")
    parser.add_argument("--rows", type=int, default=50_000, help="of the table that is imported twice (default 50,000)")
    parser.add_argument("--postgresql", action="store_true", help="of its own: `import` there, `tables` there too")
    parser.add_argument(
        "--keep", type=Path, help="folder in which `tables` keeps the filled SQLite and its index, for the next time"
    )
    parser.add_argument(
        "what", nargs="*", choices=["speed", "quality", "tables", "import"], help="default: speed, quality"
    )
    found = parser.parse_args(words)
    found.what = found.what or ["speed", "quality"]
    return found
