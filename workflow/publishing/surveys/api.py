"""Routes of the staff for surveys."""

from __future__ import annotations

from aiohttp import web

from cti.base.http.routes import Page, Paged, Route
from cti.base.visitor import Visitor
from cti.office.records import record_routes
from cti.office.records.routes import file_answer
from cti.office.sheets.writing import write
from workflow.publishing.rules import BASE, EXPORT, SEE, WRITE
from workflow.publishing.surveys.service import Result, Surveys, SurveyView

SURVEYS = f"{BASE}/surveys"
ONE = f"{SURVEYS}/{{id}}"


def routes(surveys: Surveys) -> list[Route]:
    """The usual ones, copying, and what was answered."""

    async def copy(visitor: Visitor, id: str) -> SurveyView:
        return await surveys.copied(visitor, id)

    async def results(visitor: Visitor, id: str, query: Page) -> Paged[Result]:
        return Paged.cut(await surveys.results(visitor, id), query)

    async def sheet(visitor: Visitor, id: str) -> web.Response:
        title, heading, cells = await surveys.sheet(visitor, id)
        return file_answer(f"{title}-答卷.xlsx", await write(heading, cells))

    return [
        Route("POST", f"{ONE}/copy", copy, WRITE, "复制问卷", status=201),
        Route("GET", f"{ONE}/results", results, SEE, "问卷结果"),
        Route("GET", f"{ONE}/answers.xlsx", sheet, EXPORT, "导出答卷"),
        *record_routes(surveys, SURVEYS, imports=False),
    ]
