"""Programs: each of their ids counts once, errors name the field, states come by a cursor, and nobody sees others'."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from cti.base.refusal import Conflict, Invalid, NotAllowed, NotFound
from cti.store.engine import Store
from tests.workflow.tickets.ticket_town import (
    AGENT,
    EAST,
    LEADER,
    WATER,
    WELL_DONE,
    WEST,
    TicketTown,
    town_on,
    who,
)
from workflow.tickets.models import TicketRow
from workflow.tickets.outside.programs import Programs
from workflow.tickets.outside.views import Addition, Answering, NewTicket, StateQuery

REQUEST = {"external": "app-1", "title": "路灯不亮", "content": "小区门口路灯三天不亮", "contact": "13800000001"}


@pytest.fixture
async def town(store: Store) -> TicketTown:
    return await town_on(store)


@pytest.fixture
async def place(sqlite_store: Store) -> TicketTown:
    return await town_on(sqlite_store)


def programs_of(town: TicketTown) -> Programs:
    return Programs(town.tickets, town.acts)


def a_request(**said: Any) -> NewTicket:
    return NewTicket.model_validate({**REQUEST, **said})


async def count(town: TicketTown) -> int:
    async with town.office.store.reading() as session:
        return await session.scalar(select(func.count()).select_from(TicketRow)) or 0


async def test_the_same_id_makes_one_ticket_also_at_the_same_moment(town: TicketTown) -> None:
    programs = programs_of(town)
    made = await asyncio.gather(*(programs.register(AGENT, a_request()) for _ in range(4)))
    assert len({one.id for one in made}) == 1
    assert sorted(one.again for one in made) == [False, True, True, True]
    assert await count(town) == 1
    assert made[0].stage == "review"
    assert (made[0].words, made[0].external) == ("已受理", "app-1")
    with pytest.raises(Conflict, match="内容不同"):
        await programs.register(AGENT, a_request(title="井盖丢失"))
    other = replace(AGENT, person="01somebody")
    assert (await programs.register(other, a_request())).id != made[0].id, "another program has ids of its own"
    kept = await programs.register(AGENT, a_request(external="app-2", submit=False))
    assert kept.stage == "registered"


async def test_a_category_is_named_by_its_path_and_a_wrong_field_is_named(place: TicketTown) -> None:
    programs = programs_of(place)
    fields = place.categories.fields
    above = await place.categories.create(LEADER, fields.model_validate({"name": "城乡建设"}))
    below = await place.categories.create(LEADER, fields.model_validate({"name": "市政设施", "parent": above.id}))
    found = await programs.register(AGENT, a_request(category=below.path))
    assert (await place.get(LEADER, found.id)).category == below.id
    with pytest.raises(Invalid) as refused:
        await programs.register(AGENT, a_request(external="app-3", category="没有/这类"))
    assert refused.value.field == "category"
    with pytest.raises(Invalid) as refused:
        await programs.register(AGENT, a_request(external="app-3", contact="12"))
    assert refused.value.field == "contact"
    assert await count(place) == 1, "what was refused left nothing, and its id is free"
    await programs.register(AGENT, a_request(external="app-3"))
    with pytest.raises(NotAllowed):
        await programs.register(who("reader", "city", "see"), a_request(external="app-4"))


async def test_additions_and_answers_count_once_and_go_by_right(town: TicketTown) -> None:
    programs = programs_of(town)
    ticket, task = await town.dispatched()
    note = Addition(external="add-1", note="还有一户也停水")
    first = await programs.add(AGENT, ticket, note)
    again = await programs.add(AGENT, first.number, note)
    assert (first.again, again.again, again.id) == (False, True, ticket), "by its number, too"
    remind = Addition(external="add-2", kind="remind", note="请尽快")
    await programs.add(AGENT, ticket, remind)
    await programs.add(AGENT, ticket, remind)
    assert (await town.get(LEADER, ticket)).reminders == 1
    said = Answering(external="reply-1", answer=WELL_DONE, contacted=True)
    with pytest.raises(Conflict, match="不能由您答复"):
        await programs.answer(AGENT, ticket, said)
    found = await programs.answer(WATER, ticket, said)
    assert (found.stage, found.answer) == ("result", ""), "what nobody has accepted is told nobody"
    assert (await programs.answer(WATER, ticket, said)).again
    await town.act(LEADER, ticket, "accept")
    assert (await programs.get(AGENT, ticket)).answer == WELL_DONE
    direct = await programs.register(AGENT, a_request(submit=False))
    cited = Answering(external="reply-2", answer="已通知维修", citations=["K-12 路灯报修"])
    answered = await programs.answer(AGENT, direct.id, cited)
    assert answered.answer == "已通知维修"
    assert (await town.get(AGENT, direct.id)).citations == ["K-12 路灯报修"], "what was cited is kept with the answer"
    assert task


async def test_states_come_in_order_of_change_each_once_and_none_is_left_out(town: TicketTown) -> None:
    programs = programs_of(town)
    made = []
    for number in range(5):
        made.append((await programs.register(AGENT, a_request(external=f"app-{number}"))).id)
        town.clock.advance(10)
    await town.add()
    fresh = await programs.states(LEADER, StateQuery())
    assert [one.id for one in fresh.items] == made, "the sixth has changed this very moment"
    town.clock.advance(10)
    seen, cursor, more = [], "", True
    while more:
        page = await programs.states(LEADER, StateQuery(cursor=cursor, size=2))
        seen += [one.id for one in page.items]
        cursor, more = page.next, page.more
    assert seen[:5] == made
    assert len(seen) == 6
    quiet = await programs.states(LEADER, StateQuery(cursor=cursor))
    assert (quiet.items, quiet.next, quiet.more) == ([], cursor, False)
    await programs.add(AGENT, made[0], Addition(external="add-1", note="还没有修"))
    town.clock.advance(10)
    page = await programs.states(LEADER, StateQuery(cursor=cursor))
    assert [one.id for one in page.items] == [made[0]]
    own = await programs.states(AGENT, StateQuery(own=True))
    assert sorted(one.id for one in own.items) == sorted(made)
    with pytest.raises(Invalid) as refused:
        await programs.states(LEADER, StateQuery(cursor="nonsense"))
    assert refused.value.field == "cursor"


async def test_nobody_reads_or_changes_what_is_out_of_his_reach(place: TicketTown) -> None:
    programs = programs_of(place)
    east = await programs.register(EAST, a_request())
    secret = await place.add(confidential=True)
    place.clock.advance(10)
    assert [one.id for one in (await programs.states(WEST, StateQuery())).items] == []
    for look in (programs.get, programs.by_external):
        with pytest.raises(NotFound):
            await look(WEST, east.id if look == programs.get else "app-1")
    with pytest.raises(NotFound):
        await programs.get(WEST, east.number)
    with pytest.raises(NotFound):
        await programs.add(WEST, east.id, Addition(external="x", note="x"))
    with pytest.raises(NotFound):
        await programs.answer(WEST, east.id, Answering(external="x", answer="x"))
    assert (await programs.by_external(EAST, "app-1")).id == east.id
    reader = who("reader", "city", "see")
    assert secret.id not in [one.id for one in (await programs.states(reader, StateQuery())).items]
    assert secret.id in [one.id for one in (await programs.states(LEADER, StateQuery())).items]
