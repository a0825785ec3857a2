"""`tickets.progress`: where a ticket is, for flows: by its number from the telephone it was registered with, else with
that telephone's number or its last four digits.
"""

from __future__ import annotations

from collections.abc import Mapping

import pydantic
import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.clock import Clock
from cti.base.numbers.number import Number
from cti.base.rates import Rate
from cti.base.refusal import TooMany
from cti.store.engine import Store
from ivr.conversation.port import Facts
from ivr.reach.lookups import Service
from workflow.tickets.models import TicketCallerRow, TicketRow
from workflow.tickets.progress import TRIES_AN_HOUR

log = structlog.get_logger(__name__)

NAME = "tickets.progress"
LAST_FOUR = 4
WHOSE = "whose"
"""In place of a state: it must first be said whose ticket it is."""
STATES: Mapping[str, str] = {
    "registered": "new", "review": "accepted", "final": "accepted", "difficult": "handling", "handling": "handling",
    "again": "redo", "province": "handling", "result": "replied", "revisit": "revisit", "later": "revisit",
    "judged": "redo", "ruling": "redo", "archiving": "closed", "archived": "archived", "merged": "merged",
    "withdrawn": "cancelled", "voided": "cancelled",
}  # fmt: skip
"""What is said of each stage, `ticket/state/…` among the prompts; `handling` of one that a process of its own has."""


class ProgressQuestion(pydantic.BaseModel):
    """Which ticket; `phone` is what the caller typed: the number it was registered with, or its last four digits."""

    number: str
    caller: str = ""
    phone: str = ""


class TicketProgress(pydantic.BaseModel):
    """A ticket's state; `whose` when the caller has not shown that it is his."""

    number: str
    state: str


def service(store: Store, area: str, clock: Clock) -> Service:
    """The service. What is typed is compared so often in an hour for each ticket, and no more: nobody tries digits."""
    rate = Rate(clock, TRIES_AN_HOUR / 3600, TRIES_AN_HOUR)

    async def answer(question: ProgressQuestion, facts: Facts) -> TicketProgress | None:
        if question.phone:
            try:
                rate.take(question.number)
            except TooMany:
                log.warning("many tries at a ticket's telephone", ticket=question.number)
                return None
        async with store.reading() as session:
            row = await session.scalar(
                select(TicketRow).where(TicketRow.number == question.number, TicketRow.removed_at.is_(None))
            )
            if row is None:
                return None
            known = await _is_his(session, row, question, area)
        if not known:
            # A wrong number says nothing more than one that is not there.
            return None if question.phone else TicketProgress(number=row.number, state=WHOSE)
        state = "cancelled" if row.outcome in ("withdrawn", "voided") else STATES.get(row.stage, "handling")
        return TicketProgress(number=row.number, state=state)

    return Service(NAME, "工单进度", ProgressQuestion, TicketProgress, answer)


async def _is_his(session: AsyncSession, row: TicketRow, question: ProgressQuestion, area: str) -> bool:
    """By the whole number that calls or is typed, or by its last four digits; nobody's is everybody's who has it."""
    if not row.contact:
        return True
    if len(question.phone) == LAST_FOUR and question.phone.isdecimal():
        # Of what is confidential only who calls from that telephone hears, or who knows all of it.
        return not row.confidential and row.contact[-LAST_FOUR:] == question.phone
    said = {Number.parse(one, area=area).digits for one in (question.caller, question.phone) if one} - {""}
    if row.contact in said:
        return True
    joined = select(TicketCallerRow.id).where(
        TicketCallerRow.ticket == row.id, TicketCallerRow.number_index.in_(sorted(said))
    )
    return bool(said) and await session.scalar(joined.limit(1)) is not None
