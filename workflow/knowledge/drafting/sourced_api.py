"""Routes of articles that work brings."""

from __future__ import annotations

from cti.base.http.routes import Paged, Route
from cti.base.visitor import Visitor
from workflow.knowledge import rules
from workflow.knowledge.drafting.sourced import GOOD_TICKETS, Sourced
from workflow.knowledge.finding.api import MISSED
from workflow.knowledge.views import ArticleView
from workflow.tickets.good_tickets import GoodQuery, GoodTicket


def routes(sourced: Sourced) -> list[Route]:
    """What is proposed as an article, and taking it up."""

    async def good(visitor: Visitor, query: GoodQuery) -> Paged[GoodTicket]:
        return Paged.cut(await sourced.good(visitor, query), query)

    async def from_ticket(visitor: Visitor, id: str) -> ArticleView:
        return await sourced.from_ticket(visitor, id)

    async def from_search(visitor: Visitor, words: str) -> ArticleView:
        return await sourced.from_search(visitor, words)

    return [
        Route("GET", GOOD_TICKETS, good, rules.WRITE, "可以采编的优秀工单"),
        Route("POST", f"{GOOD_TICKETS}/{{id}}/article", from_ticket, rules.WRITE, "把优秀工单采编为知识", status=201),
        Route("POST", f"{MISSED}/{{words}}/article", from_search, rules.WRITE, "为未命中的检索采编知识", status=201),
    ]
