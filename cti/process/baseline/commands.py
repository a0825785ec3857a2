"""`hotline baseline`: what of this installation is below the third level of protection (等保三级), and where."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from typing import Any

from cti.base.cli_settings import data_folder
from cti.base.settings import Settings
from cti.process.baseline.checks import TABLE, Check
from cti.process.baseline.facts import Facts, gather
from cti.store.engine import Store

STANDARD = "GB/T 22239-2019"


def add_commands(subparsers: Any) -> None:
    """Add the command to the command line's subparsers (of argparse)."""
    parser = subparsers.add_parser(
        "baseline",
        help="what is below the third level of protection (等保三级, GB/T 22239-2019)",
        description="Looks at settings, files, accounts, processes and ports of this hotline; changes nothing. "
        "The exit code is 0 when nothing is below, else 1.",
    )
    parser.add_argument("--json", action="store_true", help="as JSON, all checks")
    parser.set_defaults(run=lambda arguments: asyncio.run(_run(arguments)))


def results(facts: Facts) -> list[tuple[Check, list[str]]]:
    """Each check with what it found."""
    return [(check, list(check.look(facts))) for check in TABLE]


def as_text(found: list[tuple[Check, list[str]]]) -> str:
    """What is below, with its area; then what is not."""
    lines = []
    for check, below in found:
        lines += [f"{STANDARD} third level, {check.area} {check.control}: {one}" for one in below]
    count, good = len(lines), sum(not below for _, below in found)
    return "\n".join([*lines, f"{len(found)} checks: {good} good, {len(found) - good} below ({count} findings)"])


def as_json(found: list[tuple[Check, list[str]]]) -> str:
    """Each check with its area and what is below it, for programs."""
    rows = [
        {"check": check.name, "area": check.area, "control": check.control, "good": not below, "below": below}
        for check, below in found
    ]
    return json.dumps({"standard": STANDARD, "checks": rows}, ensure_ascii=False, indent=1)


async def _run(arguments: argparse.Namespace) -> int:
    settings = Settings.load(data_folder())
    if not settings.data.is_dir() or (settings.house.database is None and not (settings.data / "hotline.db").exists()):
        print(f"there is no hotline in {settings.data}: start it first", file=sys.stderr)
        return 2
    store = await Store.open(settings.house.database, settings.data, settings.house.cryptography)
    try:
        facts = await gather(settings, store)
    finally:
        await store.close()
    found = results(facts)
    print(as_json(found) if arguments.json else as_text(found))
    return 1 if any(below for _, below in found) else 0
