"""Routes of the pages of analysis."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import pydantic
from aiohttp import web

from cti.base.http.routes import Body, Route
from cti.base.visitor import Visitor
from cti.office.figures.api import PeriodQuery, period_of
from cti.office.figures.rights import READ
from cti.office.figures.service import MOST_SPLITS
from cti.office.identity.audit.trail import Audit
from cti.office.printing.part import download
from cti.office.printing.service import Printing
from cti.office.records.routes import file_answer
from cti.office.reports.exporting import as_excel
from cti.office.reports.service import MOST_CONDITIONS, Reports
from cti.office.reports.table import ReportTable, table_of
from cti.office.screens import Choice
from workflow.analysis.description import AnalysisPage
from workflow.analysis.patience import BlockAnswer, Patience
from workflow.analysis.service import Analysis, BlockQuery
from workflow.analysis.writing import KIND, data_of

BASE = "/api/analysis"
BLOCK = f"{BASE}/{{page}}/blocks/{{block}}"
Name = Annotated[str, pydantic.Field(max_length=60)]
Value = Annotated[str, pydantic.Field(max_length=200)]


class TryBody(Body):
    """Figures that somebody picked: split by up to three things, narrowed to values by split, over a period."""

    figures: list[Name] = pydantic.Field(min_length=1, max_length=12, title="指标")
    by: list[Name] = pydantic.Field(default=[], max_length=MOST_SPLITS, title="分组")
    where: dict[Name, Value] = pydantic.Field(default={}, max_length=MOST_CONDITIONS, title="筛选")
    compare: bool = pydantic.Field(default=False, title="同比、环比")
    period: str = pydantic.Field(default="this_month", max_length=20, title="统计期")
    since: date | None = pydantic.Field(default=None, title="开始日期")
    until: date | None = pydantic.Field(default=None, title="结束日期")


class PaperQuery(BlockQuery):
    """As Word or PDF."""

    format: Literal["docx", "pdf"] = "docx"


def routes(analysis: Analysis, patience: Patience, audit: Audit, printing: Printing) -> list[Route]:
    """Pages, what they are narrowed by, blocks, blocks as files, and pages as reports in words."""

    async def pages(visitor: Visitor) -> list[AnalysisPage]:
        return analysis.pages(visitor)

    async def choices(visitor: Visitor, page: str, axis: str, query: PeriodQuery) -> list[Choice]:
        return await analysis.choices(visitor, page, axis, query)

    async def block(visitor: Visitor, page: str, block: str, query: BlockQuery) -> BlockAnswer:
        return await patience.block(visitor, page, block, query)

    async def file(visitor: Visitor, page: str, block: str, query: BlockQuery) -> web.Response:
        shown = await analysis.block(visitor, page, block, query)
        described = next(one for one in analysis.pages(visitor) if one.page == page)
        title = next(one.title for one in described.blocks if one.block == block)
        after = {"title": title, "period": shown.table.period, "where": query.where}
        await audit.look(visitor, f"{KIND}.exported", f"{KIND}:{page}.{block}", after)
        name = f"{described.title} {title}（{shown.table.period}）.xlsx"
        return file_answer(name, await as_excel(shown.table))

    async def paper(visitor: Visitor, page: str, query: PaperQuery) -> web.Response:
        counted = await analysis.whole(visitor, page, query)
        data = data_of(analysis.figures, counted.page, counted.blocks, counted.period, counted.narrowed)
        content = await printing.printed(visitor, KIND, data, query.format)
        after = {"title": counted.page.title, "period": counted.period, "where": query.where, "format": query.format}
        await audit.look(visitor, f"{KIND}.exported", f"{KIND}:{page}", after)
        return download(f"{counted.page.title}报告（{counted.period}）.{query.format}", content, query.format)

    async def tried(visitor: Visitor, body: TryBody) -> ReportTable:
        period = period_of(analysis.figures, body.period, None, body.since, body.until)
        return await table_of(
            analysis.figures, visitor, body.figures, body.by, period, where=body.where, compare=body.compare
        )

    return [
        Route("POST", f"{BASE}/try", tried, READ, "自助分析"),
        Route("GET", f"{BASE}/pages", pages, READ, "统计分析的页面"),
        Route("GET", f"{BASE}/{{page}}/choices/{{axis}}", choices, READ, "统计分析可以筛选的值"),
        Route("GET", f"{BASE}/pages/{{page}}/paper", paper, Reports.export_permission, "统计分析报告（Word、PDF）"),
        Route("GET", BLOCK, block, READ, "统计分析的一项统计"),
        Route("GET", f"{BLOCK}/file", file, Reports.export_permission, "导出统计分析的一项统计"),
    ]
