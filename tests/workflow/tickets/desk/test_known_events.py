"""What many call about at once: opened, shown and spoken where it is, one key a caller, one answer for all, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from cti.base.call import Call
from cti.base.refusal import Conflict, NotAllowed, NotFound
from cti.base.visitor import Visitor
from cti.store.engine import Store
from tests.office import a_call
from tests.workflow.tickets.ticket_town import AGENT, EAST, LEADER, WEST, TicketTown, town_on
from workflow.tickets.desk.known_events import Closing, KnownEventFields, KnownEvents, KnownEventView, covers

BURST = {"title": "城东停水", "content": "水管爆裂", "answer": "正在抢修", "spoken": "城东因水管抢修停水"}
ANSWER = Closing(result="水管已修复，18 时恢复供水")


def leading(visitor: Visitor) -> Visitor:
    return replace(visitor, permissions=visitor.permissions | {"tickets.events"})


@pytest.fixture
async def town(store: Store) -> TicketTown:
    return await town_on(store)


@pytest.fixture
async def place(sqlite_store: Store) -> TicketTown:
    return await town_on(sqlite_store)


def events_of(town: TicketTown) -> KnownEvents:
    return KnownEvents(town.office, town.tickets, town.history)


async def opened(events: KnownEvents, who: Visitor = LEADER, **said: Any) -> KnownEventView:
    return await events.create(leading(who), KnownEventFields.model_validate({**BURST, **said}))


def talk(town: TicketTown, caller: str) -> Call:
    return town.calls.talk(a_call(town.office, caller))


async def test_one_answer_is_for_all_who_called_and_comes_once(town: TicketTown) -> None:
    events = events_of(town)
    event = await opened(events)
    made = []
    for number in ("13800000001", "13800000002", "13800000003"):
        call = talk(town, number)
        (shown,) = await events.beside(AGENT, call.id)
        made.append(await events.register(AGENT, call.id, shown.id))
        assert shown.caller == ""
        # The answer was lost and the key pressed again.
        assert (await events.register(AGENT, call.id, shown.id)).id == made[-1].id
        (shown,) = await events.beside(AGENT, call.id)
        assert shown.caller == "done"
    assert [one.title for one in made] == ["城东停水"] * 3
    assert [(one.title, one.count) for one in await events.now(AGENT)] == [("城东停水", 3)]
    under = await events.tickets_of(AGENT, event.id, 1, 2)
    assert ([one.id for one in under.items], under.total) == ([made[2].id, made[1].id], 3)
    given, _ = made[2], await town.act(AGENT, made[2].id, "submit")
    await town.act(LEADER, given.id, "dispatch", lead="water")
    closed = await events.close(leading(LEADER), event.id, ANSWER)
    assert (closed.state, closed.count) == ("closed", 3)
    await events.settle()
    await events.settle()
    found = [await town.get(LEADER, one.id) for one in made]
    assert [one.answer for one in found] == [ANSWER.result, ANSWER.result, ""]
    assert [one.stage for one in found] == ["archived", "archived", "handling"], "what a department has goes on there"
    with pytest.raises(Conflict, match="已结束"):
        await events.close(leading(LEADER), event.id, ANSWER)
    with pytest.raises(Conflict, match="已结束"):
        await events.register(AGENT, talk(town, "13800000009").id, event.id)
    with pytest.raises(Conflict, match="不能再修改"):
        await events.edit(leading(LEADER), event.id, closed.version, KnownEventFields.model_validate(BURST))


async def test_it_is_shown_and_spoken_where_it_is_and_as_long_as_it_lasts(place: TicketTown) -> None:
    events = events_of(place)
    until = place.clock.wall() + timedelta(hours=2)
    await opened(events, place="320404", until=until.isoformat())
    call = talk(place, "13800000001")
    assert [one.title for one in await events.beside(AGENT, call.id)] == ["城东停水"]
    assert await events.spoken_to("east", "320404") is not None
    assert await events.spoken_to("west", "320411") is None
    assert await events.spoken_to("city", "320400") is None, "most who call the city are not from there"
    place.clock.advance(3 * 3600)
    assert await events.beside(AGENT, call.id) == []
    assert await events.spoken_to("east", "320404") is None


async def test_a_countys_event_is_its_own(place: TicketTown) -> None:
    events = events_of(place)
    event = await opened(events, EAST)
    with pytest.raises(NotFound):
        await events.get(WEST, event.id)
    with pytest.raises(NotFound):
        await events.close(leading(WEST), event.id, ANSWER)
    with pytest.raises(NotAllowed):
        await events.close(AGENT, event.id, ANSWER)
    with pytest.raises(NotFound):
        await events.register(replace(AGENT, agent_no="1009"), talk(place, "13800000001").id, event.id)


def test_a_place_covers_what_lies_in_it() -> None:
    assert covers("", "320404")
    assert covers("320400", "320404")
    assert covers("320404", "320404")
    assert not covers("320404", "320400")
    assert not covers("320404", "320411")
    assert not covers("320400", "320500")
