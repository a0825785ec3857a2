"""The citizen is called from his ticket's page: one click rings one's own phone, then his; the attempt is kept."""

from __future__ import annotations

from collections.abc import Callable

from cti.base.refusal import Conflict, NotAllowed
from cti.base.visitor import Visitor
from cti.office.screens import Action
from softphone.dial_out import DialOut
from workflow.tickets import rules
from workflow.tickets.calls_behind import REVISITING, CallPurpose
from workflow.tickets.models import TicketRow
from workflow.tickets.service import Tickets

WORK = "agent.work"
DIALLING = Action(
    name="dial", title="拨打市民", kind="confirm", path="/api/tickets/{id}/dial",
    confirm="先接通您的话机，再拨打市民？", done="正在拨打，请接听您的话机",
)  # fmt: skip


class Dialling:
    """Dials for who works on the ticket now; the number itself is told to nobody who may not see it.

    `out` finds what dials, as long as the desk's plugin runs.
    """

    def __init__(self, tickets: Tickets, out: Callable[[], DialOut | None]) -> None:
        self._tickets, self._out = tickets, out

    def may(self, visitor: Visitor, row: TicketRow, *, has_task: bool) -> bool:
        """Whether the visitor has a phone of the hotline's and reason to call."""
        if not row.contact or not visitor.may(WORK) or not visitor.agent_no or self._out() is None:
            return False
        if not rules.is_inside(visitor, row):
            return has_task and not row.confidential
        return rules.knows_caller(visitor, row) and any(visitor.may(one) for one in rules.WORKING)

    async def dial(self, visitor: Visitor, id: str) -> str:
        """Begin; returns the call's id. Conflict without a number, NotAllowed, and what dialling refuses."""
        visitor.need(rules.SEE)
        async with self._tickets.office.store.reading() as session:
            row = await self._tickets.row(session, visitor, id)
            has_task = await self._tickets.has_task(session, visitor, id)
        if not row.contact:
            raise Conflict("no_contact", "诉求人没有留下联系电话")
        if (out := self._out()) is None:
            raise Conflict("no_desk", "座席服务没有运行，暂时不能拨打")
        if not self.may(visitor, row, has_task=has_task):
            raise NotAllowed("not_allowed", "您不能从这张工单拨打市民电话")
        call = out.dial(visitor, row.contact)
        async with self._tickets.changing() as session:
            row = await self._tickets.row(session, visitor, id)
            await self._tickets.note_call(session, visitor, row, call, _purpose(visitor, row))
            await self._tickets.audit(session, visitor, "dialled", id, after={"call": call})
        await self._tickets.changed([id])
        return call


def _purpose(visitor: Visitor, row: TicketRow) -> CallPurpose:
    if not rules.is_inside(visitor, row):
        return "department"
    return "revisit" if row.stage in REVISITING else "contact"
