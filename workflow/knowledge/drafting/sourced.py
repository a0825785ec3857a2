"""Articles that work brings (优秀工单采编): a draft in one step of a good ticket, or of what nobody found.

What would surely tell who the citizen was is left out: numbers, addresses, and his name where whoever writes sees it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from sqlalchemy import select

from cti.base.refusal import Conflict, NotFound
from cti.base.visitor import Visitor
from cti.office.rich.text import plain
from workflow.knowledge import rules
from workflow.knowledge.categories import BASE
from workflow.knowledge.models import ArticleRow
from workflow.knowledge.service import Articles
from workflow.knowledge.views import ArticleFields, ArticleView
from workflow.tickets.good_tickets import GoodQuery, GoodTicket, good_ticket, good_tickets, without_persons
from workflow.tickets.service import Tickets

GOOD_TICKETS = f"{BASE}/good_tickets"
FROM_TICKET, FROM_SEARCH = "工单 {}", "检索未命中"


class Sourced:
    """The service; `tickets` is there while their plugin runs."""

    def __init__(self, articles: Articles) -> None:
        self._articles = articles
        self.tickets: Tickets | None = None

    def use(self, tickets: Tickets) -> Callable[[], None]:
        """Take tickets as sources while they are there; returns the undo."""
        self.tickets = tickets

        def undo() -> None:
            self.tickets = None

        return undo

    async def good(self, visitor: Visitor, query: GoodQuery) -> Sequence[GoodTicket]:
        """Those of the visitor's last archived tickets, the latest first."""
        visitor.need(rules.WRITE)
        if self.tickets is None:
            return []
        found = await good_tickets(self.tickets, visitor, query.search)
        sources = [FROM_TICKET.format(one.number) for one in found]
        async with self._articles.office.store.reading() as session:
            wanted = select(ArticleRow.source).where(ArticleRow.source.in_(sources), ArticleRow.removed_at.is_(None))
            used = set(await session.scalars(wanted))
        return [one for one, source in zip(found, sources, strict=True) if source not in used]

    async def from_ticket(self, visitor: Visitor, id: str) -> ArticleView:
        """A draft of a ticket that the visitor sees. NotFound; Conflict for one that is not good."""
        visitor.need(rules.WRITE)
        if self.tickets is None:
            raise NotFound("no_ticket", "工单没有运行")
        one = await good_ticket(self.tickets, visitor, id)
        source = FROM_TICKET.format(one.number)
        async with self._articles.office.store.reading() as session:
            own = ArticleRow.source == source, ArticleRow.removed_at.is_(None)
            if await session.scalar(select(ArticleRow.id).where(*own).limit(1)) is not None:
                raise Conflict("taken", "这件工单已经采编为知识")
        lines = [without_persons(line, one.caller_name) for line in plain(one.answer).splitlines() if line.strip()]
        title = without_persons(one.title, one.caller_name)
        body = ArticleFields(
            title=title, questions=[title], body="".join(f"<p>{escape(line)}</p>" for line in lines), unit=one.lead,
        )  # fmt: skip
        return await self._articles.begun(visitor, body, source)

    async def from_search(self, visitor: Visitor, words: str) -> ArticleView:
        """A draft for what people look for and nobody finds; an editor fills it in."""
        visitor.need(rules.WRITE)
        said = without_persons(words.strip())[:200]
        title = said if len(said) > 1 else f"关于“{said}”"
        return await self._articles.begun(visitor, ArticleFields(title=title, questions=[said]), FROM_SEARCH)
