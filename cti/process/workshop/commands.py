"""`hotline process …` and `hotline form …`: check, show, play and publish from the command line."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import Any

import pydantic

from cti.base.cli_settings import data_folder
from cti.base.files import documents
from cti.base.files.documents import DocumentError
from cti.base.files.findings import Finding
from cti.base.settings import Settings
from cti.base.times.calendars import SEEDED, Calendars
from cti.office.forms.library import FormLibrary
from cti.office.identity.permissions import PERMISSIONS
from cti.office.processes.library import ProcessFile, ProcessLibrary
from cti.office.processes.lint import Known
from cti.office.processes.pictures import picture
from cti.office.processes.room import FORM_FILES, PROCESS_FILES
from cti.office.processes.sentences import say
from cti.office.processes.trials import Move, Trial
from cti.office.workshop.commands import FileCommands, Parsers, add_command, findings_as_json, print_json
from cti.office.workshop.kept import has_errors
from cti.office.workshop.library import Library
from cti.plugins import survey

ROOT = Path(__file__).resolve().parents[3]


class CommandHouse:
    """The state directory as the commands see it: no engine runs, and only publishing changes anything."""

    def __init__(self, *, deliver: bool = False) -> None:
        self.data = data_folder()
        self.plugins = survey(ROOT)[0]
        own = self.data / "calendars.yaml"
        self.calendars = Calendars.load(own if own.exists() else SEEDED)
        self.forms = FormLibrary(
            self._folder(FORM_FILES, deliver=deliver), shipped=self._shipped(FORM_FILES), deliver=deliver
        )
        self.processes = ProcessLibrary(
            self._folder(PROCESS_FILES, deliver=deliver), self.forms, known=self._known,
            working_time=self.calendars.working_time, region=Settings.load(self.data).house.region,
            shipped=self._shipped(PROCESS_FILES), deliver=deliver,
        )  # fmt: skip

    def _folder(self, name: str, *, deliver: bool) -> Path | None:
        folder = self.data / name
        return folder if deliver or folder.exists() else None

    def _shipped(self, name: str) -> list[Path]:
        return [plugin.folder / name for plugin in self.plugins if (plugin.folder / name).is_dir()]

    @cached_property
    def titles(self) -> Mapping[str, str]:
        """Titles of all permissions, the core's and plugins', by name."""
        own = {name: title for plugin in self.plugins for name, title in plugin.manifest.permissions.items()}
        return {**PERMISSIONS, **own}

    def _known(self) -> Known:
        return Known(self.titles.keys(), self.calendars.names)


class _Files:
    """One of its libraries: see `FilesHere`."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self.house = CommandHouse()

    @property
    def library(self) -> Library[Any]:
        """All files of the kind."""
        return self._of(self.house)

    def _of(self, house: CommandHouse) -> Library[Any]:
        return house.processes if self._kind == "process" else house.forms

    def to_publish(self) -> Library[Any]:
        """The library, with its folder made."""
        return self._of(CommandHouse(deliver=True))

    def file(self, named: str) -> Any:
        """That of a path, or a published one by its name."""
        path = Path(named)
        if path.exists():
            return self.library.read(documents.load(path))
        try:
            return self.library.current(named)
        except KeyError:
            names = ", ".join(self.library.names)
            print(f"{named}: no such file, and no such {self._kind}; there are: {names}", file=sys.stderr)
            raise SystemExit(2) from None


def add_commands(commands: Parsers) -> None:
    """Add `process` and `form` and what is below them."""
    process = commands.add_parser("process", help="processes: lint, show, try, test, publish, history, diff, rollback")
    below = process.add_subparsers(title="process commands", metavar="COMMAND", required=True)
    _add_common(below, "process")
    one = add_command(below, "show", _show, "the steps of a process and its ways", as_json=True)
    one.add_argument("file", metavar="FILE|NAME")
    one = add_command(below, "try", _try, "play a process with scripted people on virtual time", as_json=True)
    one.add_argument("file", metavar="FILE|NAME")
    one.add_argument("--test", metavar="NAME", help="begin as this test of the file does")
    one.add_argument("--moves", default="", metavar="JSON|FILE", help='[{"who": "wang", "does": "submit"}, …]')
    one.add_argument("--record", default="{}", metavar="JSON", help="what the case is about")
    one.add_argument("--at", default="", help='business time, such as "2026-10-01 10:00"')
    form = commands.add_parser("form", help="forms: lint, test, publish, history, diff, rollback")
    _add_common(form.add_subparsers(title="form commands", metavar="COMMAND", required=True), "form")


def _add_common(below: Parsers, kind: str) -> None:
    one = add_command(below, "lint", _lint, "check files: file:line:column: message", as_json=True)
    one.add_argument("files", nargs="+", metavar="FILE")
    one.set_defaults(kind=kind)
    one = add_command(below, "test", _test, "run the tests inside files (all published ones when none is named)",
                      as_json=True)  # fmt: skip
    one.add_argument("files", nargs="*", metavar="FILE|NAME")
    one.set_defaults(kind=kind)
    one = add_command(below, "list", _list, f"published {kind} files", as_json=True)
    one.set_defaults(kind=kind)
    one = add_command(below, "schema", _schema, "the JSON schema of the files, for editors")
    one.set_defaults(kind=kind)
    FileCommands(kind, lambda: _Files(kind)).add(below)


def _beside(here: _Files, files: list[str]) -> None:
    """Files that are looked at together know each other: they stand in for what is published."""
    for file in files:
        path = Path(file)
        if path.exists():
            try:
                here.library.add(here.library.read(documents.load(path)))
            except DocumentError:
                continue


def _lint(arguments: argparse.Namespace) -> int:
    here = _Files(arguments.kind)
    _beside(here, arguments.files)
    findings: list[Finding] = []
    for file in arguments.files:
        try:
            findings += here.library.examine(documents.load(Path(file)))[1]
        except DocumentError as error:
            findings += [Finding.of(one) for one in error.problems]
    if arguments.json:
        print_json(findings_as_json(findings))
    else:
        for one in findings:
            print(one)
        wrong = sum(one.severity == "error" for one in findings)
        print(f"{len(arguments.files)} files, {wrong} errors, {len(findings) - wrong} warnings", file=sys.stderr)
    return 1 if has_errors(findings) else 0


def _test(arguments: argparse.Namespace) -> int:
    here = _Files(arguments.kind)
    _beside(here, arguments.files)
    results: list[dict[str, Any]] = []
    for named in arguments.files or here.library.names:
        found = here.file(named)
        for proof in here.library.prove(found):
            results.append({arguments.kind: found.name, "test": proof.name, "failures": list(proof.failures)})
            if not arguments.json:
                print(f"{'FAILED' if proof.failures else 'passed'}  {found.name}: {proof.name}")
                for failure in proof.failures:
                    print(f"        {failure}")
    if arguments.json:
        print_json(results)
    wrong = sum(bool(one["failures"]) for one in results)
    print(f"{len(results)} tests, {wrong} failed", file=sys.stderr)
    return 1 if wrong else 0


def _list(arguments: argparse.Namespace) -> int:
    library = _Files(arguments.kind).library
    refused = library.refused_now()
    found = [library.current(name) for name in library.names]
    if arguments.json:
        print_json(
            [
                {"name": one.name, "title": one.title, "revision": one.revision,
                 "refused": findings_as_json(refused.get(one.name, []))}
                for one in found
            ]
        )  # fmt: skip
        return 0
    for one in found:
        print(f"{one.name:<20} {one.revision:>4}  {one.title}")
    for name, findings in refused.items():
        print(f"{name}: the saved file is refused, what is published goes on")
        for finding in findings:
            print(f"    {finding}")
    return 0


def _schema(arguments: argparse.Namespace) -> int:
    print_json((ProcessLibrary if arguments.kind == "process" else FormLibrary).schema())
    return 0


def _show(arguments: argparse.Namespace) -> int:
    here = _Files("process")
    found: ProcessFile = here.file(arguments.file)
    graph = picture(found, {}, here.house.titles)
    if arguments.json:
        print_json(asdict(graph))
        return 0
    revision = f"revision {found.revision}" if found.revision else "draft"
    print(f"{found.name} ({found.title}), {revision}, {len(graph.nodes)} steps, starts at {graph.start}")
    for node in graph.nodes:
        print(f"\n{node.name}  [{node.kind}]  {node.note}  {node.about}".rstrip())
        for edge in graph.edges:
            if edge.source == node.name:
                print(f"    {edge.way:<12} → {edge.target}" + (f"   if {edge.hint}" if edge.hint else ""))
    return 0


def _try(arguments: argparse.Namespace) -> int:
    here = _Files("process")
    found: ProcessFile = here.file(arguments.file)
    _beside(here, [arguments.file])
    try:
        trial = _trial(found, arguments)
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    report = here.house.processes.play(found, trial)
    if arguments.json:
        print_json(asdict(report))
        return 0
    for line in report.lines:
        print(f"{line.at}  {line.who:<10} {line.text}")
    for case in report.cases:
        clocks = ", ".join(f"{one.title} {one.state} {one.due}".rstrip() for one in case.clocks)
        state = case.outcome or "open"
        print(f"{case.process} {case.role} at {case.step} ({case.step_title}), {state}, holder {case.holder}; {clocks}")
    for offer in report.offers:
        print(f"{offer.who} may {offer.action} ({offer.title})" + (f": {offer.refused}" if offer.refused else ""))
    for failure in report.failures:
        print(failure)
    return 1 if report.failures else 0


def _trial(found: ProcessFile, arguments: argparse.Namespace) -> Trial:
    """The test that is named, or an empty one, with what the command line adds."""
    named = [one for one in found.head.tests if one.name == arguments.test]
    if arguments.test and not named:
        raise ValueError(say("hint-there", names=", ".join(one.name for one in found.head.tests)))
    base = named[0] if named else Trial(name="try")
    text = arguments.moves
    if text and not text.lstrip().startswith("["):
        text = Path(text).read_text("utf-8")
    moves = pydantic.TypeAdapter(tuple[Move, ...]).validate_python(json.loads(text)) if text else ()
    return base.model_copy(
        update={
            "moves": (*base.moves, *moves),
            "record": {**base.record, **json.loads(arguments.record)},
            "at": arguments.at or base.at,
        }
    )
