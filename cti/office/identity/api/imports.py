"""Routes of taking people in from a spreadsheet."""

from __future__ import annotations

import pydantic
from aiohttp import web

from cti.base.http.routes import Exchange, Route
from cti.base.visitor import Visitor
from cti.office.identity.people_import import TITLES, Outcome
from cti.office.identity.service import Identity
from cti.office.records.importing import SHOWN, TOLD, ImportColumn, Preview, RowError
from cti.office.records.receiving import SHEET_LIMIT, received
from cti.office.records.routes import file_answer
from cti.office.sheets import writing

EXAMPLE = ("zhang.san", "张三", "1008", "", "座席", "否", "")


class Account(pydantic.BaseModel):
    """A new account and its password, shown this once."""

    login: str = pydantic.Field(title="账号")
    name: str = pydantic.Field(title="姓名")
    password: str = pydantic.Field(title="初始密码")


class PeopleImported(pydantic.BaseModel):
    """How many people were added and changed, or which rows are wrong."""

    added: int
    failed: int
    errors: list[RowError]
    accounts: list[Account]


class ImportApi:
    """Takes a spreadsheet of people: a preview that stores nothing, then all rows or none."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity

    def routes(self) -> list[Route]:
        """All routes: path, handler and permission of each."""
        base, manage = "/api/people/import", "people.manage"
        return [
            Route("POST", base, self.take_in, manage, "导入人员", limit=SHEET_LIMIT),
            Route("POST", f"{base}/preview", self.preview, manage, "预览导入人员", limit=SHEET_LIMIT),
            Route("GET", f"{base}/template", self.template, manage, "人员导入模板"),
        ]

    async def preview(self, visitor: Visitor, exchange: Exchange) -> Preview:
        """Say what an import would do."""
        found = await self._run(visitor, exchange, store=False)
        bad = _bad(found)
        keys = {title: key for key, title in TITLES.items()}
        return Preview(
            columns=[ImportColumn(key=keys[title], title=title) for title in found.columns],
            rows=list(found.rows[:SHOWN]),
            total=len(found.rows),
            good=len(found.rows) - bad,
            bad=bad,
            errors=_told(found),
        )

    async def take_in(self, visitor: Visitor, exchange: Exchange) -> PeopleImported:
        """Store the rows that are right."""
        found = await self._run(visitor, exchange, store=True)
        accounts = [Account(login=one.login, name=one.name, password=one.password) for one in found.made]
        return PeopleImported(added=len(accounts), failed=_bad(found), errors=_told(found), accounts=accounts)

    async def template(self, visitor: Visitor) -> web.Response:
        """An empty spreadsheet with the titles and a row as an example."""
        organisation = await self._identity.organisations.find(visitor, visitor.organisation)
        example = [
            organisation.title if key == "organisation" else one for key, one in zip(TITLES, EXAMPLE, strict=True)
        ]
        return file_answer("人员导入模板.xlsx", await writing.write(list(TITLES.values()), [example]))

    async def _run(self, visitor: Visitor, exchange: Exchange, *, store: bool) -> Outcome:
        work = await self._identity.importing(visitor)
        async with received(exchange.request, visitor) as file:
            return await work.run(file, store=store)


def _bad(found: Outcome) -> int:
    """How many rows have faults; a row may have several."""
    return len({one.row for one in found.problems})


def _told(found: Outcome) -> list[RowError]:
    return [RowError(row=one.row, field=one.field, detail=one.detail) for one in found.problems[:TOLD]]
