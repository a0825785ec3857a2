"""Routes of merged hotlines, and of imports of their tables."""

from __future__ import annotations

from cti.base.http.routes import SIGNED_IN, Route
from cti.base.visitor import Visitor
from cti.office.imports.api import import_routes
from cti.office.records import record_routes
from cti.office.screens import Choice
from workflow.knowledge.hotlines.imports import IMPORTS, HotlineImports
from workflow.knowledge.hotlines.names import HOTLINE_OPTIONS
from workflow.knowledge.hotlines.service import SOURCES, Hotlines


def routes(hotlines: Hotlines, imports: HotlineImports) -> list[Route]:
    """The usual ones of both, and the hotlines to choose from."""

    async def choices(visitor: Visitor) -> list[Choice]:
        return await hotlines.choices(visitor)

    return [
        Route("GET", HOTLINE_OPTIONS, choices, SIGNED_IN, "选择来源热线"),
        *record_routes(hotlines, SOURCES, imports=False),
        *import_routes(imports, IMPORTS),
    ]
