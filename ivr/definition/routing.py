"""Which flow answers: by the number called and the hour, as `routing.yaml` says; else as the settings' number plan.

routes:
  - number: ["12345", "051912345"]
    choose:                       # the first that holds
      - {calendar: office, during: closed, flow: night}
      - {flow: hotline}           # the last one holds always
  - number: "12345001"
    choose:
      - {flow: revisit, arguments: {campaign: spring}}    # a flow that takes arguments is given them here
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import pydantic

from cti.base.expressions.types import ANY, NAMED, fits, type_of
from cti.base.files import documents
from cti.base.files.documents import Document, DocumentError, Where
from cti.base.files.findings import Finding, close_to, validated
from cti.base.files.parts import DigitText, Name, OneOrMore, Part, Variable
from cti.base.files.sentences import Wrong
from cti.base.numbers.number import Number
from cti.base.times.calendars import Calendars
from ivr.definition.flow import Flow, Initial
from ivr.findings.sentences import say

FILE = "routing.yaml"


class Choice(Part):
    """A flow with its `arguments`, and while which state of which calendar it answers; without one it always does."""

    flow: Name
    arguments: dict[Variable, Initial] = pydantic.Field(default={})
    calendar: Name | None = None
    during: Literal["open", "closed", "holiday"] = "open"

    @pydantic.model_validator(mode="after")
    def _of_a_calendar(self) -> Choice:
        if "during" in self.model_fields_set and self.calendar is None:
            raise Wrong(say("during-alone"))
        return self

    def holds(self, calendars: Calendars, now: datetime, region: str) -> bool:
        """Whether it answers at `now`; `closed` also holds on a holiday that is not open."""
        if self.calendar is None:
            return True
        state = calendars.state(self.calendar, now, region)
        if self.during == "open":
            return state.is_open
        return not state.is_open and (self.during == "closed" or bool(state.holiday))


class Route(Part):
    """Numbers called, and the choices for them."""

    number: Annotated[tuple[DigitText, ...], OneOrMore] = pydantic.Field(min_length=1)
    choose: tuple[Choice, ...] = pydantic.Field(min_length=1)


class RoutingFile(Part):
    """The assignment of numbers: for each the flows that are chosen from by time and caller."""

    routes: tuple[Route, ...] = ()


class Routing:
    """Finds the flow of a call by `file`."""

    def __init__(self, file: RoutingFile | None = None) -> None:
        self.take(file or RoutingFile())

    def take(self, file: RoutingFile) -> None:
        """Go by another file from now on."""
        self.file = file
        self._by_digits: dict[str, Route] = {}
        for route in file.routes:
            for number in route.number:
                self._by_digits[Number.parse(number).digits or number] = route

    def choice(self, called: Number, calendars: Calendars, now: datetime, region: str) -> Choice | None:
        """What answers `called` at `now` (business time); None when the file says nothing about it."""
        route = self._by_digits.get(called.digits) or self._by_digits.get(called.raw)
        if route is None:
            return None
        return next((choice for choice in route.choose if choice.holds(calendars, now, region)), None)

    def flow(self, called: Number, calendars: Calendars, now: datetime, region: str) -> str | None:
        """The flow of `choice`."""
        found = self.choice(called, calendars, now, region)
        return found.flow if found is not None else None


def read(document: Document, flows: Mapping[str, Flow], calendars: Calendars) -> tuple[RoutingFile, list[Finding]]:
    """The table of a document and what is wrong with it; DocumentError when it cannot be read at all."""
    if document.data is None:
        return RoutingFile(), []
    file = validated(document, RoutingFile)
    return file, list(_check(document, file, flows, calendars))


def load(path: Path, flows: Mapping[str, Flow], calendars: Calendars) -> RoutingFile:
    """The table of a file; without a file an empty one. Raises DocumentError with every fault."""
    if not path.exists():
        return RoutingFile()
    file, findings = read(documents.load(path), flows, calendars)
    if findings:
        raise DocumentError(findings)
    return file


def _check(document: Document, file: RoutingFile, flows: Mapping[str, Flow], calendars: Calendars) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for index, route in enumerate(file.routes):
        for number in route.number:
            digits = Number.parse(number).digits
            where = ("routes", index, "number")
            if not digits:
                yield Finding.at(document, where, say("number-bad", number=repr(number)))
            elif digits in seen:
                yield Finding.at(document, where, say("number-twice", number=number, other=seen[digits]))
            seen.setdefault(digits, number)
        for at, choice in enumerate(route.choose):
            place = ("routes", index, "choose", at)
            if choice.flow not in flows:
                hint = close_to(choice.flow, flows)
                yield Finding.at(document, (*place, "flow"), say("flow-unknown", name=choice.flow), suggestion=hint)
            else:
                yield from _arguments(document, place, choice, flows[choice.flow])
            if choice.calendar is not None and choice.calendar not in calendars.names:
                hint = close_to(choice.calendar, calendars.names)
                words = say("calendar-unknown", name=choice.calendar)
                yield Finding.at(document, (*place, "calendar"), words, suggestion=hint)
            if choice.calendar is None and at < len(route.choose) - 1:
                yield Finding.at(document, place, say("choice-unreached"))
        if route.choose[-1].calendar is not None:
            yield Finding.at(
                document, ("routes", index, "choose"), say("hours-unanswered"),
                suggestion=say("hint-last"),
            )  # fmt: skip


def _arguments(document: Document, place: Where, choice: Choice, flow: Flow) -> Iterator[Finding]:
    takes = flow.head.arguments
    for name, value in choice.arguments.items():
        where = (*place, "arguments", name)
        if name not in takes:
            hint = close_to(name, takes)
            yield Finding.at(document, where, say("flow-argument", flow=choice.flow, name=name), suggestion=hint)
        elif not fits(type_of(value), NAMED.get(takes[name], ANY)):
            yield Finding.at(document, where, say("variable-type", name=name, wanted=NAMED.get(takes[name], ANY)))
    for name in flow.missing(choice.arguments):
        yield Finding.at(document, place, say("flow-needs", flow=choice.flow, name=name))
