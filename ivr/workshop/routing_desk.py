"""What people do with the routing table: look at it, and change it under the same checks as the file."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from cti.base.files import documents
from cti.base.files.documents import DocumentError
from cti.base.files.findings import Finding
from cti.base.numbers.number import Number
from cti.base.numbers.number_plan import NumberPlan
from cti.base.refusal import Conflict, Invalid
from cti.base.visitor import Visitor
from cti.office.identity.audit.trail import Audit
from cti.office.workshop.refusing import refused
from cti.office.workshop.revisions import digest, write
from cti.store.engine import Store
from ivr.definition import routing
from ivr.definition.routing import Route, Routing, RoutingFile
from ivr.reach.surroundings import Surroundings
from ivr.rights import PUBLISH, READ
from ivr.workshop.library import FlowLibrary
from ivr.workshop.owning import Owning

HEAD = "# Which flow answers which number at which hour; see ivr/README.md. Written by the console, and by hand.\n"


@dataclass(frozen=True, slots=True)
class Answering:
    """A number that citizens can call, and the flow that answers it now; `planned` is the settings' own."""

    number: str
    organisation: str
    planned: str
    flow: str


@dataclass(frozen=True, slots=True)
class Table:
    """The table with what its screen offers. `digest` names this version; `findings` are faults of a file by hand."""

    digest: str
    routes: tuple[Route, ...]
    findings: list[Finding]
    answering: list[Answering]
    flows: dict[str, str]
    calendars: dict[str, str]
    states: dict[str, bool]


class RoutingDesk:
    """Every function first checks the visitor's permission."""

    def __init__(
        self,
        path: Path,
        table: Routing,
        library: FlowLibrary,
        surroundings: Surroundings,
        plan: NumberPlan,
        store: Store,
        audit: Audit,
        owning: Owning,
    ) -> None:
        self._path = path
        self._table = table
        self._library = library
        self._surroundings = surroundings
        self._plan = plan
        self._store = store
        self._audit = audit
        self._owning = owning
        self._lock = asyncio.Lock()

    def table(self, visitor: Visitor) -> Table:
        """The numbers within the visitor's reach as the file has them, and who answers now."""
        visitor.need(READ)
        text = self._text()
        file, findings = self._read(text)
        calendars, now = self._surroundings.calendars, self._surroundings.now()
        answering = []
        for number, entry in self._plan.entries.items():
            if not self._sees(visitor, number):
                continue
            parsed = Number.parse(number, area=entry.area)
            flow = self._table.flow(parsed, calendars, now, entry.region) or entry.flow
            answering.append(Answering(number, entry.organisation, entry.flow, flow))
        flows = {
            name: flow.head.title or name
            for name, flow in sorted(self._library.flows.items())
            if self._owning.may_see(visitor, flow.head.organisation)
        }
        states = {name: calendars.state(name, now).is_open for name in sorted(calendars.names)}
        routes = _only(file, lambda number: self._sees(visitor, number))
        return Table(digest(text), routes, findings, answering, flows, calendars.titles, states)

    def _owner(self, number: str) -> str:
        """The organisation of a number that is called; empty (the house's) for one that is in no plan."""
        entry = self._plan.find(Number.parse(number))
        return entry.organisation if entry is not None else ""

    def _sees(self, visitor: Visitor, number: str) -> bool:
        return self._owning.may_count(visitor, self._owner(number))

    def _text(self) -> str:
        try:
            return self._path.read_text("utf-8", "replace")
        except FileNotFoundError:
            return ""

    def _read(self, text: str) -> tuple[RoutingFile, list[Finding]]:
        try:
            document = documents.parse(text, self._path.name)
            return routing.read(document, self._library.flows, self._surroundings.calendars)
        except DocumentError as error:
            return RoutingFile(), [Finding.of(one) for one in error.problems]

    async def change(self, visitor: Visitor, routes: list[dict[str, Any]], seen: str) -> Table:
        """Put other routes in place of those that the visitor sees, at once; those of others stay.

        Invalid with findings; Conflict unless `seen` is still the file's.
        """
        visitor.need(PUBLISH)
        async with self._lock:
            before = self._text()
            if seen != digest(before):
                raise Conflict("table_changed", "路由表已被他人修改，请刷新后再改")
            kept, faults = self._read(before)
            if faults:
                # A file that cannot be read would be written anew without the routes of others.
                self._owning.need_change(visitor, PUBLISH, "")
            others = RoutingFile(routes=_only(kept, lambda number: not self._sees(visitor, number)))
            whole = {"routes": [*routes, *(one.model_dump(mode="json", exclude_unset=True) for one in others.routes)]}
            text = HEAD + yaml.safe_dump(whole, allow_unicode=True, sort_keys=False, width=120)
            file, findings = self._read(text)
            for number in _by_number(RoutingFile(routes=file.routes[: len(routes)])):
                if not self._sees(visitor, number):
                    self._owning.need_change(visitor, PUBLISH, self._owner(number))
            if findings:
                raise refused(findings)
            self._need_numbers(visitor, kept, file)
            await asyncio.to_thread(self._write, before, text)
            self._table.take(file)
            async with self._store.writing() as session:
                await self._audit.write(session, visitor, "routing.change", "routing:table", _plain(kept), _plain(file))
        return self.table(visitor)

    def _write(self, before: str, text: str) -> None:
        if before:
            # Comments that somebody wrote by hand are not lost.
            write(self._path.with_suffix(".before"), before)
        write(self._path, text)

    def _need_numbers(self, visitor: Visitor, before: RoutingFile, after: RoutingFile) -> None:
        """Each number whose routing changes must be the visitor's, and so must be each flow that it is led to."""
        was, becomes = _by_number(before), _by_number(after)
        for number in sorted({*was, *becomes}):
            if was.get(number) == becomes.get(number):
                continue
            self._owning.need_change(visitor, PUBLISH, self._owner(number))
            for choice in becomes.get(number, ()):
                organisation = self._library.flows[choice.flow].head.organisation
                if not self._owning.may_see(visitor, organisation):
                    raise Invalid("no_flow", f"没有流程 {choice.flow}", "routes")


def _only(file: RoutingFile, wanted: Callable[[str], bool]) -> tuple[Route, ...]:
    """The routes of the wanted numbers."""
    narrowed = ((route, tuple(one for one in route.number if wanted(one))) for route in file.routes)
    return tuple(route.model_copy(update={"number": numbers}) for route, numbers in narrowed if numbers)


def _by_number(file: RoutingFile) -> dict[str, tuple[routing.Choice, ...]]:
    return {number: route.choose for route in file.routes for number in route.number}


def _plain(file: RoutingFile) -> dict[str, Any]:
    return file.model_dump(mode="json", exclude_none=True)
