"""The route of what does not fit in tickets."""

from __future__ import annotations

from datetime import datetime, timedelta

import pydantic

from cti.base.http.routes import Page, Paged, Route
from cti.base.visitor import Visitor
from cti.office.records import Office
from workflow.tickets.rules import VERIFY
from workflow.tickets.verifying.checks import Checking, MisfitView

PATH = "/api/tickets/verify"
PERIOD = timedelta(days=7)


class VerifyQuery(Page):
    """A period of registration; by default the last seven days."""

    since: datetime | None = pydantic.Field(default=None, alias="from")
    until: datetime | None = pydantic.Field(default=None, alias="to")


def routes(office: Office) -> list[Route]:
    """The route of what does not fit in tickets."""
    checking = Checking(office)

    async def verify(visitor: Visitor, query: VerifyQuery) -> Paged[MisfitView]:
        until = query.until or office.clock.wall()
        return Paged.cut(await checking.find(visitor, query.since or until - PERIOD, until), query)

    return [Route("GET", PATH, verify, VERIFY, "核验工单真实性")]
