"""Routes of the citizens."""

from __future__ import annotations

import pydantic

from cti.base.http.routes import Page, Query, Route
from cti.base.visitor import Visitor
from cti.office.records import RecordPage, record_routes
from cti.office.screens import Choice
from workflow.citizens.service import MERGE, Citizens
from workflow.citizens.views import CallLine, CitizenView, Merge

BASE = "/api/citizens"


class CallerQuery(Query):
    """A number as it was dialled or shown."""

    number: str = pydantic.Field(min_length=2, max_length=32)
    purpose: str = pydantic.Field(default="", max_length=200)


class OptionQuery(Query):
    """What to look for."""

    search: str = pydantic.Field(default="", max_length=60)
    purpose: str = pydantic.Field(default="", max_length=200)


def routes(citizens: Citizens) -> list[Route]:
    """The usual routes of records, who has a number, their calls, and doubles with their merging."""

    async def caller(visitor: Visitor, query: CallerQuery) -> list[CitizenView]:
        return await citizens.caller(visitor, query.number, query.purpose)

    async def options(visitor: Visitor, query: OptionQuery) -> list[Choice]:
        return await citizens.options(visitor, query.search, query.purpose)

    async def calls(visitor: Visitor, id: str, query: Page) -> RecordPage[CallLine]:
        return await citizens.calls(visitor, id, query.page, query.size)

    async def doubles(visitor: Visitor, id: str) -> list[CitizenView]:
        return await citizens.doubles(visitor, id)

    async def merge(visitor: Visitor, id: str, body: Merge) -> CitizenView:
        return await citizens.merge(visitor, id, body)

    return [
        *record_routes(citizens, BASE),
        Route("GET", f"{BASE}/caller", caller, citizens.see, "按来电号码找市民档案"),
        Route("GET", f"{BASE}/options", options, citizens.see, "选择市民档案"),
        Route("GET", f"{BASE}/{{id}}/calls", calls, citizens.see, "市民的来电记录"),
        Route("GET", f"{BASE}/{{id}}/doubles", doubles, citizens.see, "可能重复的档案"),
        Route("POST", f"{BASE}/{{id}}/merge", merge, MERGE, "合并重复的档案"),
    ]
