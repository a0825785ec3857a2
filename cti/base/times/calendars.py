"""Business calendars: hours of the week, holidays and make-up days, and what differs in a region.

The data is a file: the seeded `calendars.yaml` beside this module, or the admin's own in the state directory.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import pydantic

from cti.base.files import documents
from cti.base.files.faults import say
from cti.base.files.parts import NAME, OneOrMore, Part
from cti.base.files.sentences import Wrong
from cti.base.times.business_time import ZONE
from cti.base.times.working_time import WorkingTime

SEEDED = Path(__file__).with_name("calendars.yaml")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Hours(Part):
    """From a minute of the day to another, the last not included: `08:30-12:00`; `24:00` is midnight."""

    first: int
    last: int

    @pydantic.model_validator(mode="before")
    @classmethod
    def _read(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        try:
            first, last = (_minutes(part) for part in value.split("-"))
        except ValueError:
            raise Wrong(say("hours-bad", hours=repr(value))) from None
        if first >= last:
            raise Wrong(say("hours-backwards", hours=repr(value)))
        return {"first": first, "last": last}

    def __str__(self) -> str:
        return "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in (self.first, self.last))


def _minutes(text: str) -> int:
    hours, minutes = text.strip().split(":")
    found = int(hours) * 60 + int(minutes)
    if not (0 <= int(minutes) < 60 and 0 <= found <= 24 * 60):
        raise ValueError(text)
    return found


Open = Annotated[tuple[Hours, ...], OneOrMore]


def _spread(value: Any) -> Any:
    """`mon-fri` and `sat,sun` as single days."""
    if not isinstance(value, dict):
        return value
    found: dict[str, Any] = {}
    for key, hours in value.items():
        for day in _days(str(key)):
            if day in found:
                raise Wrong(say("days-twice", day=day))
            found[day] = hours
    return found


def _days(key: str) -> Iterator[str]:
    for part in key.split(","):
        first, _, last = part.strip().partition("-")
        if first not in _DAYS or (last and last not in _DAYS):
            raise Wrong(say("days-bad", days=repr(key), known=", ".join(_DAYS)))
        begin, end = _DAYS.index(first), _DAYS.index(last or first)
        if end < begin:
            raise Wrong(say("days-backwards", days=repr(key)))
        yield from _DAYS[begin : end + 1]


Week = Annotated[dict[str, Open], pydantic.BeforeValidator(_spread)]


class Pattern(Part):
    """When it is open. Days of the week that are not named are closed; so are holidays, unless `holidays` has hours.

    On a make-up day the hours of `makeup` count, or those of Monday. `days` are single dates that differ.
    """

    week: Week
    holidays: Open = ()
    makeup: Open | None = None
    days: dict[datetime.date, Open] = pydantic.Field(default={})


class Calendar(Pattern):
    """A business calendar. `organisations` has what replaces it for one organisation, by its name; `regions` in a
    region and all within, by its code of six digits. The organisation's own comes first, then the nearest region's.
    """

    title: str = ""
    regions: dict[str, Pattern] = pydantic.Field(default={})
    organisations: dict[Annotated[str, pydantic.Field(pattern=NAME)], Pattern] = pydantic.Field(default={})

    def pattern(self, region: str, organisation: str) -> Pattern:
        """The pattern of an organisation, else of the smallest region around it that has one, else the usual one."""
        if organisation in self.organisations:
            return self.organisations[organisation]
        # GB/T 2260: two digits each for province, city and county.
        around = (region, f"{region[:4]}00", f"{region[:2]}0000")
        return next((self.regions[code] for code in around if code in self.regions), self)


class Holiday(Part):
    """A holiday with all its days off. `provisional`: the official notice is not out."""

    name: str
    first: datetime.date
    last: datetime.date
    makeup: tuple[datetime.date, ...] = ()
    provisional: bool = False

    @pydantic.model_validator(mode="after")
    def _in_order(self) -> Holiday:
        if self.last < self.first or (self.last - self.first).days > 30:
            raise Wrong(say("holiday-long"))
        return self


class CalendarFile(Part):
    """A file of calendars: by name hours of the week, holidays and make-up days."""

    calendars: dict[Annotated[str, pydantic.Field(pattern=NAME)], Calendar]
    holidays: tuple[Holiday, ...] = ()


@dataclass(frozen=True, slots=True)
class DayState:
    """Whether it is open now, and the holiday that today is (empty: none)."""

    is_open: bool
    holiday: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a calendar: when it is open, the holiday that it is, and whether it is a make-up day.

    `differs`: the calendar names this very date.
    """

    hours: Open
    holiday: str
    is_makeup: bool
    differs: bool


class UnknownCalendar(KeyError):
    """There is no calendar of this name."""


FILE = "calendars.yaml"
"""The admin's own calendars in the state directory."""


def own_calendars(data: Path) -> Calendars:
    """Those of the state directory; while that file is missing or bad, those that came along."""
    own = data / FILE
    try:
        return Calendars.load(own) if own.exists() else Calendars()
    except documents.DocumentError:
        # Whoever watches the file tells of it.
        return Calendars()


class Calendars:
    """All calendars of the house."""

    def __init__(self, file: CalendarFile | None = None) -> None:
        self._listeners: list[Callable[[], None]] = []
        self.take(file or documents.load(SEEDED).validate(CalendarFile))

    def take(self, file: CalendarFile) -> None:
        """Go by another file from now on."""
        self._file = file
        self._off: dict[datetime.date, str] = {}
        self._makeup: set[datetime.date] = set()
        for holiday in file.holidays:
            day = holiday.first
            while day <= holiday.last:
                self._off[day] = holiday.name
                day += datetime.timedelta(days=1)
            self._makeup.update(holiday.makeup)
        for tell in self._listeners:
            tell()

    def on_change(self, tell: Callable[[], None]) -> Callable[[], None]:
        """Call this whenever another file was taken; returns the undo."""
        self._listeners.append(tell)
        return lambda: self._listeners.remove(tell)

    @property
    def digest(self) -> str:
        """Something that differs when the file does."""
        return hashlib.sha256(self._file.model_dump_json().encode()).hexdigest()

    @classmethod
    def load(cls, path: Path) -> Calendars:
        """Read a file; DocumentError names file, line and what is wrong."""
        return cls(documents.load(path).validate(CalendarFile))

    @property
    def names(self) -> frozenset[str]:
        """The names of all calendars."""
        return frozenset(self._file.calendars)

    @property
    def file(self) -> CalendarFile:
        """The file by which they go."""
        return self._file

    @property
    def titles(self) -> dict[str, str]:
        """The title of each calendar; its name where it has none."""
        return {name: one.title or name for name, one in self._file.calendars.items()}

    def holiday(self, day: datetime.date) -> str:
        """The name of the holiday that `day` is, or nothing."""
        return self._off.get(day, "")

    def is_workday(self, day: datetime.date) -> bool:
        """Whether people work: Monday to Friday but holidays, and make-up days."""
        return day in self._makeup or (day.isoweekday() <= 5 and day not in self._off)

    def state(self, name: str, now: datetime.datetime, region: str = "") -> DayState:
        """Whether calendar `name` is open at `now` (business time); UnknownCalendar when there is none."""
        day = self.day(name, now.date(), region)
        minute = now.hour * 60 + now.minute
        return DayState(any(one.first <= minute < one.last for one in day.hours), day.holiday)

    def is_open(self, name: str, at: datetime.datetime, region: str = "", organisation: str = "") -> bool:
        """Whether calendar `name` is open at a moment, wherever it was stamped; not when there is none."""
        local = at.astimezone(ZONE)
        try:
            day = self.day(name, local.date(), region, organisation)
        except UnknownCalendar:
            return False
        minute = local.hour * 60 + local.minute
        return any(one.first <= minute < one.last for one in day.hours)

    def day(self, name: str, day: datetime.date, region: str = "", organisation: str = "") -> Day:
        """How a calendar has a day; UnknownCalendar when there is none."""
        calendar = self._file.calendars.get(name)
        if calendar is None:
            raise UnknownCalendar(name)
        pattern = calendar.pattern(region, organisation)
        holiday = self.holiday(day)
        return Day(self._hours(pattern, day, holiday), holiday, day in self._makeup, day in pattern.days)

    def working_time(self, name: str, region: str = "", organisation: str = "") -> WorkingTime:
        """Arithmetic on a calendar's open hours; good until another file is taken. UnknownCalendar."""
        self.day(name, datetime.date.min, region, organisation)
        return WorkingTime(
            lambda day: [(one.first, one.last) for one in self.day(name, day, region, organisation).hours]
        )

    def _hours(self, pattern: Pattern, day: datetime.date, holiday: str) -> Open:
        if day in pattern.days:
            return pattern.days[day]
        if day in self._makeup:
            return pattern.makeup if pattern.makeup is not None else pattern.week.get("mon", ())
        if holiday:
            return pattern.holidays
        return pattern.week.get(_DAYS[day.weekday()], ())
