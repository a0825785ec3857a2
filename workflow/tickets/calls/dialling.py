"""The citizen is called from his ticket's page by one click: first one's own telephone rings, then his.

An agent's phone is the hotline's; a department's clerk is rung at the telephone that he has confirmed as his own.
The attempt is kept with the ticket, and why it came to nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, time

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.numbers.number import Number
from cti.base.refusal import Conflict, NotAllowed
from cti.base.times.business_time import ZONE
from cti.base.visitor import Visitor
from cti.office.screens import Action
from cti.telephony.switch.port import DialResult
from softphone.dial_out import DialOut, Ended
from softphone.own_phones.calling import About, NotReached, OwnPhoneCalls, Who
from softphone.own_phones.keeping import OWN_PHONE, OwnPhones
from workflow.tickets import rules
from workflow.tickets.calls.behind import REVISITING, CallPurpose
from workflow.tickets.models import TicketCallRow, TicketRow
from workflow.tickets.service import Tickets

WORK = "agent.work"
DIALLING = Action(
    name="dial", title="拨打市民", kind="confirm", path="/api/tickets/{id}/dial",
    confirm="先接通您的话机，再拨打市民？", done="正在拨打，请接听您的话机",
)  # fmt: skip


class Dialling:
    """Dials for who works on the ticket now; the number itself is told to nobody who may not see it.

    The three find what dials, as long as the desk's plugin runs.
    """

    def __init__(
        self,
        tickets: Tickets,
        out: Callable[[], DialOut | None],
        own: Callable[[], OwnPhoneCalls | None] = lambda: None,
        phones: Callable[[], OwnPhones | None] = lambda: None,
    ) -> None:
        self._tickets, self._out, self._own, self._phones = tickets, out, own, phones

    def may(self, visitor: Visitor, row: TicketRow, *, has_task: bool) -> bool:
        """Whether the visitor has something to call by, and reason to call."""
        if not row.contact or not (self._has_desk(visitor) or self._own_phones(visitor)):
            return False
        if not rules.is_inside(visitor, row):
            return has_task
        return rules.knows_caller(visitor, row) and any(visitor.may(one) for one in rules.WORKING)

    def _has_desk(self, visitor: Visitor) -> bool:
        return visitor.may(WORK) and bool(visitor.agent_no) and self._out() is not None

    def _own_phones(self, visitor: Visitor) -> bool:
        return visitor.may(OWN_PHONE) and self._own() is not None

    async def offer(self, session: AsyncSession, visitor: Visitor, row: TicketRow, *, has_task: bool) -> Action | None:
        """The button as it stands for the visitor now, with the reason why he cannot; None: it is none of his."""
        if not self.may(visitor, row, has_task=has_task):
            return None
        said: dict[str, object] = {"path": f"/api/tickets/{row.id}/dial"}
        first = row.stage in REVISITING and rules.is_inside(visitor, row)
        if first:
            said["tone"] = "primary"
        if not self._has_desk(visitor):
            number = await self._number(visitor)
            if number is not None:
                said["confirm"] = f"先接通您的电话 {number.masked}，再拨打市民？双方看到的都是热线号码，通话录音。"
                said["done"] = f"正在呼叫您的电话 {number.masked}，请接听"
            said["refused"] = await self._refusal(session, visitor, row, number)
        elif not rules.is_inside(visitor, row):
            said["refused"] = _kept_from(row)
        return DIALLING.model_copy(update=said)

    async def _number(self, visitor: Visitor) -> Number | None:
        phones = self._phones()
        found = await phones.of(visitor.person) if phones is not None else None
        return found[0] if found is not None else None

    async def _refusal(
        self, session: AsyncSession, visitor: Visitor, row: TicketRow, number: Number | None
    ) -> str | None:
        """Why the visitor cannot call from his own telephone now."""
        if not rules.is_inside(visitor, row) and (kept := _kept_from(row)):
            return kept
        if number is None:
            return "请先在“个人设置”中登记并核验您的联系电话"
        settings, at = self._tickets.settings, self._tickets.office.clock.wall().astimezone(ZONE)
        begin, end = settings.unit_calls_from, settings.unit_calls_until
        if not _within(at.time(), begin, end):
            return f"{begin} 至 {end} 之间可以拨打市民"
        most = self._tickets.ticket_limits.of_row(row).unit_calls
        midnight = datetime.combine(at.date(), time(), ZONE)
        made = select(func.count()).where(
            TicketCallRow.ticket == row.id,
            TicketCallRow.organisation == visitor.organisation,
            TicketCallRow.purpose == _purpose(visitor, row),
            TicketCallRow.at >= midnight,
        )
        if (await session.scalar(made) or 0) >= most:
            return f"今天已拨打 {most} 次，请明天再联系" if most else "按工单规则，不能从这里拨打市民"
        return None

    async def dial(self, visitor: Visitor, id: str) -> str:
        """Begin; returns the call's id. Conflict without a number, NotAllowed, and what dialling refuses."""
        visitor.need(rules.SEE)
        async with self._tickets.office.store.reading() as session:
            row = await self._tickets.row(session, visitor, id)
            has_task = await self._tickets.has_task(session, visitor, id)
        if not row.contact:
            raise Conflict("no_contact", "诉求人没有留下联系电话")
        if self._out() is None and self._own() is None:
            raise Conflict("no_desk", "座席服务没有运行，暂时不能拨打")
        if not self.may(visitor, row, has_task=has_task):
            raise NotAllowed("not_allowed", "您不能从这张工单拨打市民电话")
        number = None if self._has_desk(visitor) else await self._number(visitor)
        noted = asyncio.Event()

        async def not_reached(call: str, who: str, result: DialResult) -> None:
            await noted.wait()
            await self._not_reached(call, "own" if who in ("own", "agent") else "citizen", result)

        try:
            async with self._tickets.changing() as session:
                # Locked: of two clicks at once the second counts the first one's attempt.
                await self._tickets.lock(session, id)
                row = await self._tickets.row(session, visitor, id)
                if self._has_desk(visitor):
                    call = self._by_desk(visitor, row, not_reached)
                else:
                    call = await self._from_own(session, visitor, row, number, not_reached)
                await self._tickets.note_call(session, visitor, row, call, _purpose(visitor, row))
                await self._tickets.audit(session, visitor, "dialled", id, after={"call": call})
        finally:
            noted.set()
        await self._tickets.changed([id])
        return call

    def _by_desk(self, visitor: Visitor, row: TicketRow, not_reached: Ended) -> str:
        out = self._out()
        assert out is not None
        if not rules.is_inside(visitor, row) and (kept := _kept_from(row)):
            raise NotAllowed("confidential", kept)
        return out.dial(visitor, row.contact, not_reached)

    async def _from_own(
        self, session: AsyncSession, visitor: Visitor, row: TicketRow, number: Number | None, not_reached: NotReached
    ) -> str:
        if refused := await self._refusal(session, visitor, row, number):
            raise NotAllowed("confidential", refused) if row.confidential else Conflict("not_now", refused)
        own = self._own()
        assert own is not None and number is not None
        about = About(f"{row.number} {row.title}"[:80], f"/tickets/{row.id}")
        # The hotline's own call, which it may hear: the department is told of it by the ticket.
        return own.dial(
            visitor, number, Number.parse(row.contact), about, not_reached,
            organisation=row.organisation, region=row.region,
        )  # fmt: skip

    async def _not_reached(self, call: str, who: Who, result: DialResult) -> None:
        async with self._tickets.changing() as session:
            wanted = select(TicketCallRow).where(TicketCallRow.call == call).with_for_update()
            found = (await session.scalars(wanted)).all()
            for one in found:
                one.result = f"{who}.{result.value}"
        await self._tickets.changed([one.ticket for one in found])


def _kept_from(row: TicketRow) -> str | None:
    return "保密工单，承办单位不能拨打诉求人电话" if row.confidential else None


def _within(at: time, begin: str, end: str) -> bool:
    """Whether a time of day lies between two, perhaps over midnight; without both every one does."""
    if not begin or not end or begin == end:
        return True
    first, last = time.fromisoformat(begin), time.fromisoformat(end)
    return first <= at < last if first < last else at >= first or at < last


def _purpose(visitor: Visitor, row: TicketRow) -> CallPurpose:
    if not rules.is_inside(visitor, row):
        return "department"
    return "revisit" if row.stage in REVISITING else "contact"
