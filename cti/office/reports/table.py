"""A report as a table: its figures side by side, a line for each group, counted for whoever looks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cti.base.refusal import NotFound
from cti.base.visitor import Visitor
from cti.office.figures import Figures, Period
from cti.office.figures.definition import UNITS
from cti.office.figures.library import FigureFile
from cti.office.figures.service import Cell, Counted, Value


@dataclass(frozen=True, slots=True)
class FigureColumn:
    """A figure of a report."""

    name: str
    title: str
    unit: str
    better: str
    target: float | None
    about: str


@dataclass(frozen=True, slots=True)
class Split:
    """What the lines are split by."""

    name: str
    title: str


@dataclass(frozen=True, slots=True)
class Line:
    """A group, with a value for each figure; `before` and `year_ago` are empty where nothing is compared."""

    by: tuple[str, ...]
    titles: tuple[str, ...]
    now: list[Value]
    before: list[Value | None]
    year_ago: list[Value | None]


@dataclass(frozen=True, slots=True)
class ReportTable:
    """The whole table. `left_out` are figures that are not there for whoever looks, or cannot be split so."""

    period: str
    since: datetime
    until: datetime
    splits: list[Split]
    figures: list[FigureColumn]
    total: Line
    lines: list[Line]
    left_out: list[str]


async def table_of(
    figures: Figures,
    visitor: Visitor,
    names: Sequence[str],
    by: Sequence[str],
    period: Period,
    *,
    where: Mapping[str, str] | None = None,
    compare: bool = False,
) -> ReportTable:
    """Count all of it."""
    files: list[FigureFile] = []
    left_out = []
    for name in names:
        try:
            file = figures.file(visitor, name)
        except NotFound:
            left_out.append(name)
            continue
        if {*by, *(where or {})} <= figures.splits([file.head]).keys():
            files.append(file)
        else:
            left_out.append(file.title)
    counted = [await figures.counted(visitor, one, period, by, where=where, compare=compare) for one in files]
    known = figures.splits([file.head for file in files])
    return ReportTable(
        period.title, period.since, period.until,
        [Split(name, known[name]) for name in by if files],
        [
            FigureColumn(one.name, one.title, UNITS[one.head.unit], one.head.better, one.head.target, one.head.about)
            for one in files
        ],
        _line((), (), [one.total for one in counted]),
        _lines(counted),
        left_out,
    )  # fmt: skip


def _lines(counted: Sequence[Counted]) -> list[Line]:
    titles = {cell.by: cell.titles for one in counted for cell in one.cells}
    cells = [{cell.by: cell for cell in one.cells} for one in counted]
    nothing = [Cell((), (), one.nothing) for one in counted]
    return [
        _line(key, titles[key], [one.get(key, none) for one, none in zip(cells, nothing, strict=True)])
        for key in sorted(titles)
    ]


def _line(by: tuple[str, ...], titles: tuple[str, ...], cells: Sequence[Cell]) -> Line:
    return Line(
        by,
        titles,
        [one.now for one in cells],
        [one.before for one in cells],
        [one.year_ago for one in cells],
    )


def said(value: Value | None, unit: str) -> str:
    """A value for people: percent with one digit, counts whole."""
    if value is None or value.value is None:
        return "—"
    number = value.value
    text = f"{number:,.1f}" if unit in ("%", "秒", "小时", "分") else f"{number:,.0f}"
    return f"{text}%" if unit == "%" else text


def change(now: Value, before: Value | None, unit: str) -> str:
    """How much a value is more or less: of shares in points, of all else in percent."""
    if before is None or now.value is None or before.value is None:
        return "—"
    if unit == "%":
        return f"{now.value - before.value:+.1f}"
    return f"{(now.value - before.value) / before.value * 100:+.1f}%" if before.value else "—"
