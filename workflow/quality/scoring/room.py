"""Score sheets in a running house: their files are delivered, watched, and served."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from pathlib import Path
from typing import Any

from cti.base.http.routes import Route
from cti.base.visitor import Visitor
from cti.office.records import Office
from cti.office.workshop.api import TEXT_LIMIT, FilesApi, TextBody, chinese, chinese_proofs
from cti.office.workshop.kept import errors
from cti.office.workshop.owning import Owning
from cti.office.workshop.service import Workshop
from cti.office.workshop.watching import watch
from cti.plugins import Host
from cti.web.host import Web
from workflow.quality.desk import items_of
from workflow.quality.scoring.library import FILES, RIGHTS, SheetFile, SheetLibrary

SHIPPED = Path(__file__).parents[1] / FILES
BASE = "/api/sheets"


class SheetsApi(FilesApi[SheetFile]):
    """The handlers of score sheets."""

    parts = "items"

    def __init__(self, desk: Workshop[SheetFile]) -> None:
        super().__init__(desk)
        self._desk = desk

    def routes(self) -> list[Route]:
        """Lint of a draft with how it looks, and the usual routes of files."""
        return [
            Route("POST", f"{BASE}/lint", self.attempt, RIGHTS.read, "检查并试用评分标准", limit=TEXT_LIMIT),
            *self.file_routes(BASE, RIGHTS),
        ]

    async def attempt(self, visitor: Visitor, body: TextBody) -> dict[str, Any]:
        """What is wrong with a text, the sheet as an inspector sees it, and its own tests."""
        found, findings = await self._desk.check(visitor, body.text)
        answer: dict[str, Any] = {"findings": [asdict(one) for one in chinese(findings)], "sheet": None, "proofs": []}
        if found is not None:
            head = found.head
            items = [one.model_dump() for one in items_of(head, None, [], [])]
            answer["sheet"] = {"title": head.title, "passing": head.passing, "total": head.total, "items": items}
            if not errors(findings):
                answer["proofs"] = [asdict(one) for one in chinese_proofs(await self._desk.prove(visitor, body.text))]
        return answer


async def begin(host: Host) -> SheetLibrary:
    """The published sheets."""
    return await asyncio.to_thread(SheetLibrary, host.data / FILES, shipped=[SHIPPED])


def serve(host: Host, office: Office, sheets: SheetLibrary) -> None:
    """Let people edit them, and follow the folder."""
    owning = Owning(office.organisation, office.region, RIGHTS)
    desk: Workshop[SheetFile] = Workshop(sheets, host.clock, office.store, office.audit, owning)
    host.on_stop(host.need(Web).add(SheetsApi(desk).routes()))
    host.task(watch(sheets, RIGHTS.title, host.bus, host.clock), "watch score sheets")
