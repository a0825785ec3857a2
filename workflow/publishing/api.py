"""Routes of the staff."""

from __future__ import annotations

from cti.base.http.routes import Page, Paged, Route
from cti.base.visitor import Visitor
from cti.office.processes.records import case_routes
from cti.office.records import record_routes
from cti.office.records.routes import without_changes
from workflow.publishing.cases import GoodCases
from workflow.publishing.rules import BASE, MANAGE, PUBLICATIONS, SEE, SHOWN, WRITE
from workflow.publishing.service import Publications
from workflow.publishing.shown import Shown
from workflow.publishing.views import Doubt, PublicationView, ShownView
from workflow.tickets.good_tickets import GoodQuery, GoodTicket

ONE = f"{PUBLICATIONS}/{{id}}"
ONE_SHOWN = f"{SHOWN}/{{id}}"
GOOD_TICKETS = f"{BASE}/good_tickets"


def routes(publications: Publications, shown: Shown, cases: GoodCases) -> list[Route]:
    """Drafts with their process, what is public, and cases of tickets."""

    async def doubts(visitor: Visitor, id: str, query: Page) -> Paged[Doubt]:
        return Paged.cut(await publications.doubts(visitor, id), query)

    async def check(visitor: Visitor, id: str) -> PublicationView:
        return await publications.check(visitor, id)

    async def good(visitor: Visitor, query: GoodQuery) -> Paged[GoodTicket]:
        return Paged.cut(await cases.good(visitor, query), query)

    async def from_ticket(visitor: Visitor, id: str) -> PublicationView:
        return await cases.from_ticket(visitor, id)

    async def pin(visitor: Visitor, id: str) -> ShownView:
        return await shown.pin(visitor, id, True)

    async def unpin(visitor: Visitor, id: str) -> ShownView:
        return await shown.pin(visitor, id, False)

    async def heat(visitor: Visitor, id: str) -> ShownView:
        return await shown.heat(visitor, id, True)

    async def cool(visitor: Visitor, id: str) -> ShownView:
        return await shown.heat(visitor, id, False)

    return [
        Route("GET", f"{ONE}/doubts", doubts, SEE, "典型案例中疑似的个人信息"),
        Route("POST", f"{ONE}/check", check, WRITE, "确认已核对个人信息"),
        Route("GET", GOOD_TICKETS, good, WRITE, "可以采编为典型案例的工单"),
        Route("POST", f"{GOOD_TICKETS}/{{id}}/case", from_ticket, WRITE, "工单采编为典型案例", status=201),
        Route("POST", f"{ONE_SHOWN}/pin", pin, MANAGE, "置顶"),
        Route("POST", f"{ONE_SHOWN}/unpin", unpin, MANAGE, "取消置顶"),
        Route("POST", f"{ONE_SHOWN}/heat", heat, MANAGE, "推送为热点"),
        Route("POST", f"{ONE_SHOWN}/cool", cool, MANAGE, "撤回热点推送"),
        *record_routes(publications, PUBLICATIONS, imports=False),
        *case_routes(publications, PUBLICATIONS),
        *without_changes(record_routes(shown, SHOWN, imports=False), SHOWN),
    ]
