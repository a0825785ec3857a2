"""Articles that work brings (优秀工单采编): a draft in one step of a good ticket, or of what nobody found.

What would tell who the citizen was is left out: mobile and identity numbers, and his name where whoever writes sees it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from html import escape

import pydantic
from sqlalchemy import select

from cti.base.http.routes import Page
from cti.base.refusal import Conflict, NotFound
from cti.base.visitor import Visitor
from cti.office.rich.text import plain
from cti.office.screens import form
from workflow.knowledge import rules
from workflow.knowledge.categories import BASE
from workflow.knowledge.models import ArticleRow
from workflow.knowledge.service import Articles
from workflow.knowledge.views import ArticleFields, ArticleView
from workflow.tickets.service import Tickets
from workflow.tickets.views import TicketQuery, TicketView

GOOD_TICKETS = f"{BASE}/good_tickets"
LOOKED_AT = 500
"""So many of the tickets that were archived last are looked through."""
LEAST = 20
"""Characters that an answer must have to say something."""
GOOD = ("satisfied", "basically")
_MOBILE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}(?!\d)")
_IDENTITY = re.compile(r"(?<!\d)\d{17}[\dXx](?![\dXx])")
FROM_TICKET, FROM_SEARCH = "工单 {}", "检索未命中"


class GoodQuery(Page):
    """Words of the ticket."""

    search: str = pydantic.Field(default="", max_length=60)


class GoodTicket(pydantic.BaseModel):
    """A ticket with whose answer the citizen was content, and which no article has been made of."""

    id: str = pydantic.Field(title="编号", json_schema_extra=form(hidden=True))
    number: str = pydantic.Field(title="工单编号", json_schema_extra=form(width=205))
    title: str = pydantic.Field(title="标题", json_schema_extra=form(width=240))
    category: str = pydantic.Field(title="诉求分类")
    unit: str = pydantic.Field(title="主办单位")
    answer: str = pydantic.Field(title="答复内容", json_schema_extra=form(kind="long"))
    ended_at: datetime | None = pydantic.Field(title="办结时间")


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
        if self.tickets is None or not visitor.may(Tickets.see):
            return []
        asked = TicketQuery(duty="archived", search=query.search, size=LOOKED_AT)
        found = [one for one in (await self.tickets.find(visitor, asked)).items if _is_good(one)]
        sources = [FROM_TICKET.format(one.number) for one in found]
        async with self._articles.office.store.reading() as session:
            wanted = select(ArticleRow.source).where(ArticleRow.source.in_(sources), ArticleRow.removed_at.is_(None))
            used = set(await session.scalars(wanted))
        return [
            GoodTicket(
                id=one.id, number=one.number, title=one.title, category=one.category_path, unit=one.lead_title,
                answer=plain(one.answer), ended_at=one.ended_at,
            )
            for one, source in zip(found, sources, strict=True) if source not in used
        ]  # fmt: skip

    async def from_ticket(self, visitor: Visitor, id: str) -> ArticleView:
        """A draft of a ticket that the visitor sees. NotFound; Conflict for one that is not good."""
        visitor.need(rules.WRITE)
        if self.tickets is None:
            raise NotFound("no_ticket", "工单没有运行")
        one = await self.tickets.get(visitor, id)
        if not _is_good(one):
            raise Conflict("not_good", "只有已归档、市民满意、不保密且有答复内容的工单可以采编")
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
        said = without_persons(words.strip(), "")[:200]
        title = said if len(said) > 1 else f"关于“{said}”"
        return await self._articles.begun(visitor, ArticleFields(title=title, questions=[said]), FROM_SEARCH)


def _is_good(ticket: TicketView) -> bool:
    content = ticket.satisfaction in GOOD and not ticket.confidential and ticket.outcome == "archived"
    return content and len(plain(ticket.answer).strip()) >= LEAST


def without_persons(text: str, name: str) -> str:
    """The text without what would tell who the citizen was."""
    found = _IDENTITY.sub("（证件号码）", _MOBILE.sub("（手机号码）", text))
    return found.replace(name, "市民") if len(name) > 1 and "*" not in name else found
