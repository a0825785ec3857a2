"""`hotline flow publish`, `history`, `diff`, `rollback`: the life of a flow from the command line."""

from __future__ import annotations

import argparse
import getpass
import sys
from pathlib import Path

from cti.cli_settings import data_folder
from ivr import differences
from ivr.command_house import CommandHouse, print_json
from ivr.library import Refused
from ivr.revisions import Conflict


def publish(arguments: argparse.Namespace) -> int:
    """Check a file, run its tests and publish it; 1 when it is refused."""
    path = Path(arguments.file)
    library = CommandHouse().to_publish()
    try:
        revision = library.publish(
            path.read_text("utf-8"),
            author=getpass.getuser(),
            message=arguments.message,
            file=str(path),
            base=arguments.base,
        )
    except OSError as error:
        print(f"{path}: {error}", file=sys.stderr)
        return 2
    except Refused as error:
        for one in error.findings:
            print(one, file=sys.stderr)
        return 1
    except Conflict as error:
        print(error, file=sys.stderr)
        return 1
    for one in library.check(path.read_text("utf-8"), str(path))[1]:
        print(one, file=sys.stderr)
    print(f"published revision {revision.revision}")
    return 0


def history(arguments: argparse.Namespace) -> int:
    """The revisions of a flow, the newest first."""
    library = CommandHouse().library
    history = library.revisions.history(arguments.file) if library.revisions is not None else []
    if arguments.json:
        print_json(
            [{"revision": one.revision, "at": one.at, "author": one.author, "message": one.message} for one in history]
        )
        return 0
    for one in reversed(history):
        print(f"{one.revision:>4}  {one.at}  {one.author:<12}  {one.message}")
    if not history:
        print(f"{arguments.file} was never published in {data_folder()}", file=sys.stderr)
    return 0 if history else 2


def diff(arguments: argparse.Namespace) -> int:
    """What differs between two revisions, or between a file and what is published."""
    here = CommandHouse()
    flow = here.flow(arguments.file)
    revisions = here.library.revisions
    history = revisions.history(flow.name) if revisions is not None else []
    if revisions is None or not history:
        print(f"{flow.name} was never published in {here.data}", file=sys.stderr)
        return 2
    newest = history[-1].revision
    try:
        if flow.revision == 0 and arguments.older is None:
            older, before = newest, revisions.text(flow.name, newest)
            after, after_name = Path(arguments.file).read_text("utf-8"), arguments.file
        else:
            newer = arguments.newer or newest
            older = arguments.older or max(newer - 1, 1)
            before, after = revisions.text(flow.name, older), revisions.text(flow.name, newer)
            after_name = f"{flow.name}, revision {newer}"
    except KeyError as error:
        print(error, file=sys.stderr)
        return 2
    print(
        differences.by_lines(before, after, before_name=f"{flow.name}, revision {older}", after_name=after_name), end=""
    )
    return 0


def rollback(arguments: argparse.Namespace) -> int:
    """Publish an older revision again."""
    library = CommandHouse().to_publish()
    try:
        revision = library.roll_back(
            arguments.file, arguments.revision, author=getpass.getuser(), message=arguments.message
        )
    except KeyError as error:
        print(error, file=sys.stderr)
        return 2
    except Refused as error:
        for one in error.findings:
            print(one, file=sys.stderr)
        return 1
    print(f"published revision {revision.revision}, which is revision {arguments.revision} again")
    return 0
