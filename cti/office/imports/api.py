"""The routes of imports: the usual ones of records, our template, the acts of an import, and its faults."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from cti.base.http.routes import Page, Paged, Route
from cti.base.visitor import Visitor
from cti.office.imports.mapping import heading_of
from cti.office.imports.service import ImportRuns
from cti.office.imports.views import BEGUN, ImportFault
from cti.office.records.routes import file_answer, record_routes, typed
from cti.office.sheets import writing

ACTS = {"look": "试导入", "take": "导入", "stop": "停止导入", "undo": "撤销导入"}


def import_routes(imports: ImportRuns[Any, Any, Any], base: str) -> list[Route]:
    """All below `base`."""

    async def template() -> web.Response:
        return file_answer(f"{imports.title}模板.xlsx", await writing.write(heading_of(imports.reader.model), []))

    async def faults(visitor: Visitor, id: str, query: Page) -> Paged[ImportFault]:
        return await imports.faults(visitor, id, query.page, query.size)

    async def sheet(visitor: Visitor, id: str) -> web.Response:
        return file_answer("导入错误.xlsx", await imports.faults_sheet(visitor, id))

    def begin(act: str) -> Route:
        async def work(visitor: Visitor, id: str) -> Any:
            return await imports.begin(visitor, id, act)

        return Route("POST", f"{one}/{act}", typed(work, imports.view), imports.edit_permission, ACTS[act])

    one, see = f"{base}/{{id}}", imports.see
    return [
        Route("GET", f"{base}/template", template, imports.edit_permission, f"{imports.title}模板"),
        *record_routes(imports, base, imports=False),
        Route("GET", f"{one}/faults", faults, see, "导入的错误"),
        Route("GET", f"{one}/faults/sheet", sheet, see, "下载导入的错误"),
        *(begin(act) for act in BEGUN),
    ]
