"""Routes of the lists."""

from __future__ import annotations

import pydantic

from cti.base.http.routes import Query, Route
from cti.base.visitor import Visitor
from cti.office.records import RecordPage, record_routes
from cti.telephony.own_calls import OwnCalls
from workflow.lists.service import Lists
from workflow.lists.views import CallerCheck, CallerOnLists, ListHitQuery, ListHitView

BASE = "/api/lists"
WORK = "agent.work"


class CheckQuery(Query):
    """A number to try."""

    number: str = pydantic.Field(min_length=1, max_length=32)
    purpose: str = pydantic.Field(default="", max_length=200)


def routes(lists: Lists, own: OwnCalls) -> list[Route]:
    """The usual routes of records, the hits, and checking a number."""

    async def hits(visitor: Visitor, query: ListHitQuery) -> RecordPage[ListHitView]:
        return await lists.hits(visitor, query)

    async def check(visitor: Visitor, query: CheckQuery) -> CallerCheck:
        return await lists.check(visitor, query.number, purpose=query.purpose)

    async def of_caller(visitor: Visitor, call: str) -> CallerOnLists:
        return await lists.of_caller(await own.need(visitor, call))

    return [
        *record_routes(lists, BASE),
        Route("GET", f"{BASE}/hits", hits, lists.see, "名单命中记录"),
        Route("GET", f"{BASE}/check", check, lists.see, "试查号码"),
        Route("GET", f"{BASE}/calls/{{call}}", of_caller, WORK, "来电者在名单中的情况"),
    ]
