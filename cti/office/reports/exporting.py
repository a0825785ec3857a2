"""Reports as files: Excel with real numbers, Word and PDF by the city's template."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cti.base.visitor import Visitor
from cti.office.figures import Figures
from cti.office.printing.kinds import Printed
from cti.office.printing.service import Printing
from cti.office.reports.service import ReportView
from cti.office.reports.table import Line, ReportTable, change, said
from cti.office.sheets import writing

KIND = "report"
PRINTED = Printed(
    KIND, "统计报表",
    {"title": "名称", "note": "说明", "period": "统计期", "only": "筛选", "left_out": "未列入的指标"},
    {"meanings": {"title": "指标", "unit": "单位", "about": "口径", "ground": "依据"}},
    ("figures",),
)  # fmt: skip
TOTAL = "合计"
Cell = str | int | float | None


async def as_excel(table: ReportTable) -> bytes:
    """A line for each group, shares as percent numbers; numerator, denominator and what is pending beside each. Below
    stands what alone was counted."""
    headings = [one.title for one in table.splits] or ["统计期"]
    for figure in table.figures:
        headings += [f"{figure.title}（{figure.unit}）", f"{figure.title}：分子", "分母", "未完成"]
        if _compared(table):
            headings += ["上期", "去年同期"]
    rows = [_numbers(table, line, list(line.titles)) for line in table.lines]
    first = [TOTAL, *[""] * (len(table.splits) - 1)] if table.splits else [table.period]
    rows.append(_numbers(table, table.total, first))
    rows += [[f"筛选：{one}"] for one in table.only]
    return await writing.write(headings, rows)


def _numbers(table: ReportTable, line: Line, names: Sequence[str]) -> list[Cell]:
    found: list[Cell] = list(names)
    for at in range(len(table.figures)):
        now, before, ago = line.now[at], line.before[at], line.year_ago[at]
        found += [_rounded(now.value), now.numerator, now.denominator, now.pending]
        if _compared(table):
            found += [_rounded(before.value if before else None), _rounded(ago.value if ago else None)]
    return found


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _compared(table: ReportTable) -> bool:
    return any(one is not None for one in table.total.before)


async def as_paper(
    printing: Printing, figures: Figures, visitor: Visitor, report: ReportView, table: ReportTable, format: Any
) -> bytes:
    """By the template of reports."""
    return await printing.printed(visitor, KIND, data_of(figures, report, table), format)


def data_of(figures: Figures, report: ReportView, table: ReportTable) -> dict[str, Any]:
    """What the template reads."""
    compared = _compared(table)
    headings = [one.title for one in table.splits] or ["统计期"]
    for figure in table.figures:
        headings += [figure.title, *(["环比", "同比"] if compared else [])]
    names = [TOTAL, *[""] * (len(table.splits) - 1)] if table.splits else [table.period]
    lines = [*((list(one.titles), one) for one in table.lines), (names, table.total)]
    rows = [[*titles, *(words for at in range(len(table.figures)) for words in _words(table, line, at, compared))]
            for titles, line in lines]  # fmt: skip
    files = figures.library.files
    meanings = [
        {"title": one.title, "unit": one.unit, "about": one.about, "ground": files[one.name].head.ground}
        for one in table.figures
    ]
    record = {
        "title": report.title, "note": report.note, "period": table.period, "only": "，".join(table.only),
        "left_out": "、".join(table.left_out),
    }  # fmt: skip
    widths = [1.2] * len(table.splits or ["period"]) + [1.2, 0.9, 0.9][: 3 if compared else 1] * len(table.figures)
    sheet = {"headings": headings, "rows": rows if table.figures else [], "widths": widths}
    return {"record": record, "meanings": meanings, "figures": sheet}


def _words(table: ReportTable, line: Line, at: int, compared: bool) -> list[str]:
    unit, now = table.figures[at].unit, line.now[at]
    changes = [change(now, line.before[at], unit), change(now, line.year_ago[at], unit)] if compared else []
    return [said(now, unit), *changes]
