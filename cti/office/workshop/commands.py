"""The life of a file from the command line: publish, history, diff, rollback; the same for every kind."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

from cti.base.cli_settings import data_folder
from cti.base.files.findings import Finding
from cti.office.workshop import differences
from cti.office.workshop.kept import Kept
from cti.office.workshop.library import Library, Refused
from cti.office.workshop.revisions import Conflict

Parsers = Any
"""What argparse gives for subcommands; its type has no public name."""


class FilesHere(Protocol):
    """The state directory as the commands see it: no engine runs, and only publishing changes anything."""

    @property
    def library(self) -> Library[Any]:
        """All files of the kind."""

    def to_publish(self) -> Library[Any]:
        """The library, with its folder made."""

    def file(self, named: str) -> Kept:
        """That of a path, or a published one by its name; DocumentError, or SystemExit when there is neither."""


class FileCommands:
    """Handlers for `argparse`; `here` opens the state directory, `word` names the kind in help."""

    def __init__(self, word: str, here: Callable[[], FilesHere]) -> None:
        self._word, self._here = word, here

    def add(self, below: Parsers) -> None:
        """Add the four commands to a parser's."""
        one = add_command(below, "publish", self.publish, "check a file, run its tests and publish it")
        one.add_argument("file", metavar="FILE")
        one.add_argument("-m", "--message", required=True, help="why")
        one.add_argument("--base", type=int, help="refuse when another revision than this is published")
        one = add_command(below, "history", self.history, f"the revisions of a {self._word}", as_json=True)
        one.add_argument("file", metavar="NAME", help=f"the name of a published {self._word}")
        one = add_command(
            below, "diff", self.diff, "what differs between two revisions, or between a file and what is published"
        )
        one.add_argument("file", metavar="FILE|NAME", help=f"a file, or the name of a published {self._word}")
        one.add_argument("older", type=int, nargs="?")
        one.add_argument("newer", type=int, nargs="?")
        one = add_command(below, "rollback", self.rollback, "publish an older revision again")
        one.add_argument("file", metavar="NAME", help=f"the name of a published {self._word}")
        one.add_argument("revision", type=int)
        one.add_argument("-m", "--message", default="")

    def publish(self, arguments: argparse.Namespace) -> int:
        """Check a file, run its tests and publish it; 1 when it is refused."""
        path = Path(arguments.file)
        library = self._here().to_publish()
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

    def history(self, arguments: argparse.Namespace) -> int:
        """The revisions of a file, the newest first."""
        library = self._here().library
        history = library.revisions.history(arguments.file) if library.revisions is not None else []
        if arguments.json:
            print_json(
                [
                    {"revision": one.revision, "at": one.at, "author": one.author, "message": one.message}
                    for one in history
                ]
            )
            return 0
        for one in reversed(history):
            print(f"{one.revision:>4}  {one.at}  {one.author:<12}  {one.message}")
        if not history:
            print(f"{arguments.file} was never published in {data_folder()}", file=sys.stderr)
        return 0 if history else 2

    def diff(self, arguments: argparse.Namespace) -> int:
        """What differs between two revisions, or between a file and what is published."""
        here = self._here()
        found = here.file(arguments.file)
        name, revisions = found.name, here.library.revisions
        history = revisions.history(name) if revisions is not None else []
        if revisions is None or not history:
            print(f"{name} was never published in {data_folder()}", file=sys.stderr)
            return 2
        newest = history[-1].revision
        try:
            if found.revision == 0 and arguments.older is None:
                older, before = newest, revisions.text(name, newest)
                after, after_name = Path(arguments.file).read_text("utf-8"), arguments.file
            else:
                newer = arguments.newer or newest
                older = arguments.older or max(newer - 1, 1)
                before, after = revisions.text(name, older), revisions.text(name, newer)
                after_name = f"{name}, revision {newer}"
        except KeyError as error:
            print(error, file=sys.stderr)
            return 2
        lines = differences.by_lines(before, after, before_name=f"{name}, revision {older}", after_name=after_name)
        print(lines, end="")
        return 0

    def rollback(self, arguments: argparse.Namespace) -> int:
        """Publish an older revision again."""
        library = self._here().to_publish()
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


def add_command(
    below: Parsers, name: str, run: Callable[[argparse.Namespace], int], what: str, *, as_json: bool = False
) -> argparse.ArgumentParser:
    """A command of its own name and purpose."""
    parser: argparse.ArgumentParser = below.add_parser(name, help=what, description=what)
    parser.set_defaults(run=run)
    if as_json:
        parser.add_argument("--json", action="store_true", help="print JSON")
    return parser


def findings_as_json(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """Findings as programs read them: file, line, code, words."""
    return [
        {
            "file": one.file,
            "line": one.line,
            "column": one.column,
            "severity": one.severity,
            "code": one.code,
            "values": dict(one.values),
            "message": one.message,
            "suggestion": one.suggestion,
        }
        for one in findings
    ]


def print_json(data: Any) -> None:
    """Print plain data for programs."""
    print(json.dumps(data, ensure_ascii=False, indent=1))
