"""`hotline connectors lint`: what is wrong or doubtful in files of connectors, before they are put in their place."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from cti.base.cli_settings import data_folder
from cti.base.files.documents import DocumentError, load
from cti.office.connectors.description import FOLDER, checked
from cti.office.mappings import MappingLibrary
from cti.office.mappings.library import FILES


def add_commands(commands: Any) -> None:
    """Add `hotline connectors` with its verbs."""
    connectors = commands.add_parser("connectors", help="other systems that the hotline speaks to")
    verbs = connectors.add_subparsers(title="verbs", metavar="VERB", required=True)
    lint = verbs.add_parser("lint", help="check files of connectors; exit code 1 when one cannot be used")
    lint.add_argument("files", nargs="*", type=Path, help="default: connectors/*.yaml of the state directory")
    lint.set_defaults(run=_lint)


def _lint(arguments: argparse.Namespace) -> int:
    data = data_folder()
    mappings = MappingLibrary(data / FILES, deliver=False).names
    files, wrong = arguments.files or sorted((data / FOLDER).glob("*.yaml")), 0
    for path in files:
        try:
            _, problems = checked(load(path), data, mappings, path.stem)
        except DocumentError as error:
            problems = list(error.problems)
        for one in problems:
            print(f"{one} ({one.severity})")
        wrong += sum(one.severity == "error" for one in problems)
    print(f"{len(files)} connectors, {wrong} errors", file=sys.stderr)
    return 1 if wrong else 0
