"""What an old system knew of a ticket's past, in its timeline."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.office.timeline.entries import Place, TimelineEntry, older
from cti.office.timeline.sources import Subject
from workflow.tickets import rules
from workflow.tickets.models import TicketPastRow, TicketRow


class PastOfTicket:
    """The source, for the hotline's own people: it may name whoever handled the ticket then."""

    kind, title = "past", "原系统"

    async def entries(
        self, session: AsyncSession, about: Subject, place: Place | None, size: int
    ) -> Sequence[TimelineEntry]:
        """From what was imported."""
        row = await session.get_one(TicketRow, about.id)
        if not rules.is_inside(about.visitor, row) or (row.confidential and not rules.knows_caller(about.visitor, row)):
            return []
        limits = TicketPastRow.ticket == about.id, older(place, self.kind, TicketPastRow.at, TicketPastRow.id)
        wanted = select(TicketPastRow).where(*limits).order_by(TicketPastRow.at.desc(), TicketPastRow.id.desc())
        return [
            TimelineEntry(kind=self.kind, id=one.id, at=one.at, title=one.title, text=one.text, by="原系统")
            for one in (await session.scalars(wanted.limit(size))).all()
        ]
