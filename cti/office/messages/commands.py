"""`hotline messages lint`: what is wrong or doubtful in a file of channels, before it is put in its place."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from cti.base.cli_settings import data_folder
from cti.base.files.documents import DocumentError, load
from cti.office.messages.channels.description import FILE, checked


def add_commands(commands: Any) -> None:
    """Add `hotline messages` with its verbs."""
    messages = commands.add_parser("messages", help="channels by which messages leave the house")
    verbs = messages.add_subparsers(title="verbs", metavar="VERB", required=True)
    lint = verbs.add_parser("lint", help="check a file of channels; exit code 1 when it cannot be used")
    lint.add_argument("file", nargs="?", type=Path, help="default: messages/channels.yaml of the state directory")
    lint.set_defaults(run=_lint)


def _lint(arguments: argparse.Namespace) -> int:
    data = data_folder()
    try:
        found, problems = checked(load(arguments.file or data / FILE), data)
    except DocumentError as error:
        found, problems = {}, list(error.problems)
    for one in problems:
        print(f"{one} ({one.severity})")
    wrong = sum(one.severity == "error" for one in problems)
    print(f"{len(found)} channels, {wrong} errors, {len(problems) - wrong} warnings", file=sys.stderr)
    return 1 if wrong else 0
