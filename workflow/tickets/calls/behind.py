"""The calls behind a ticket: that by which it came, and what each of them came to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.call import Call
from cti.base.clock import Clock
from cti.base.ids import new_id
from cti.base.refusal import Invalid
from cti.base.visitor import Visitor
from cti.office.identity.masking import HIDDEN, masked_name
from cti.telephony.doorway import CITIZEN, facts_of
from cti.telephony.own_calls import OwnCalls
from workflow.tickets.models import TicketCallRow, TicketRow
from workflow.tickets.rules import SEE
from workflow.tickets.views import TicketFields

REVISITING = ("revisit", "later")
"""Stages, and steps of the delivered processes, at which the citizen is asked."""
CallPurpose = Literal["registered", "joined", "remind", "supplement", "revisit", "department", "contact"]
"""What a call about a ticket was for."""
OUTCOMES: Mapping[str, Literal["ticket", "addition"]] = {
    "registered": "ticket", "joined": "addition", "remind": "addition", "supplement": "addition",
}  # fmt: skip
"""Those that say what their talk came to."""
DIALLED: tuple[CallPurpose, ...] = ("revisit", "department", "contact")
"""Those that were begun from the ticket: their talk is the ticket's, whatever is said in it."""
Registered = Callable[[AsyncSession, Visitor, str, Literal["ticket", "addition"], str, str], Awaitable[None]]
"""Session, who registered, the call, what it is, the ticket's id, and its words."""

Noted = Callable[[AsyncSession, TicketRow, str], Awaitable[None]]
"""Session, the ticket, the call."""


@dataclass(frozen=True, slots=True)
class DialledFor:
    """The ticket for which a citizen was dialled: its id, its words, and who dialled."""

    ticket: str
    words: str
    by: str


class CallsBehind:
    """Checks and keeps them."""

    def __init__(self, calls: OwnCalls, clock: Clock) -> None:
        self._calls, self._clock = calls, clock
        self.noted: list[Noted] = []
        """Told of each call that is about a ticket, in the same transaction."""
        self.registered: list[Registered] = []
        """Told of each ticket of a call, and of each addition to one, in the transaction that makes it."""

    async def of(self, id: str) -> dict[str, str]:
        """A ticket says by which call it came: one that goes on, or went on, in this house."""
        call = await self._calls.load(id) if id else None
        return {"call": id, "citizen": str(facts_of(call).get(CITIZEN, "")) if call is not None else ""}

    async def heard(self, visitor: Visitor, body: TicketFields) -> TicketFields:
        """What stands in the form with the call behind it: who is not shown the caller's number sends it masked.

        Invalid for a call that the visitor has not had. One that nobody answered, such as a message, is theirs who
        reach the organisation that was called.
        """
        if not body.call:
            return body
        call = await self._calls.load(body.call)
        if call is None or (call.agents and not self._had(visitor, call)) or not self._reaches(visitor, call):
            raise Invalid("no_call", "没有这通电话，或不是您接听的", "call")
        said: dict[str, str] = {}
        if body.contact in (call.caller.masked, HIDDEN):
            said["contact"] = call.caller.digits
        name = str(facts_of(call).get("name", ""))
        if name and body.caller_name in (masked_name(name), HIDDEN):
            said["caller_name"] = name
        return body.model_copy(update=said)

    def _had(self, visitor: Visitor, call: Call) -> bool:
        return bool(visitor.agent_no) and (visitor.agent_no in call.agents or self._calls.has(visitor, call.id))

    def _reaches(self, visitor: Visitor, call: Call) -> bool:
        return self._had(visitor, call) or visitor.reach(SEE).covers(call.organisation, call.region)

    async def note(
        self, session: AsyncSession, visitor: Visitor, row: TicketRow, call: str, purpose: CallPurpose
    ) -> None:
        """Keep with the ticket that a call was about it; one that registers or adds is what its talk came to."""
        session.add(
            TicketCallRow(
                id=new_id(), ticket=row.id, call=call, purpose=purpose, organisation=visitor.organisation,
                at=self._clock.wall(), person=visitor.person, by=visitor.name, result="",
            )
        )  # fmt: skip
        for heard in self.noted:
            await heard(session, row, call)
        if purpose not in OUTCOMES:
            return
        for told in self.registered:
            await told(session, visitor, call, OUTCOMES[purpose], row.id, words_of(row))


async def dialled_for(session: AsyncSession, calls: Collection[str]) -> dict[str, DialledFor]:
    """Of these calls those that were dialled from a ticket, and from which."""
    wanted = (
        select(TicketCallRow, TicketRow)
        .join(TicketRow, TicketRow.id == TicketCallRow.ticket)
        .where(TicketCallRow.call.in_(calls), TicketCallRow.purpose.in_(DIALLED))
    )
    return {
        told.call: DialledFor(row.id, words_of(row), told.by) for told, row in (await session.execute(wanted)).all()
    }


def words_of(row: TicketRow) -> str:
    """A ticket in a line of other lists: lines are told apart by its title."""
    return f"{row.title[:50]} {row.number}"
