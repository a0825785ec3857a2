"""A year's holidays from a table, as people copy it from a notice or a spreadsheet, and the calendar's text with it.

Columns: the holiday's name, its first day, its last day (empty: the same), the days that are worked instead. Dates are
written `2027-01-01`, `2027/1/1` or `2027年1月1日`; the year may be left out where it is known.
"""

from __future__ import annotations

import csv
import datetime
import io
import re
from dataclasses import dataclass

import pydantic

from cti.base.files import documents
from cti.base.files.sentences import Wrong, in_chinese
from cti.base.times.calendars import Holiday

HEADINGS = ("名称", "节日", "节假日", "name")
_DATE = re.compile(r"(?:(\d{4})\s*[-/.年]\s*)?(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong with a row, counted from 1."""

    row: int
    words: str


@dataclass(frozen=True, slots=True)
class HolidayTable:
    """The holidays of a year that could be read, and what is wrong with the other rows."""

    year: int
    holidays: tuple[Holiday, ...]
    faults: tuple[RowFault, ...]


def read(text: str, year: int) -> HolidayTable:
    """Read a table whose cells are parted by tabs or commas; one that begins with headings is welcome."""
    found: list[Holiday] = []
    faults: list[RowFault] = []
    delimiter = "\t" if "\t" in text else ","
    for number, cells in enumerate(csv.reader(io.StringIO(text.strip()), delimiter=delimiter), 1):
        row = [cell.strip() for cell in cells]
        if not any(row) or (not found and not faults and row[0] in HEADINGS):
            continue
        try:
            holiday = _holiday(row, year)
            taken = next((one for one in found if one.first <= holiday.last and holiday.first <= one.last), None)
            if taken is not None:
                raise ValueError(f"与“{taken.name}”的日期重叠")
            found.append(holiday)
        except ValueError as error:
            faults.append(RowFault(number, str(error)))
    return HolidayTable(year, tuple(sorted(found, key=lambda one: one.first)), tuple(faults))


def _holiday(row: list[str], year: int) -> Holiday:
    if not row[0]:
        raise ValueError("缺少节日名称")
    if len(row) < 2 or not row[1]:
        raise ValueError("缺少放假开始日期")
    # A whole period may stand in one cell: 2月15日至2月23日.
    between = _dates(row[1], year)
    first = between[0] if between else None
    if first is None:
        raise ValueError(f"“{row[1]}”不是日期")
    last = between[-1]
    if len(row) > 2 and row[2]:
        ends = _dates(row[2], year)
        if not ends:
            raise ValueError(f"“{row[2]}”不是日期")
        last = ends[0]
    worked = "、".join(row[3:])
    makeup = _dates(worked, year)
    if worked.strip("、 ") and not makeup:
        raise ValueError(f"“{worked}”不是日期")
    if first.year != year and last.year != year:
        raise ValueError(f"不在 {year} 年")
    try:
        return Holiday(name=row[0], first=first, last=last, makeup=tuple(makeup))
    except pydantic.ValidationError as error:
        inner = error.errors()[0].get("ctx", {}).get("error")
        raise ValueError(in_chinese(inner.words) if isinstance(inner, Wrong) else "日期不对") from None


def _dates(text: str, year: int) -> list[datetime.date]:
    found = []
    for match in _DATE.finditer(text):
        own, month, day = match.groups()
        found.append(datetime.date(int(own) if own else year, int(month), int(day)))
    return found


def with_year(text: str, table: HolidayTable) -> str:
    """The text of a calendar file with the holidays of the table's year in the place of those that it has. Everything
    else, comments too, stays. DocumentError for a text that is no YAML.
    """
    document = documents.parse(text, "calendars.yaml")
    lines = text.splitlines()
    known = document.data.get("holidays") if isinstance(document.data, dict) else None
    gone: set[int] = set()
    at = len(lines)
    if known:
        last_line = len(lines)
        after = [
            document.places[(key,)][0]
            for key in document.data
            if document.places[(key,)] > document.places[("holidays",)]
        ]
        end = min(after) - 1 if after else last_line
        while end and not lines[end - 1].strip():
            end -= 1
        begins = [document.places[("holidays", index)][0] for index in range(len(known))] + [end + 1]
        at = end
        for index, one in enumerate(known):
            first = _year_of(one)
            if first == table.year:
                gone |= set(range(begins[index] - 1, begins[index + 1] - 1))
            elif first is not None and first > table.year and at == end:
                at = begins[index] - 1
    fresh = [_written(one) for one in table.holidays]
    before = [line for number, line in enumerate(lines[:at]) if number not in gone]
    rest = [line for number, line in enumerate(lines[at:], at) if number not in gone]
    if not known:
        before = [line for line in before if not re.match(r"holidays\s*:", line)]
        fresh = ["", "holidays:", *fresh] if fresh else []
    return "\n".join([*before, *fresh, *rest]).rstrip("\n") + "\n"


def _year_of(holiday: object) -> int | None:
    first = holiday.get("first") if isinstance(holiday, dict) else None
    return first.year if isinstance(first, datetime.date) else None


def _written(one: Holiday) -> str:
    name = one.name if re.fullmatch(r"[\w、]+", one.name) else f'"{one.name}"'
    makeup = f", makeup: [{', '.join(map(str, one.makeup))}]" if one.makeup else ""
    provisional = ", provisional: true" if one.provisional else ""
    return f"  - {{name: {name}, first: {one.first}, last: {one.last}{makeup}{provisional}}}"
