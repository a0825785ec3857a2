"""A request told to a flow becomes a ticket that goes on to review."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from cti.base.numbers.number import Number
from cti.store.engine import Store
from ivr.conversation.port import Facts
from ivr.reach.lookups import LookupFailed
from tests.workflow.tickets.ticket_town import LEADER, TicketTown, town_on
from workflow.tickets.calls.spoken_request import SpokenRequest, service
from workflow.tickets.models import TicketRow


@pytest.fixture
async def town(store: Store) -> TicketTown:
    return await town_on(store)


def chat(town: TicketTown) -> Facts:
    return Facts(
        "chat-1", "chat", LEADER.organisation, LEADER.region, Number.parse("13800000001"), Number.parse("12345")
    )


async def test_it_is_registered_and_reviewed_next(town: TicketTown) -> None:
    asked = SpokenRequest(content="家里从昨天开始停水，没有通知。", address="东门街三号", phone="13900000009")
    told = await service(town.tickets, town.acts).answer(asked, chat(town))
    async with town.office.store.reading() as session:
        ticket = (await session.scalars(select(TicketRow).where(TicketRow.number == told.number))).one()
    assert (ticket.stage, ticket.channel, ticket.address) == ("review", "chat", "东门街三号")
    assert (ticket.title, ticket.registrar_name) == ("家里从昨天开始停水，没有通知。", "自助受理")


async def test_a_flow_can_offer_it(town: TicketTown) -> None:
    assert service(town.tickets, town.acts).shape.requires == {"content"}
    with pytest.raises(LookupFailed):
        await service(town.tickets, town.acts).answer(SpokenRequest(content="停水了", type="nonsense"), chat(town))


async def test_what_is_no_request_is_refused_and_leaves_nothing(town: TicketTown) -> None:
    with pytest.raises(LookupFailed):
        await service(town.tickets, town.acts).answer(SpokenRequest(content="水"), chat(town))
    async with town.office.store.reading() as session:
        assert await session.scalar(select(func.count()).select_from(TicketRow)) == 0
