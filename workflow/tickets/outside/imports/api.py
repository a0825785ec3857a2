"""Routes of imports and their mappings."""

from __future__ import annotations

from cti.base.http.routes import Route
from cti.base.visitor import Visitor
from cti.office.imports.api import import_routes
from cti.office.records import record_routes
from cti.office.screens import Choice
from workflow.tickets.outside.imports.mappings import IMPORT, ImportMappings
from workflow.tickets.outside.imports.service import Imports

IMPORTS, MAPPINGS = "/api/tickets/imports", "/api/tickets/import_mappings"


def routes(imports: Imports, mappings: ImportMappings) -> list[Route]:
    """The routes of both."""

    async def choices(visitor: Visitor) -> list[Choice]:
        return await mappings.choices(visitor)

    return [
        Route("GET", f"{MAPPINGS}/choices", choices, IMPORT, "选择导入对照"),
        *record_routes(mappings, MAPPINGS, imports=False),
        *import_routes(imports, IMPORTS),
    ]
