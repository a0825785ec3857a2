"""Merged tickets (合并处办): the master's trail says which came to it and which left; a list shows all together."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.visitor import Visitor
from cti.office.identity.audit.trail import Audit
from cti.office.timeline.audited import Audited
from workflow.tickets import rules
from workflow.tickets.desk.history import line_of
from workflow.tickets.models import TicketRow
from workflow.tickets.service import KIND, Tickets
from workflow.tickets.views import HistoryLine

MERGED = Audited(
    "ticket_merge",
    "合并",
    {
        "added": lambda said: f"合并来工单 {said['number']}",
        "removed": lambda said: f"拆分出工单 {said['number']}",
    },
    {"removed": "ring"},
)
"""What the master's timeline has of it; the merged ticket's own has the act itself."""


async def note(session: AsyncSession, audit: Audit, visitor: Visitor, row: TicketRow, before: str | None) -> None:
    """A ticket has another master than `before`, or none."""
    for verb, master in (("removed", before), ("added", row.master)):
        if master:
            after = {"number": row.number, "ticket": row.id}
            await audit.write(session, visitor, f"ticket_merge.{verb}", f"{KIND}:{master}", after=after)


async def together(tickets: Tickets, visitor: Visitor, id: str) -> list[HistoryLine]:
    """The master of a ticket, and all that are merged into the same, as far as the visitor may read them."""
    visitor.need(rules.SEE)
    async with tickets.office.store.reading() as session:
        row = await tickets.row(session, visitor, id)
        root = row.master or row.id
        both = or_(TicketRow.id == root, TicketRow.master == root), TicketRow.id != row.id
        wanted = select(TicketRow).where(*rules.readable(visitor), *both).order_by(TicketRow.created_at)
        rows = (await session.scalars(wanted.limit(200))).all()
    return [line_of(one) for one in rows if not one.confidential or rules.knows_caller(visitor, one)]
