"""The calls about a ticket in its timeline: that it came by, additions, revisits, departments' own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.visitor import Visitor
from cti.office.timeline.entries import Place, Target, TimelineEntry, older
from cti.office.timeline.sources import Subject
from cti.store.calls import StoredCall
from workflow.tickets import rules
from workflow.tickets.models import TicketCallRow, TicketRow
from workflow.tickets.service import Tickets

LISTEN = "recordings.listen"
PURPOSES: Mapping[str, str] = {
    "registered": "来电登记", "joined": "来电联名", "remind": "来电催单", "supplement": "来电补充",
    "revisit": "回访电话", "department": "承办单位联系市民", "contact": "热线联系市民",
}  # fmt: skip


class CallsOfTicket:
    """The source. A department is told of the calls that it made itself; the call says who may hear it."""

    kind, title = "call", "通话"

    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets

    async def entries(
        self, session: AsyncSession, about: Subject, place: Place | None, size: int
    ) -> Sequence[TimelineEntry]:
        """From what was kept with the ticket; how long was talked says the call."""
        row = await session.get_one(TicketRow, about.id)
        limits = [TicketCallRow.ticket == about.id, older(place, self.kind, TicketCallRow.at, TicketCallRow.id)]
        if not rules.is_inside(about.visitor, row):
            limits.append(TicketCallRow.organisation == about.visitor.organisation)
        wanted = select(TicketCallRow).where(*limits).order_by(TicketCallRow.at.desc(), TicketCallRow.id.desc())
        return [
            self._entry(about.visitor, one, await self._tickets.calls.booked(one.call))
            for one in (await session.scalars(wanted.limit(size))).all()
        ]

    def _entry(self, visitor: Visitor, one: TicketCallRow, call: StoredCall | None) -> TimelineEntry:
        talked = call is not None and bool(call.talk_seconds)
        return TimelineEntry(
            kind=self.kind,
            id=one.id,
            at=one.at,
            title=PURPOSES.get(one.purpose, one.purpose),
            text=_words(call),
            by=one.by,
            tone="talk" if talked else "",
            target=Target(screen="calls", id=one.call, title="通话") if call is not None else None,
            sounds=list(call.recordings) if call is not None and _may_hear(visitor, call) else [],
        )


def _may_hear(visitor: Visitor, call: StoredCall) -> bool:
    """Whether its recordings are within his reach; the recorder asks again when one is played."""
    return visitor.reach(LISTEN).covers(call.organisation, call.region)


def _words(call: StoredCall | None) -> str:
    if call is None:
        return ""
    if not call.talk_seconds:
        return "未接通" if call.ended_at is not None else "通话进行中"
    recorded = f"，录音 {len(call.recordings)} 段" if call.recordings else ""
    return f"通话 {round(call.talk_seconds)} 秒{recorded}"
