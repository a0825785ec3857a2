"""Whose tickets are whose: who reads one, who changes a part of it, and that only one acts on it at a time."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import false, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.refusal import NotAllowed
from cti.base.visitor import Visitor
from cti.office.processes.service import Cases
from cti.office.records import Records
from cti.office.records.whom import Whom
from cti.office.sharing.rule import Way
from cti.telephony.own_calls import OwnCalls
from workflow.tickets import rules
from workflow.tickets.models import TicketCallRow, TicketRow, TicketTaskRow
from workflow.tickets.views import TicketFields, TicketQuery, TicketView


class WhoseTickets(Records[TicketRow, TicketFields, TicketView, TicketQuery]):
    """Tickets as far as somebody reaches: the hotline's own by owner, those given to departments by their tasks."""

    is_called_about: ClassVar[bool] = True
    cases: Cases
    calls: OwnCalls

    def ways(self, visitor: Visitor, permission: str, *, writing: bool = False) -> list[Way]:
        """To read also those that were given to departments within reach: see `rules.ways`."""
        return super().ways(visitor, permission, writing=True) if writing else rules.ways(visitor, permission)

    async def row(
        self, session: AsyncSession, visitor: Visitor, id: str, *, lock: bool = False, permission: str = ""
    ) -> TicketRow:
        """First the case is locked, then the ticket, as acts do: two people at once wait, and neither for ever."""
        if lock:
            await self.lock(session, id)
        return await super().row(session, visitor, id, lock=lock, permission=permission)

    async def part_of(
        self, session: AsyncSession, visitor: Visitor, id: str, *, change: bool = False, permission: str = "",
        part: str = "",
    ) -> TicketRow:  # fmt: skip
        """Files and links are added by the hotline's own people, and by departments as long as they have a task."""
        row = await super().part_of(session, visitor, id, permission=permission, part=part)
        if not change:
            return row
        await self.lock(session, id)
        if rules.is_inside(visitor, row):
            if not any(visitor.may(one) for one in rules.WORKING):
                raise NotAllowed("not_allowed", "您没有办理工单的权限")
        elif not await self.has_task(session, visitor, id):
            raise NotAllowed("no_task", "本单位没有该工单的未办结任务")
        return row

    async def has_task(self, session: AsyncSession, visitor: Visitor, id: str) -> bool:
        """Whether a department of his has an open task of the ticket."""
        own = visitor.reach(rules.HANDLE).limits(TicketTaskRow) if visitor.may(rules.HANDLE) else [false()]
        wanted = select(TicketTaskRow.case).where(TicketTaskRow.ticket == id, TicketTaskRow.outcome == "", *own)
        return await session.scalar(wanted.limit(1)) is not None

    def sees_part(self, visitor: Visitor, row: TicketRow, part: str) -> bool:
        """What the hotline's people say among themselves, cite, and who of them follows, is theirs alone."""
        return part not in ("comments", "followers", "citations", "looks") or rules.is_inside(visitor, row)

    def whom(self, visitor: Visitor, row: TicketRow) -> Whom:
        """The citizen, for who may know him."""
        about = f"工单 {row.number} {row.title}"
        if not rules.knows_caller(visitor, row):
            return Whom(row.id, about=about)
        return Whom(row.id, row.contact, row.caller_name, about, row.place)

    async def heard_of(self, session: AsyncSession, row: TicketRow) -> list[str]:
        """The recordings of all calls about it."""
        calls = await session.scalars(select(TicketCallRow.call).where(TicketCallRow.ticket == row.id))
        booked = [await self.calls.booked(one) for one in calls.all()]
        return [f"recording:{one}" for call in booked if call is not None for one in call.recordings]

    def may_change_file(self, visitor: Visitor, row: TicketRow, person: str) -> bool:
        """A department takes back only what it has added itself."""
        return rules.is_inside(visitor, row) or (bool(person) and person == visitor.person)

    async def lock(self, session: AsyncSession, *ids: str) -> None:
        """Let nobody else act on these tickets before the transaction is over."""
        await self.cases.lock_all(session, select(TicketRow.case).where(TicketRow.id.in_(ids)))
