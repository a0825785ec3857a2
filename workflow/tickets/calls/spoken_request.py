"""`tickets.register`: a request that a citizen told a flow, by telephone or in a chat, becomes a ticket."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, cast

import pydantic
import structlog

from cti.base.refusal import Refusal
from cti.base.visitor import system
from ivr.conversation.port import Facts
from ivr.reach.lookups import LookupFailed, Service
from workflow.tickets.acting import Acts
from workflow.tickets.service import Tickets
from workflow.tickets.views import TicketFields, Type

log = structlog.get_logger(__name__)

NAME = "tickets.register"
BY = system("自助受理")
LONGEST_TITLE = 30


class SpokenRequest(pydantic.BaseModel):
    """What the citizen told; without a `phone` the number that calls is the contact, without a `title` the beginning of
    `content` is it. `type` is a kind of request: help, complaint, enquiry …
    """

    content: str
    title: str = ""
    address: str = ""
    phone: str = ""
    type: str = "help"


class Registered(pydantic.BaseModel):
    """The new ticket."""

    number: str


def service(tickets: Tickets, acts: Acts) -> Service:
    """The service: the ticket goes on to review at once, as nobody at the hotline holds it."""

    async def register(asked: SpokenRequest, facts: Facts) -> Registered:
        visitor = replace(BY, organisation=facts.organisation, region=facts.region)
        is_call = facts.medium == "phone"
        channel: Literal["phone", "chat"] = "phone" if is_call else "chat"
        try:
            body = TicketFields(
                type=cast("Type", asked.type),
                title=(asked.title or asked.content)[:LONGEST_TITLE],
                content=asked.content,
                address=asked.address,
                contact=asked.phone or facts.caller.digits,
                channel=channel,
                # A talk that an agent has had is his: he writes its ticket.
                call=facts.call if is_call and not facts.talks else "",
            )
            await tickets.titles.refresh()
            async with tickets.changing() as session:
                row = await tickets.insert(session, visitor, body)
                await session.flush()
                await tickets.audit(session, visitor, "added", row.id, after=tickets.told(row))
                await tickets.cases.act(session, visitor, row.case, "submit", {})
                id, number = row.id, row.number
        except (pydantic.ValidationError, Refusal) as error:
            log.warning("a request told to a flow is no ticket", call=facts.call, reason=str(error))
            raise LookupFailed(str(error)) from error
        await acts.acted(id)
        return Registered(number=number)

    return Service(NAME, "登记工单", SpokenRequest, Registered, register, effect=True)
