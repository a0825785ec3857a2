"""Routes of merged hotlines, and of imports of their tables."""

from __future__ import annotations

from aiohttp import web

from cti.base.http.routes import SIGNED_IN, Route
from cti.base.visitor import Visitor
from cti.office.imports.api import import_routes
from cti.office.records import record_routes
from cti.office.records.routes import file_answer
from cti.office.screens import Choice
from cti.office.sheets import writing
from workflow.knowledge.hotlines.article import TITLES
from workflow.knowledge.hotlines.imports import IMPORTS, HotlineImports
from workflow.knowledge.hotlines.names import HOTLINE_OPTIONS
from workflow.knowledge.hotlines.service import SOURCES, Hotlines
from workflow.knowledge.rules import MANAGE


def routes(hotlines: Hotlines, imports: HotlineImports) -> list[Route]:
    """The usual ones of both, the hotlines to choose from, and the columns that are read without a mapping."""

    async def choices(visitor: Visitor) -> list[Choice]:
        return await hotlines.choices(visitor)

    async def template() -> web.Response:
        return file_answer("归并知识导入模板.xlsx", await writing.write(list(TITLES.values()), []))

    return [
        Route("GET", HOTLINE_OPTIONS, choices, SIGNED_IN, "选择来源热线"),
        Route("GET", f"{IMPORTS}/template", template, MANAGE, "归并知识导入模板"),
        *record_routes(hotlines, SOURCES, imports=False),
        *import_routes(imports, IMPORTS),
    ]
