"""Routes of taking organisations in from a spreadsheet."""

from __future__ import annotations

from aiohttp import web

from cti.base.http.routes import Exchange, Route
from cti.base.visitor import Visitor
from cti.office.identity.organisations import MANAGE
from cti.office.identity.organisations_import import TITLES, Organised
from cti.office.identity.service import Identity
from cti.office.records.importing import SHOWN, TOLD, ImportColumn, Imported, Preview, RowError
from cti.office.records.receiving import SHEET_LIMIT, received
from cti.office.records.routes import file_answer
from cti.office.sheets import writing


class OrganisationsImportApi:
    """Takes a spreadsheet of organisations: a preview that stores nothing, then all rows or none."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity

    def routes(self) -> list[Route]:
        """All routes: path, handler and permission of each."""
        base = "/api/organisations/import"
        return [
            Route("POST", base, self.take_in, MANAGE, "导入机构", limit=SHEET_LIMIT),
            Route("POST", f"{base}/preview", self.preview, MANAGE, "预览导入机构", limit=SHEET_LIMIT),
            Route("GET", f"{base}/template", self.template, MANAGE, "机构导入模板"),
        ]

    async def preview(self, visitor: Visitor, exchange: Exchange) -> Preview:
        """Say what an import would do."""
        found = await self._run(visitor, exchange, store=False)
        keys, bad = {title: key for key, title in TITLES.items()}, _bad(found)
        return Preview(
            columns=[ImportColumn(key=keys[title], title=title) for title in found.columns],
            rows=found.rows[:SHOWN], total=len(found.rows), good=len(found.rows) - bad, bad=bad, errors=_told(found),
        )  # fmt: skip

    async def take_in(self, visitor: Visitor, exchange: Exchange) -> Imported:
        """Store the rows that are right."""
        found = await self._run(visitor, exchange, store=True)
        return Imported(added=found.added + found.changed, failed=_bad(found), errors=_told(found))

    async def template(self, visitor: Visitor) -> web.Response:
        """An empty spreadsheet with the titles and a row as an example."""
        own = await self._identity.organisations.find(visitor, visitor.organisation)
        example = ["市水务局", "water", own.title, own.region, ""]
        return file_answer("机构导入模板.xlsx", await writing.write(list(TITLES.values()), [example]))

    async def _run(self, visitor: Visitor, exchange: Exchange, *, store: bool) -> Organised:
        work = await self._identity.organising(visitor)
        async with received(exchange.request, visitor) as file:
            return await work.run(file, store=store)


def _bad(found: Organised) -> int:
    """How many rows have faults; a row may have several."""
    return len({one.row for one in found.problems})


def _told(found: Organised) -> list[RowError]:
    return [RowError(row=one.row, field=one.field, detail=one.detail) for one in found.problems[:TOLD]]
