"""A report as a table: its figures side by side, a line for each group, counted for whoever looks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cti.base.refusal import NotFound
from cti.base.visitor import Visitor
from cti.office.figures import Figures, Period
from cti.office.figures.definition import UNITS
from cti.office.figures.foreseen import foresee
from cti.office.figures.library import FigureFile
from cti.office.figures.service import Cell, Counted, Value


@dataclass(frozen=True, slots=True)
class FigureColumn:
    """A figure of a report. `reads` is by which fact of its own it reads each split and condition of the table, `whole`
    names the conditions that its source knows nothing of, so that it does not follow them; `late` is on how many days
    it changed after they were over."""

    name: str
    title: str
    unit: str
    better: str
    target: float | None
    about: str
    reads: dict[str, str] = field(default_factory=dict)
    whole: list[str] = field(default_factory=list)
    late: int = 0


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
    """The whole table. `left_out` are figures that are not there for whoever looks, or cannot be split so; `only` says
    in words what alone was counted."""

    period: str
    since: datetime
    until: datetime
    splits: list[Split]
    figures: list[FigureColumn]
    total: Line
    lines: list[Line]
    left_out: list[str]
    only: list[str] = field(default_factory=list)


Told = Callable[[int, int], None]
Axes = Mapping[str, Sequence[str]]
"""What is the same thing in several sources: a department is `unit` of tasks and `lead` of tickets. By its name figures
of both are split and narrowed side by side; each reads the first of these facts that its source has."""


async def table_of(
    figures: Figures,
    visitor: Visitor,
    names: Sequence[str],
    by: Sequence[str],
    period: Period,
    *,
    where: Mapping[str, str] | None = None,
    compare: bool = False,
    axes: Axes | None = None,
    told: Told | None = None,
) -> ReportTable:
    """Count all of it. A figure that has no fact for a split, or for a condition that is no axis, is left out. `told`
    hears how many of how many figures are counted."""
    columns: list[FigureColumn] = []
    counted: list[Counted] = []
    titles: dict[str, str] = {}
    left_out = []
    wanted = where or {}
    for count, name in enumerate(names):
        if told is not None:
            told(count, len(names))
        try:
            file = figures.file(visitor, name)
        except NotFound:
            left_out.append(name)
            continue
        known = figures.splits([file.head])
        reads = {one: fact for one in (*by, *wanted) if (fact := _fact(one, known, axes or {}))}
        whole = [one for one in wanted if one not in reads]
        if any(one not in reads for one in by) or any(one not in (axes or {}) for one in whole):
            left_out.append(file.title)
            continue
        for one in by:
            titles.setdefault(one, known[reads[one]])
        his = {reads[one]: value for one, value in wanted.items() if one in reads}
        found = await figures.counted(visitor, file, period, [reads[one] for one in by], where=his, compare=compare)
        counted.append(found)
        columns.append(_column(file, reads, whole, found.late))
    return ReportTable(
        period.title, period.since, period.until,
        [Split(name, titles[name]) for name in by if counted],
        columns,
        _line((), (), [one.total for one in counted]),
        _lines(counted),
        left_out,
    )  # fmt: skip


def foresee_table(
    figures: Figures,
    visitor: Visitor,
    names: Sequence[str],
    by: Sequence[str],
    period: Period,
    *,
    compare: bool = False,
    axes: Axes | None = None,
) -> None:
    """Have the days kept of which the same table will be made."""
    his = {one.name: one for one in figures.all(visitor)}
    for file in (his[name] for name in names if name in his):
        known = figures.splits([file.head])
        reads = [_fact(one, known, axes or {}) for one in by]
        if all(reads):
            foresee(figures, visitor, file, period, reads, compare=compare)


def _fact(name: str, known: Mapping[str, str], axes: Axes) -> str:
    return next((one for one in axes.get(name, (name,)) if one in known), "")


def _column(file: FigureFile, reads: dict[str, str], whole: list[str], late: int) -> FigureColumn:
    head = file.head
    return FigureColumn(
        file.name, file.title, UNITS[head.unit], head.better, head.target, head.about, reads, whole, late
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
