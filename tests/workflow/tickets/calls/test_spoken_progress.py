"""Where a ticket is, for who calls: from his own telephone by its number alone, else by the telephone's number too."""

from typing import Any, cast

import pytest

from cti.store.engine import Store
from ivr.reach.lookups import Service
from tests.workflow.tickets.ticket_town import AGENT, LEADER, TicketTown, town_on
from workflow.tickets.calls.spoken_progress import STATES, ProgressQuestion, service
from workflow.tickets.views import STAGES, CallerBody


@pytest.fixture
async def town(store: Store) -> TicketTown:
    return await town_on(store)


async def state(town: TicketTown, number: str, **said: str) -> str | None:
    return await answered(service(town.office.store, "0519", town.clock), number, **said)


async def answered(asked: Service, number: str, **said: str) -> str | None:
    found = cast("Any", await asked.answer(ProgressQuestion(number=number, **said), cast("Any", None)))
    return found.state if found is not None else None


async def test_who_asks_must_know_the_telephone_it_was_registered_with(town: TicketTown) -> None:
    ticket = await town.add()
    assert await state(town, ticket.number, caller="13800000001") == "new"
    assert await state(town, ticket.number, caller="013800000001") == "new"
    assert await state(town, ticket.number, caller="13900000009") == "whose"
    assert await state(town, ticket.number) == "whose"
    assert await state(town, ticket.number, phone="0001") == "new"
    assert await state(town, ticket.number, phone="13800000001") == "new"
    for wrong in ("0002", "13800000002", "9"):
        assert await state(town, ticket.number, phone=wrong) is None
    assert await state(town, "999", caller="13800000001") is None
    await town.history.join(AGENT, ticket.id, CallerBody(contact="13900000009"))
    assert await state(town, ticket.number, caller="13900000009") == "new"
    await town.act(AGENT, ticket.id, "submit")
    assert await state(town, ticket.number, phone="0001") == "accepted"
    await town.act(LEADER, ticket.id, "void", reason="重复")
    assert await state(town, ticket.number, phone="0001") == "cancelled"
    nobody = await town.add(anonymous=True)
    assert await state(town, nobody.number) == "new"


async def test_nobody_tries_digits_until_they_fit(town: TicketTown) -> None:
    ticket, other = await town.add(), await town.add(contact="13800000002")
    asked = service(town.office.store, "0519", town.clock)
    tried = [await answered(asked, ticket.number, phone=f"{number:04}") for number in range(9, 1, -1)]
    assert tried == [None] * 8
    assert await answered(asked, ticket.number, phone="0001") is None, "also what fits is told no more"
    assert await answered(asked, ticket.number, caller="13800000001") == "new", "but to who calls from it"
    assert await answered(asked, other.number, phone="0002") == "new"
    town.clock.advance(3600)
    assert await answered(asked, ticket.number, phone="0001") == "new"


async def test_a_confidential_ticket_is_told_to_its_own_telephone_alone(town: TicketTown) -> None:
    ticket = await town.add(confidential=True)
    assert await state(town, ticket.number, phone="0001") is None
    assert await state(town, ticket.number, caller="13800000001") == "new"


def test_each_stage_is_said_by_a_prompt() -> None:
    assert set(STATES) == set(STAGES)
