"""Routes of reports: the usual ones, the table for whoever looks, files, and who can be sent one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pydantic
from aiohttp import web
from sqlalchemy import or_, select

from cti.base.http.routes import OptionView, Page, Route
from cti.base.visitor import Visitor
from cti.office.figures import Period
from cti.office.figures.api import PeriodQuery, period_of, where_of
from cti.office.identity.directory import people_within
from cti.office.identity.models import PersonRow, RoleRow
from cti.office.printing.part import download
from cti.office.printing.service import Printing
from cti.office.records.routes import file_answer, record_routes
from cti.office.reports.exporting import as_excel, as_paper
from cti.office.reports.service import ReportFields, Reports, ReportView
from cti.office.reports.table import ReportTable, table_of

BASE = "/api/reports"
ONE = f"{BASE}/{{id}}"


class TableQuery(PeriodQuery):
    """Another period than the report's, perhaps; `where` is JSON of values by split."""

    period: str = pydantic.Field(default="", max_length=20)
    where: str = pydantic.Field(default="", max_length=1000)


class FileQuery(TableQuery):
    """The same as a file."""

    format: Literal["xlsx", "docx", "pdf"] = "xlsx"


class OptionQuery(Page):
    """A part of a name, login or agent number."""

    search: str = pydantic.Field(default="", max_length=40)


class PreviewBody(ReportFields):
    """A report that is not kept yet."""


@dataclass(frozen=True, slots=True)
class ReportShown:
    """A report and its table."""

    report: ReportView
    table: ReportTable


def routes(reports: Reports, printing: Printing) -> list[Route]:
    """The table of routes."""
    see, edit, export = Reports.see, Reports.edit_permission, Reports.export_permission
    figures, office = reports.figures, reports.office

    def period(query: PeriodQuery, usual: str) -> Period:
        return period_of(figures, query.period or usual, query.day, query.since, query.until)

    async def table(visitor: Visitor, id: str, query: TableQuery) -> ReportShown:
        report = await reports.get(visitor, id)
        over = period(query, report.period)
        return ReportShown(report, await reports.counted(visitor, report, over, where_of(query.where)))

    async def preview(visitor: Visitor, body: PreviewBody) -> ReportTable:
        only = {one.split: one.value for one in body.only}
        return await table_of(
            figures, visitor, body.figures, body.by, figures.period(body.period), where=only, compare=body.compare
        )

    async def file(visitor: Visitor, id: str, query: FileQuery) -> web.Response:
        shown = await table(visitor, id, query)
        name = f"{shown.report.title}（{shown.table.period}）.{query.format}"
        after = {"period": shown.table.period, "format": query.format}
        await office.audit.look(visitor, f"{Reports.kind}.exported", f"{Reports.kind}:{id}", after)
        if query.format == "xlsx":
            return file_answer(name, await as_excel(shown.table))
        content = await as_paper(printing, figures, visitor, shown.report, shown.table, query.format)
        return download(name, content, query.format)

    async def roles(visitor: Visitor) -> list[OptionView]:
        async with office.store.reading() as session:
            rows = (await session.scalars(select(RoleRow).order_by(RoleRow.title))).all()
        return [OptionView(value=row.name, title=row.title) for row in rows]

    async def people(visitor: Visitor, query: OptionQuery) -> list[OptionView]:
        limits = [*people_within(visitor, edit), PersonRow.disabled_at.is_(None)]
        if query.search:
            columns = PersonRow.name, PersonRow.login, PersonRow.agent_no
            limits.append(or_(*(column.contains(query.search, autoescape=True) for column in columns)))
        wanted = select(PersonRow).where(*limits).order_by(PersonRow.name, PersonRow.id)
        async with office.store.reading() as session:
            rows = await session.scalars(wanted.limit(query.size).offset((query.page - 1) * query.size))
            return [OptionView(value=row.id, title=f"{row.name}（{row.agent_no or row.login}）") for row in rows]

    return [
        Route("GET", "/api/report_options/roles", roles, edit, "报表可以发送给的角色"),
        Route("GET", "/api/report_options/people", people, edit, "报表可以发送给的人员"),
        Route("POST", f"{BASE}/preview", preview, edit, "试看没有保存的统计报表"),
        Route("GET", f"{ONE}/table", table, see, "统计报表的数据"),
        Route("GET", f"{ONE}/file", file, export, "导出一张统计报表"),
        *record_routes(reports, BASE, imports=False),
    ]
