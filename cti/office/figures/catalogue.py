"""The catalogue of figures (统计指标目录): what each counts, of what, by what law.

Everybody gets the figures that he may count by. As JSON it is read by other systems with a key of theirs; as a
spreadsheet it is handed over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from aiohttp import web

from cti.base.http.routes import Route
from cti.base.visitor import Visitor
from cti.office.figures.definition import UNITS, Between, Count
from cti.office.figures.library import FigureFile
from cti.office.figures.rights import READ
from cti.office.figures.service import Figures
from cti.office.records.routes import file_answer
from cti.office.sheets import writing

CATALOGUE = "/api/figure_catalogue"
FRESH = "实时；已过的日期随明细变动重算"
METHODS = {"sum": "合计", "average": "平均", "least": "最小", "most": "最大"}
SINCE_EVER = "自启用"


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """A figure: conditions and formula are expressions over the facts of its source, as its file has them."""

    figure: str
    title: str
    group: str
    about: str
    unit: str
    source: str
    moment: str
    only: str
    numerator: str
    denominator: str
    pending: str
    formula: str
    splits: str
    fresh: str
    better: str
    target: str
    revision: str
    since: str
    ground: str


HEADINGS: Mapping[str, str] = {
    "figure": "指标编码", "title": "指标名称", "group": "分类", "about": "口径说明", "unit": "计量单位",
    "source": "数据来源", "moment": "统计时点", "only": "统计范围", "numerator": "分子", "denominator": "分母",
    "pending": "未完成", "formula": "计算公式", "splits": "可分组维度", "fresh": "更新频率", "better": "评价方向",
    "target": "目标值", "revision": "口径版本", "since": "生效日期", "ground": "依据",
}  # fmt: skip
BETTER = {"more": "越高越好", "less": "越低越好", "": ""}


class Catalogue:
    """What there is, for whoever asks."""

    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def routes(self) -> list[Route]:
        """As JSON and as a spreadsheet."""
        return [
            Route("GET", CATALOGUE, self.entries, READ, "统计指标目录"),
            Route("GET", f"{CATALOGUE}/file", self.file, READ, "导出统计指标目录"),
        ]

    async def entries(self, visitor: Visitor) -> list[CatalogueEntry]:
        """All figures that the visitor may count by."""
        return [self._entry(one) for one in self._figures.all(visitor)]

    async def file(self, visitor: Visitor) -> web.Response:
        """The same as a spreadsheet."""
        names = [one.name for one in fields(CatalogueEntry)]
        rows = [[getattr(one, name) for name in names] for one in await self.entries(visitor)]
        return file_answer("统计指标目录.xlsx", await writing.write([HEADINGS[one] for one in names], rows))

    def _entry(self, file: FigureFile) -> CatalogueEntry:
        head, source = file.head, self._figures.source(file.head)
        return CatalogueEntry(
            figure=file.name, title=file.title, group=head.group, about=head.about, unit=UNITS[head.unit],
            source=source.title, moment=source.facts[head.at].title, only=head.only.text if head.only else "",
            numerator=_count(head.numerator), denominator=_count(head.denominator), pending=_count(head.pending),
            formula=head.worked_out.text, splits="、".join(self._figures.splits([head]).values()), fresh=FRESH,
            better=BETTER[head.better], target="" if head.target is None else f"{head.target:g}",
            revision=str(file.revision or ""), since=head.since.isoformat() if head.since else SINCE_EVER,
            ground=head.ground,
        )  # fmt: skip


def _count(count: Count | None) -> str:
    """A count in words: how many rows, or what is worked out over them, and under which condition."""
    if count is None:
        return ""
    what = count.measure
    measured = f"{what.begin} 至 {what.end} 的秒数" if isinstance(what, Between) else what or ""
    method = f"第 {count.rank} 百分位数" if count.method == "percentile" else METHODS.get(count.method, "条数")
    said = f"{method} {measured}".strip()
    said += f"（取整到 {count.grain:g}）" if count.grain is not None else ""
    return f"{said}，当 {count.when.text}" if count.when is not None and count.when.text != "true" else said
