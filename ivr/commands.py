"""`hotline flow …`: check, try out and show flows from the command line."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from cti.base.files import documents
from cti.base.files.documents import DocumentError
from cti.base.files.findings import Finding
from cti.base.numbers.number import Number, NumberKind
from cti.base.settings import Settings
from cti.base.times.business_time import ZONE
from cti.office.workshop.commands import FileCommands, Parsers, add_command, findings_as_json, print_json
from cti.office.workshop.library import Overlay
from ivr import house, lint
from ivr.command_line import chat as chat_command
from ivr.command_line import prompts as prompt_commands
from ivr.command_line import recogniser as recogniser_commands
from ivr.command_line.house import CommandHouse
from ivr.conversation import script
from ivr.definition import reading, routing, schema
from ivr.definition.flow import Flow
from ivr.definition.trials import Trial
from ivr.lint import codes
from ivr.prompts.catalogue import DEFAULT_LANGUAGE
from ivr.reach.surroundings import at
from ivr.trying import dry_run as tryout
from ivr.trying.coverage import coverage
from ivr.workshop.library import FlowLibrary


def add_commands(commands: Parsers) -> None:
    """Add `flow`, `prompt` and `recogniser` and what is below them."""
    prompt_commands.add_commands(commands)
    recogniser_commands.add_commands(commands)
    flow = commands.add_parser("flow", help="flows: lint, try, test, show, publish, history, diff, rollback, chat")
    below = flow.add_subparsers(title="flow commands", metavar="COMMAND", required=True)
    _add(below, "lint", _lint, "check files: file:line:column: message", files="+", as_json=True)
    one = _add(below, "try", _try, "run a flow with a scripted caller on virtual time", files=1, as_json=True)
    one.add_argument("--from", dest="caller", default="13800000001", metavar="NUMBER", help="the caller's number")
    one.add_argument("--at", default="2026-03-03 10:00", help='business time, such as "2026-10-01 10:00"')
    one.add_argument("--do", default="", help='what the caller does: "press 1, wait 61, say 我要查工单, hangup"')
    one.add_argument("--medium", default="phone", choices=["phone", "chat"])
    one.add_argument("--called", default="12345", metavar="NUMBER", help="the number called")
    one.add_argument("--tag", action="append", default=[], help="a mark of the caller, such as vip")
    one.add_argument("--kind", choices=[str(kind) for kind in NumberKind], help="what the caller's number is taken for")
    one.add_argument("--language", default=DEFAULT_LANGUAGE, help="what callers of the number hear, such as en")
    one.add_argument("--argument", action="append", default=[], metavar="NAME=JSON", help="what the flow is given")
    one.add_argument("--service", action="append", default=[], metavar="NAME=JSON", help="what a lookup finds")
    one = _add(below, "test", _test, "run the tests inside flows (all published flows when none is named)", files="*",
               as_json=True)  # fmt: skip
    one.add_argument("--coverage", action="store_true", help="also tell which nodes and ways no test walks")
    one = _add(below, "show", _show, "the nodes of a flow and its ways", files=1, as_json=True)
    one.add_argument("--revision", type=int, help="an older revision")
    _add(below, "list", _list, "published flows", as_json=True)
    FileCommands("flow", CommandHouse).add(below)
    _add(below, "chat", _chat, "talk to a flow in the terminal", files=1)
    one = _add(below, "routes", _routes, "which flow answers each number, and what is wrong with the routing table")
    one.add_argument("--at", default="", help='business time, such as "2026-10-01 10:00"; by default now')
    _add(below, "schema", _schema, "the JSON schema of flow files, for editors")
    _add(below, "codes", _codes, "the codes of findings, and what each means")


def _add(
    below: Parsers,
    name: str,
    run: Callable[[argparse.Namespace], int],
    what: str,
    *,
    files: int | str | None = None,
    as_json: bool = False,
) -> argparse.ArgumentParser:
    parser = add_command(below, name, run, what, as_json=as_json)
    if files == 1:
        parser.add_argument("file", metavar="FILE|NAME", help="a file, or the name of a published flow")
    elif files is not None:
        parser.add_argument("files", nargs=files, metavar="FILE")
    return parser


def _lint(arguments: argparse.Namespace) -> int:
    here = CommandHouse()
    readable = [file for file in arguments.files if _is_readable(file)]
    flows = {**here.library.flows, **{flow.name: flow for flow in here.together(readable)}}
    known = house.known(here.data, flows, here.catalogue)
    findings = [one for file in arguments.files for one in lint.lint_file(Path(file), known)]
    if arguments.json:
        print_json(findings_as_json(findings))
    else:
        for one in findings:
            print(one)
        wrong = len(lint.errors(findings))
        print(f"{len(arguments.files)} files, {wrong} errors, {len(findings) - wrong} warnings", file=sys.stderr)
    return 1 if lint.has_errors(findings) else 0


def _is_readable(file: str) -> bool:
    try:
        reading.load(Path(file))
    except DocumentError:
        return False
    return True


def _named(option: str, given: list[str]) -> dict[str, Any]:
    """What was given as NAME=JSON; `down` is a service that fails."""
    found: dict[str, Any] = {}
    for one in given:
        name, _, value = one.partition("=")
        try:
            found[name] = value if value == "down" else json.loads(value)
        except ValueError:
            raise SystemExit(f'{option} {one}: a value is written as JSON: 3, true, {{"state": "closed"}}') from None
    return found


def _try(arguments: argparse.Namespace) -> int:
    here = CommandHouse()
    flow, *beside = here.together([arguments.file])
    trial = Trial(
        name="try",
        caller=arguments.caller,
        kind=arguments.kind,
        tags=tuple(arguments.tag),
        called=arguments.called,
        language=arguments.language,
        at=arguments.at,
        medium=arguments.medium,
        do=arguments.do,
        arguments=_named("--argument", arguments.argument),
        services=_named("--service", arguments.service),
    )
    try:
        report = tryout.run_now(
            Overlay(here.library, flow, *beside),
            flow.name,
            trial,
            here.catalogue,
            calendars=here.calendars,
            on_line=None if arguments.json else print,
        )
    except (script.ScriptError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    if arguments.json:
        print_json(report.as_json())
        return 0
    shown = ", ".join(f"{name}={value!r}" for name, value in report.variables.items())
    print(f"ended {report.outcome} after {report.seconds:.1f} s" + (f"; variables: {shown}" if shown else ""))
    for step in report.unused:
        print(f"never came about: {step}")
    return 0


def _test(arguments: argparse.Namespace) -> int:
    here = CommandHouse()
    named = arguments.files or here.library.names
    together = here.together(named)
    overlay = Overlay(here.library, *together)
    results: list[dict[str, Any]] = []
    tried: list[tuple[Flow, tryout.Report]] = []
    for flow, trial in _trials(together[: len(named)]):
        report = tryout.run_now(overlay, flow.name, trial, here.catalogue, calendars=here.calendars)
        failed = tryout.failures(trial, report)
        tried.append((flow, report))
        results.append({"flow": flow.name, "test": trial.name, "failures": failed})
        if not arguments.json:
            print(f"{'FAILED' if failed else 'passed'}  {flow.name}: {trial.name}")
            for failure in failed:
                print(f"        {failure}")
    if arguments.json:
        print_json(results)
    elif arguments.coverage:
        for flow in together[: len(named)]:
            found = coverage(flow, tried)
            print(f"{flow.name}: {found}")
            for name in found.never:
                print(f"        never entered: {name}")
            for name, way in found.untaken:
                print(f"        never taken: {name} {way}")
    wrong = sum(bool(one["failures"]) for one in results)
    print(f"{len(results)} tests, {wrong} failed", file=sys.stderr)
    return 1 if wrong else 0


def _trials(flows: list[Flow]) -> Iterator[tuple[Flow, Trial]]:
    for flow in flows:
        for trial in flow.head.tests:
            yield flow, trial


def _show(arguments: argparse.Namespace) -> int:
    here = CommandHouse()
    flow = here.flow(arguments.file)
    if arguments.revision is not None:
        try:
            flow = here.library.revision(flow.name, arguments.revision)
        except KeyError as error:
            print(error, file=sys.stderr)
            return 2
    if arguments.json:
        nodes = {
            name: {"kind": node.KIND, "note": node.note, "ways": dict(flow.ways[name])}
            for name, node in flow.nodes.items()
        }
        print_json({"flow": flow.name, "revision": flow.revision, "start": flow.head.start, "nodes": nodes})
        return 0
    revision = f"revision {flow.revision}" if flow.revision else "draft"
    title = flow.head.title or "no title"
    print(f"{flow.name} ({title}), {revision}, {len(flow.nodes)} nodes, starts at {flow.head.start}")
    for name, node in flow.nodes.items():
        print(f"\n{name}  [{node.KIND}]  {node.note}".rstrip())
        for way, target in flow.ways[name].items():
            print(f"    {way:<12} → {target}")
    if flow.head.default:
        print(f"\nwhatever has no way goes to {flow.head.default}")
    return 0


def _list(arguments: argparse.Namespace) -> int:
    library = CommandHouse().library
    flows = [library.current(name) for name in library.names]
    refused = library.refused_now()
    if arguments.json:
        print_json(
            [
                {
                    "flow": one.name,
                    "title": one.head.title,
                    "revision": one.revision,
                    "refused": findings_as_json(refused.get(one.name, [])),
                }
                for one in flows
            ]
        )
        return 0
    for one in flows:
        print(f"{one.name:<20} {one.revision:>4}  {one.head.title}")
    for name, findings in refused.items():
        print(f"{name}: the saved file is refused, revision {_revision(library, name)} goes on")
        for finding in findings:
            print(f"    {finding}")
    return 0


def _revision(library: FlowLibrary, name: str) -> int:
    return library.current(name).revision if name in library.names else 0


def _codes(_: argparse.Namespace) -> int:
    print(codes.page(), end="")
    return 0


def _schema(_: argparse.Namespace) -> int:
    print(schema.text(), end="")
    return 0


def _chat(arguments: argparse.Namespace) -> int:
    here = CommandHouse()
    return asyncio.run(chat_command.talk(here, here.flow(arguments.file)))


def _routes(arguments: argparse.Namespace) -> int:
    here = CommandHouse()
    path = here.data / routing.FILE
    now = at(arguments.at).astimezone(ZONE) if arguments.at else datetime.now(ZONE)
    findings: list[Finding] = []
    table = routing.Routing()
    if path.exists():
        file, findings = routing.read(documents.load(path), here.library.flows, here.calendars)
        table.take(file)
    for one in findings:
        print(one)
    for number, entry in Settings.load(here.data).house.numbers.items():
        called = Number.parse(number, area=entry.area)
        flow = table.flow(called, here.calendars, now, entry.region) or entry.flow
        print(f"{number:<16} {flow:<20} {now:%Y-%m-%d %H:%M}")
    return 1 if findings else 0
