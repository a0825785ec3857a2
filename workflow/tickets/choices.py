"""What the forms of processes let people choose from: departments that can take work, and open tickets."""

from __future__ import annotations

from sqlalchemy import or_, select

from cti.base.visitor import Visitor
from cti.office.identity.directory import load_organisations
from cti.office.screens import Choice
from workflow.tickets import rules
from workflow.tickets.models import TicketRow
from workflow.tickets.service import Tickets

MOST = 30
UNITS_MOST = 500


class Choices:
    """Answers what forms of processes let a visitor choose from."""

    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets
        self._office = tickets.office

    async def units(self, visitor: Visitor, search: str) -> list[Choice]:
        """Organisations in use, by a part of their name."""
        async with self._office.store.reading() as session:
            known = await load_organisations(session)
        return [
            Choice(value=one.name, title=one.title)
            for one in known.values()
            if not one.closed and (search in one.title or search == one.name)
        ][:UNITS_MOST]

    async def open_tickets(self, visitor: Visitor, search: str) -> list[Choice]:
        """Tickets that others may be merged into."""
        limits = [*rules.readable(visitor), TicketRow.outcome == "", TicketRow.master.is_(None)]
        if search:
            titled = TicketRow.title.contains(search, autoescape=True)
            limits.append(or_(TicketRow.id == search, TicketRow.number.startswith(search, autoescape=True), titled))
        wanted = select(TicketRow).where(*limits).order_by(TicketRow.updated_at.desc(), TicketRow.id.desc())
        async with self._office.store.reading() as session:
            rows = (await session.scalars(wanted.limit(MOST))).all()
        shown = [row for row in rows if not row.confidential or rules.knows_caller(visitor, row)]
        return [Choice(value=row.id, title=f"{row.number} {row.title}") for row in shown]
