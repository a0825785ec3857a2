"""Tickets that are worth telling others of (优秀工单): archived, with whose answer the citizen was content.

Knowledge makes articles of them, and what the hotline publishes its good cases.
"""

from __future__ import annotations

from datetime import datetime

import pydantic

from cti.base.http.routes import Page
from cti.base.personal_data import find, masked
from cti.base.refusal import Conflict
from cti.base.visitor import Visitor
from cti.office.rich.text import plain
from cti.office.screens import form
from workflow.tickets.service import Tickets
from workflow.tickets.views import TicketQuery, TicketView

LOOKED_AT = 500
"""So many of the tickets that were archived last are looked through."""
LEAST = 20
"""Characters that an answer must have to say something."""
CONTENT = ("satisfied", "basically")


class GoodQuery(Page):
    """Words of the ticket."""

    search: str = pydantic.Field(default="", max_length=60)


class GoodTicket(pydantic.BaseModel):
    """One that nothing has been made of yet."""

    id: str = pydantic.Field(title="编号", json_schema_extra=form(hidden=True))
    number: str = pydantic.Field(title="工单编号", json_schema_extra=form(width=205))
    title: str = pydantic.Field(title="标题", json_schema_extra=form(width=240))
    category: str = pydantic.Field(title="诉求分类")
    unit: str = pydantic.Field(title="主办单位")
    answer: str = pydantic.Field(title="答复内容", json_schema_extra=form(kind="long"))
    ended_at: datetime | None = pydantic.Field(title="办结时间")


async def good_tickets(tickets: Tickets, visitor: Visitor, search: str) -> list[GoodTicket]:
    """Those of the visitor's last archived tickets, the latest first; none for who may not see tickets."""
    if not visitor.may(Tickets.see):
        return []
    asked = TicketQuery(duty="archived", search=search, size=LOOKED_AT)
    return [
        GoodTicket(
            id=one.id, number=one.number, title=one.title, category=one.category_path, unit=one.lead_title,
            answer=plain(one.answer), ended_at=one.ended_at,
        )
        for one in (await tickets.find(visitor, asked)).items
        if _is_good(one)
    ]  # fmt: skip


async def good_ticket(tickets: Tickets, visitor: Visitor, id: str) -> TicketView:
    """One of them. NotFound for one that he does not see, Conflict for one that is not good."""
    one = await tickets.get(visitor, id)
    if not _is_good(one):
        raise Conflict("not_good", "只有已归档、市民满意、不保密且有答复内容的工单可以采编")
    return one


def without_persons(text: str, name: str = "") -> str:
    """The text without what surely tells who the citizen was, who has this name; doubts stay for a person to decide."""
    return masked(text, [one for one in find(text, [name]) if one.sure])


def _is_good(ticket: TicketView) -> bool:
    content = ticket.satisfaction in CONTENT and not ticket.confidential and ticket.outcome == "archived"
    return content and len(plain(ticket.answer).strip()) >= LEAST
