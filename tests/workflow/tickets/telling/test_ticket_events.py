"""What tickets tell other plugins and the world outside, from the registration to the archive."""

from __future__ import annotations

import pytest

from cti.base.events import Event
from cti.process.mqtt import message_of
from cti.store.engine import Store
from tests.workflow.tickets.ticket_town import AGENT, WATER, TicketTown, town_on
from workflow.tickets.events import (
    TicketCarded,
    TicketDispatched,
    TicketEvent,
    TicketOpened,
    TicketReminded,
    TicketTaskEnded,
)


@pytest.fixture
async def town(store: Store) -> TicketTown:
    return await town_on(store)


@pytest.fixture
def told(store: Store) -> list[Event]:
    heard: list[Event] = []
    store.publish = heard.append
    return heard


async def test_from_registration_to_reply(town: TicketTown, told: list[Event]) -> None:
    ticket, task = await town.dispatched()
    opened = told[0]
    assert isinstance(opened, TicketOpened) and opened.record == ticket and opened.organisation == "city"
    assert opened.number and opened.by == AGENT.person
    (dispatched,) = [one for one in told if isinstance(one, TicketDispatched)]
    assert (dispatched.task, dispatched.department, dispatched.role) == (task, "water", "lead")
    assert all(isinstance(one, TicketEvent) and one.record == ticket for one in told)
    told.clear()
    await town.act(AGENT, ticket, "remind", note="市民来电催办")
    (reminded,) = told
    assert isinstance(reminded, TicketReminded) and reminded.reminders == 1


async def test_what_is_refused_is_not_told(town: TicketTown, told: list[Event]) -> None:
    ticket, task = await town.dispatched()
    told.clear()
    with pytest.raises(Exception, match="工作日"):
        await town.act(WATER, ticket, "ask_extension", task, days=99)
    assert told == []


async def test_cards_and_the_end_are_told_with_their_department(town: TicketTown, told: list[Event]) -> None:
    ticket, task = await town.dispatched()
    await town.replied(ticket, task)
    ended = [one for one in told if isinstance(one, TicketTaskEnded)]
    assert [(one.task, one.department) for one in ended] == [(task, "water")]
    await town.wait(10 * 86400)
    cards = [one for one in told if isinstance(one, TicketCarded)]
    assert {one.card for one in cards} == {"yellow", "red"} and all(one.record == ticket for one in cards)


async def test_they_go_outside_by_organisation_without_a_word_of_the_citizen(
    town: TicketTown, told: list[Event]
) -> None:
    await town.dispatched(content="家里停水三天", caller_name="王小明", contact="13800000001")
    messages = [message_of(one) for one in told]
    assert all(one is not None for one in messages)
    assert all(one[0].startswith("hotline/v1/records/city/ticket/") for one in messages if one)
    said = str(messages)
    assert "停水" not in said and "王小明" not in said and "13800" not in said
