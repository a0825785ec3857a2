"""Routes of forbidden numbers."""

from __future__ import annotations

from cti.base.http.routes import Route
from cti.base.times.calendars import Calendars
from cti.base.visitor import Visitor
from cti.office.records import RecordPage, record_routes
from cti.office.screens import Choice
from workflow.forbidden.refusals import Refusals
from workflow.forbidden.service import Forbidden
from workflow.forbidden.views import BASE, RefusedDialQuery, RefusedDialView, Tried, TryBody


def routes(forbidden: Forbidden, refusals: Refusals, calendars: Calendars) -> list[Route]:
    """The usual routes of records, who was refused, and trying a number."""

    async def refused(visitor: Visitor, query: RefusedDialQuery) -> RecordPage[RefusedDialView]:
        return await refusals.find(visitor, query)

    async def attempt(visitor: Visitor, body: TryBody) -> Tried:
        return await forbidden.attempt(visitor, body)

    async def calendar_options() -> list[Choice]:
        return [Choice(value=name, title=title) for name, title in calendars.titles.items()]

    return [
        *record_routes(forbidden, BASE),
        Route("GET", f"{BASE}/refused", refused, forbidden.see, "拦截记录"),
        Route("POST", f"{BASE}/try", attempt, forbidden.see, "试拨"),
        Route("GET", f"{BASE}/options/calendars", calendar_options, forbidden.see, "可选的日历"),
    ]
