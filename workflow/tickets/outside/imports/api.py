"""Routes of imports and their mappings."""

from __future__ import annotations

from aiohttp import web

from cti.base.http.routes import Page, Paged, Route
from cti.base.visitor import Visitor
from cti.office.records import record_routes
from cti.office.records.routes import file_answer
from cti.office.screens import Choice
from cti.office.sheets import writing
from workflow.tickets.outside.imports.mappings import IMPORT, ImportMappings
from workflow.tickets.outside.imports.old_ticket import TITLES
from workflow.tickets.outside.imports.service import BEGUN, ImportFault, Imports, ImportView

IMPORTS, MAPPINGS = "/api/tickets/imports", "/api/tickets/import_mappings"
ONE = f"{IMPORTS}/{{id}}"
ACTS = {"look": "试导入", "take": "导入", "stop": "停止导入", "undo": "撤销导入"}


def routes(imports: Imports, mappings: ImportMappings) -> list[Route]:
    """The usual routes of both, the acts of an import, and its faults."""

    async def choices(visitor: Visitor) -> list[Choice]:
        return await mappings.choices(visitor)

    async def faults(visitor: Visitor, id: str, query: Page) -> Paged[ImportFault]:
        return await imports.faults(visitor, id, query.page, query.size)

    async def sheet(visitor: Visitor, id: str) -> web.Response:
        return file_answer("导入错误.xlsx", await imports.faults_sheet(visitor, id))

    async def template() -> web.Response:
        return file_answer("历史工单导入模板.xlsx", await writing.write(list(TITLES.values()), []))

    def begin(act: str) -> Route:
        async def work(visitor: Visitor, id: str) -> ImportView:
            return await imports.begin(visitor, id, act)

        return Route("POST", f"{ONE}/{act}", work, IMPORT, ACTS[act])

    return [
        Route("GET", f"{IMPORTS}/template", template, IMPORT, "历史工单导入模板"),
        Route("GET", f"{MAPPINGS}/choices", choices, IMPORT, "选择导入对照"),
        *record_routes(mappings, MAPPINGS, imports=False),
        *record_routes(imports, IMPORTS, imports=False),
        Route("GET", f"{ONE}/faults", faults, IMPORT, "导入的错误"),
        Route("GET", f"{ONE}/faults/sheet", sheet, IMPORT, "下载导入的错误"),
        *(begin(act) for act in BEGUN),
    ]
