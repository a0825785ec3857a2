"""Cuts: what a figure counts, by which groups, in whose scope, day by day; and days put together into an answer.

A cut's key is made of the SQL that counts it: another definition, another fact, another scope is another cut, and two
who reach the same share one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Dialect, Select, SQLColumnExpression, and_, case, or_

from cti.office.figures.facts import FactSource
from cti.office.figures.kept.touched import Read, is_noted
from cti.office.figures.measures import Merge, merged

Key = tuple[str, ...]
Line = list[Any]
"""A group of a span: the values of its splits, then the pieces of its counts."""
Times = Sequence[tuple[datetime, datetime]]
CALENDAR = ("day", "week", "month", "quarter", "year")
"""Splits that are known of a row by its day."""
MONTH = 7
"""Characters of a month: 2026-03."""


def within(moment: SQLColumnExpression[Any], times: Times) -> ColumnElement[bool]:
    """Whether a moment lies in one of these times."""
    return or_(*(and_(moment >= since, moment < until) for since, until in times))


def apart(times: Sequence[Times]) -> list[list[int]]:
    """The periods of which something is to be counted, in as few parts as have no moment twice in them."""
    found: list[list[int]] = []
    for place, some in enumerate(times):
        if not some:
            continue
        for part in found:
            there = [one for other in part for one in times[other]]
            if all(until <= begin or end <= since for since, until in some for begin, end in there):
                part.append(place)
                break
        else:
            found.append([place])
    return found


def which(moment: SQLColumnExpression[Any], times: Sequence[Times]) -> list[ColumnElement[int]]:
    """Which of several times a row lies in, by their places; nothing where there is but one."""
    *others, last = range(len(times))
    return [case(*((within(moment, times[place]), place) for place in others), else_=last)] if others else []


class Cells:
    """Groups that are put together of pieces of time."""

    def __init__(self, merges: Sequence[Merge]) -> None:
        self._merges = merges
        self._are_sums = all(one == "sum" for one in merges)
        self.found: dict[Key, list[float | None]] = {}

    def add(self, key: Key, values: Sequence[float | None]) -> None:
        """Add what a piece of time has of a group."""
        there = self.found.get(key)
        if there is None:
            self.found[key] = list(values)
        elif self._are_sums:
            for place, value in enumerate(values):
                if value is not None:
                    there[place] = (there[place] or 0) + value
        else:
            self.found[key] = [merged(*one) for one in zip(self._merges, there, values, strict=True)]


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """What is counted: `statement` selects the day, the values of `names`, and the pieces; it has no limits of time.

    `by_months` says whether whole months are enough to answer.
    """

    source: FactSource
    moment: SQLColumnExpression[Any]
    names: tuple[str, ...]
    merges: tuple[Merge, ...]
    statement: Select[Any]
    by_months: bool
    known: dict[str, Any] = field(default_factory=dict, init=False)
    """What was worked out of it once."""

    def is_noted(self, noted: Read) -> bool:
        """Whether all that it reads is noted."""
        if "noted" not in self.known:
            self.known["noted"] = is_noted(noted, self.source, [self.statement])
        return bool(self.known["noted"])

    def key(self, dialect: Dialect) -> str:
        """Tells it from others, and stays the same when the engine starts again."""
        if "key" not in self.known:
            self.known["key"] = self._key(dialect)
        return str(self.known["key"])

    def _key(self, dialect: Dialect) -> str:
        made = self.statement.compile(dialect=dialect)
        values = {
            name: sorted(map(str, value)) if isinstance(value, list | tuple | set | frozenset) else str(value)
            for name, value in made.params.items()
        }
        return hashlib.sha256(f"{self.source.name}|{made}|{sorted(values.items())}".encode()).hexdigest()

    def line(self, found: Sequence[Any]) -> Line:
        """A row of the statement, after its day, as it is kept."""
        count = len(self.names)
        return [*map(str, found[:count]), *(None if one is None else float(one) for one in found[count:])]

    def put(
        self, spans: Iterable[tuple[str, list[Line]]], by: Sequence[str], where: Mapping[str, str], cells: Cells
    ) -> None:
        """Add kept spans to cells that are split by `by`, where the splits have these values."""
        count, places = len(self.names), {name: place for place, name in enumerate(self.names)}
        dated = [name for name in CALENDAR if name in by or name in where]
        limits = [(places[name], value) for name, value in where.items() if name in places]
        # A percentile has a line for each value of each day: no more is done for one than must be.
        is_whole = tuple(by) == self.names
        for span, lines in spans:
            steps = {name: step_at(span, name) for name in dated}
            if any(value != where.get(name, value) for name, value in steps.items()):
                continue
            for line in lines:
                if limits and any(line[place] != value for place, value in limits):
                    continue
                if is_whole:
                    key = tuple(line[:count])
                else:
                    key = tuple(steps[name] if name in steps else line[places[name]] for name in by)
                cells.add(key, line[count:])

    def together(self, spans: Iterable[list[Line]]) -> list[Line]:
        """Several spans as one."""
        cells, count = Cells(self.merges), len(self.names)
        for lines in spans:
            for line in lines:
                cells.add(tuple(line[:count]), line[count:])
        return [[*key, *values] for key, values in cells.found.items()]


def step_at(span: str, step: str) -> str:
    """The step of time in which a day lies; a month has no day and no week. As `periods.step_of` writes it."""
    match step:
        case "year":
            return span[:4]
        case "month":
            return span[:MONTH]
        case "quarter":
            return f"{span[:4]}-Q{(int(span[5:MONTH]) + 2) // 3}"
        case "week":
            day = date.fromisoformat(span)
            return (day - timedelta(days=day.weekday())).isoformat()
        case _:
            return span
