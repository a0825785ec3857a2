"""Routes of imports of an old platform's recordings."""

from __future__ import annotations

from cti.base.http.routes import Route
from cti.base.visitor import Visitor
from cti.office.imports.api import import_routes
from cti.office.screens import Choice
from recorder.importing.service import Imports
from recorder.importing.views import IMPORT

IMPORTS = "/api/recordings/imports"


def routes(imports: Imports) -> list[Route]:
    """Those of every import, and the folders that there are."""

    async def folders(visitor: Visitor) -> list[Choice]:
        return [Choice(value=one, title=one or "机构文件夹本身") for one in await imports.folders(visitor)]

    return [
        Route("GET", f"{IMPORTS}/folders", folders, IMPORT, "可导入的录音文件夹"),
        *import_routes(imports, IMPORTS),
    ]
