"""A page of analysis in words, for Word and PDF: sentences that say what the figures say, and nothing else.

No sentence gives a reason or a judgement: it has a value, its change, whether a target is reached, and what is largest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cti.office.figures import Figures
from cti.office.figures.service import Value
from cti.office.printing.kinds import Printed
from cti.office.reports.table import FigureColumn, Line, ReportTable, change, said
from workflow.analysis.description import AnalysisPage, Block

KIND = "analysis"
"""What the audit calls a page, and templates what is printed."""
PRINTED = Printed(
    KIND, "统计分析报告",
    {"title": "名称", "period": "统计期", "narrowed": "筛选条件", "summary": "概况"},
    {
        "findings": {"title": "项目", "text": "内容"},
        "meanings": {"title": "指标", "unit": "单位", "about": "口径", "ground": "依据"},
    },
    ("figures",),
)  # fmt: skip
MOST = 5
"""Groups that a sentence names."""
SHARES, UNKNOWN = "%", "—"


def figure_said(table: ReportTable, at: int, line: Line) -> str:
    """One figure of a group: 接通率96.2%（目标95%，已达到），环比上升0.5个百分点."""
    figure, now = table.figures[at], line.now[at]
    if now.value is None:
        return f"{figure.title}暂无数据"
    parts = [f"{figure.title}{_unfollowing(figure)}{value_said(now, figure)}{_target(now, figure)}"]
    parts += [
        words
        for name, other in (("环比", line.before[at]), ("同比", line.year_ago[at]))
        if (words := change_said(now, other, figure.unit, name))
    ]
    return "，".join(parts)


def value_said(value: Value, figure: FigureColumn) -> str:
    """A value with its unit."""
    words = said(value, figure.unit)
    return words if figure.unit == SHARES or words == UNKNOWN else f"{words}{figure.unit}"


def change_said(now: Value, other: Value | None, unit: str, name: str) -> str:
    """How a value changed, or nothing where there is nothing to compare with."""
    words = change(now, other, unit)
    if words == UNKNOWN:
        return ""
    amount = words.lstrip("+-")
    if float(amount.rstrip("%")) == 0:
        return f"{name}持平"
    way = "下降" if words.startswith("-") else "上升"
    return f"{name}{way}{amount}{'个百分点' if unit == SHARES else ''}"


def _unfollowing(figure: FigureColumn) -> str:
    """Said of a figure whose source knows nothing of a condition."""
    return "（未按范围统计）" if figure.whole else ""


def _target(now: Value, figure: FigureColumn) -> str:
    if figure.target is None or now.value is None or not figure.better:
        return ""
    kept = now.value >= figure.target if figure.better == "more" else now.value <= figure.target
    return f"（目标{figure.target:g}{figure.unit}，{'已达到' if kept else '未达到'}）"


def block_said(block: Block, table: ReportTable) -> str:
    """A block in words: its figures, or of each figure the groups that have most of it."""
    if not table.splits:
        return "；".join(figure_said(table, at, table.total) for at in range(len(table.figures)))
    return "；".join(words for at in range(len(table.figures)) if (words := _ranked(table, at, block.chart == "line")))


def _ranked(table: ReportTable, at: int, in_time: bool) -> str:
    figure = table.figures[at]
    lines = [one for one in table.lines if one.now[at].value is not None]
    if not lines:
        return f"{figure.title}暂无数据"
    order = sorted(lines, key=lambda one: one.now[at].value or 0, reverse=True)

    title = f"{figure.title}{_unfollowing(figure)}"

    def named(some: Iterable[Line]) -> str:
        return "、".join(f"{' '.join(one.titles)}（{value_said(one.now[at], figure)}）" for one in some)

    if in_time and len(order) > 1:
        return f"{title}最高的是{named(order[:1])}，最低的是{named(order[-1:])}"
    more = f"，共{len(order)}项" if len(order) > MOST else ""
    return f"{title}居前的是{named(order[:MOST])}{more}" if len(order) > 1 else f"{title}：{named(order)}"


def _row(figure: FigureColumn, line: Line, at: int) -> list[str]:
    changes = [change(line.now[at], other, figure.unit) for other in (line.before[at], line.year_ago[at])]
    target = "" if figure.target is None else f"{figure.target:g}{figure.unit}"
    return [figure.title, value_said(line.now[at], figure), *changes, target]


def data_of(
    figures: Figures, page: AnalysisPage, shown: Sequence[tuple[Block, ReportTable]], period: str,
    narrowed: Mapping[str, str],
) -> dict[str, Any]:  # fmt: skip
    """What the template reads; `narrowed` are the words of what the page is narrowed by."""
    whole = [(block, table) for block, table in shown if table.figures and not table.splits]
    split = [(block, table) for block, table in shown if table.figures and table.splits]
    columns = {one.name: one for _, table in shown for one in table.figures}
    files = figures.library.files
    rows = [_row(figure, table.total, at) for _, table in whole for at, figure in enumerate(table.figures)]
    return {
        "record": {
            "title": page.title,
            "period": period,
            "narrowed": "；".join(f"{name}：{value}" for name, value in narrowed.items()),
            "summary": "".join(f"{block_said(block, table)}。" for block, table in whole),
        },
        "findings": [
            {"title": f"{block.title}（{table.period}）" if block.over != "page" else block.title,
             "text": f"{block_said(block, table)}。"}
            for block, table in split
        ],
        "meanings": [
            {"title": one.title, "unit": one.unit, "about": one.about, "ground": files[one.name].head.ground}
            for one in columns.values()
        ],
        "figures": {
            "headings": ["指标", "本期", "环比", "同比", "目标"], "rows": rows, "widths": [2.0, 1.2, 1.0, 1.0, 1.0],
        },
    }  # fmt: skip
