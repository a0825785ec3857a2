"""What people do with business calendars: look at them, and change their file under the engine's own checks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from cti.base.files import documents
from cti.base.files.documents import DocumentError
from cti.base.files.findings import Finding, close_to, validated
from cti.base.refusal import Conflict, Invalid, NotFound
from cti.base.times import holiday_table
from cti.base.times.calendars import SEEDED, CalendarFile, Holiday, Open, UnknownCalendar
from cti.base.times.holiday_table import RowFault
from cti.base.visitor import Visitor
from cti.office.identity.audit.trail import Audit
from cti.office.workshop.refusing import refused
from cti.office.workshop.revisions import digest, write
from cti.store.engine import Store
from ivr.definition.routing import Routing
from ivr.findings.sentences import say
from ivr.nodes import Hours
from ivr.reach.surroundings import Surroundings
from ivr.rights import PUBLISH, READ
from ivr.workshop.library import FlowLibrary
from ivr.workshop.owning import Owning

FILE = "calendars.yaml"


@dataclass(frozen=True, slots=True)
class CalendarView:
    """A calendar: whether it is open now, its hours from Monday to Sunday and on holidays, who goes by it.

    Hours are written `08:30-12:00`; `makeup` None means those of Monday. `uses` are `flow/node`, or a number called.
    """

    name: str
    title: str
    is_open: bool
    week: list[list[str]]
    holidays: list[str]
    makeup: list[str] | None
    regions: list[str]
    organisations: list[str]
    uses: list[str]


@dataclass(frozen=True, slots=True)
class CalendarBook:
    """All calendars and holidays with the text of their file; `own` tells whether the house has one of its own."""

    calendars: list[CalendarView]
    holidays: list[Holiday]
    years: list[int]
    text: str
    digest: str
    own: bool


@dataclass(frozen=True, slots=True)
class DayView:
    """A day: hours, the holiday that it is, whether it is a make-up day, whether the calendar names this date."""

    day: date
    hours: list[str]
    holiday: str
    is_makeup: bool
    differs: bool


@dataclass(frozen=True, slots=True)
class HolidaysTaken:
    """A text with holidays from a table, which they are, and what is wrong with rows that were left out."""

    text: str
    holidays: list[Holiday]
    faults: list[RowFault]


class CalendarDesk:
    """Every function first checks the visitor's permission."""

    def __init__(
        self,
        path: Path,
        library: FlowLibrary,
        surroundings: Surroundings,
        table: Routing,
        store: Store,
        audit: Audit,
        owning: Owning,
        others: Callable[[], Iterable[tuple[str, str]]] = tuple,
    ) -> None:
        self._others = others
        self._path = path
        self._library = library
        self._surroundings = surroundings
        self._table = table
        self._store = store
        self._audit = audit
        self._owning = owning
        self._lock = asyncio.Lock()

    def book(self, visitor: Visitor) -> CalendarBook:
        """All calendars that there are, with what uses each."""
        visitor.need(READ)
        calendars, now = self._surroundings.calendars, self._surroundings.now()
        uses = dict[str, list[str]]()
        for name, use in self._uses():
            uses.setdefault(name, []).append(use)
        file, text = calendars.file, self._text()
        views = [
            CalendarView(
                name=name,
                title=one.title or name,
                is_open=calendars.state(name, now).is_open,
                week=[_written(one.week.get(day, ())) for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")],
                holidays=_written(one.holidays),
                makeup=None if one.makeup is None else _written(one.makeup),
                regions=sorted(one.regions),
                organisations=sorted(one.organisations),
                uses=uses.get(name, []),
            )
            for name, one in file.calendars.items()
        ]
        years = sorted({day.year for one in file.holidays for day in (one.first, one.last)} | {now.year})
        return CalendarBook(views, list(file.holidays), years, text, digest(text), self._path.exists())

    def year(self, visitor: Visitor, name: str, year: int, region: str = "", organisation: str = "") -> list[DayView]:
        """Every day of a year in a calendar, as a region (its code) or an organisation has it; empty: the house."""
        visitor.need(READ)
        calendars = self._surroundings.calendars
        first = date(year, 1, 1)
        days = (first + timedelta(days=number) for number in range((date(year + 1, 1, 1) - first).days))
        try:
            found = [(day, calendars.day(name, day, region, organisation)) for day in days]
        except UnknownCalendar:
            raise NotFound("no_calendar", "没有这个日历") from None
        return [
            DayView(day, _written(one.hours), one.holiday, one.is_makeup, one.differs) for day, one in found
        ]  # fmt: skip

    def check(self, visitor: Visitor, text: str) -> list[Finding]:
        """What is wrong with a text."""
        visitor.need(READ)
        return self._read(text)[1]

    def with_holidays(self, visitor: Visitor, text: str, table: str, year: int) -> HolidaysTaken:
        """A text with the holidays of a year from a table in the place of its own; nothing is kept."""
        visitor.need(READ)
        found = holiday_table.read(table, year)
        if not found.holidays and not found.faults:
            raise Invalid("no_holidays", "表里没有节假日", "table")
        try:
            fresh = holiday_table.with_year(text, found) if found.holidays else text
        except DocumentError as error:
            raise refused([Finding.of(one) for one in error.problems]) from None
        return HolidaysTaken(fresh, list(found.holidays), list(found.faults))

    async def change(self, visitor: Visitor, text: str, seen: str) -> CalendarBook:
        """Put another text into effect at once. Invalid with findings; Conflict unless `seen` is still the file's."""
        visitor.need(PUBLISH)
        self._owning.need_change(visitor, PUBLISH, "")
        async with self._lock:
            before = self._text()
            if seen != digest(before):
                raise Conflict("calendars_changed", "日历已被他人修改，请刷新后再改")
            file, findings = self._read(text)
            if file is None or findings:
                raise refused(findings)
            await asyncio.to_thread(write, self._path, text)
            self._surroundings.calendars.take(file)
            async with self._store.writing() as session:
                was, becomes = {"digest": seen, "text": before}, {"digest": digest(text), "text": text}
                await self._audit.write(session, visitor, "calendars.change", "calendars:file", was, becomes)
        return self.book(visitor)

    def _text(self) -> str:
        try:
            return self._path.read_text("utf-8", "replace")
        except FileNotFoundError:
            return SEEDED.read_text("utf-8")

    def _read(self, text: str) -> tuple[CalendarFile | None, list[Finding]]:
        try:
            document = documents.parse(text, FILE)
            file = validated(document, CalendarFile)
        except DocumentError as error:
            return None, [Finding.of(one) for one in error.problems]
        findings = []
        for name, use in self._uses():
            if name in file.calendars:
                continue
            hint = close_to(name, file.calendars)
            words = say("calendar-used", name=name, user=use)
            findings.append(Finding.at(document, ("calendars",), words, suggestion=hint))
        return file, findings

    def _uses(self) -> Iterator[tuple[str, str]]:
        """Calendars that are gone by, each with who does: flows, routes, and `others` such as processes."""
        yield from self._others()
        for flow in self._library.flows.values():
            for node, found in flow.nodes.items():
                if isinstance(found, Hours):
                    yield found.hours, f"{flow.name}/{node}"
        for route in self._table.file.routes:
            for choice in route.choose:
                if choice.calendar is not None:
                    yield choice.calendar, route.number[0]


def _written(hours: Open) -> list[str]:
    return [str(one) for one in hours]
