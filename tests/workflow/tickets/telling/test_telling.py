"""People are told of what waits for them: departments of tasks, the hotline of requests."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select

from cti.base.visitor import system
from cti.office.identity.models import PersonRow
from cti.office.identity.people import PersonData
from cti.office.identity.permissions import Reach
from cti.office.identity.roles import RoleData
from cti.office.messages.models import InboxRow, MessageRow
from cti.office.timeline.entries import TimelineQuery
from cti.store.engine import Store
from tests.workflow.tickets.ticket_town import (
    AGENT,
    LEADER,
    REVIEWER,
    WATER,
    WELL_DONE,
    TicketTown,
    identity_on,
    town_on,
)
from workflow.tickets.views import CallerBody, TicketQuery

HOUSE = system("test")


@pytest.fixture
async def town(sqlite_store: Store) -> TicketTown:
    town = await town_on(sqlite_store)
    identity = await identity_on(sqlite_store, town.clock)
    roles = {"reviewing": ["tickets.see", "tickets.review"], "handling": ["tickets.see", "tickets.handle"]}
    for name, permissions in roles.items():
        data = RoleData(title=name, permissions=permissions, reach=Reach.SUBTREE)
        await identity.roles.add(HOUSE, name, data)
    for login, organisation, role in (
        ("reviewer", "city", "reviewing"), ("water", "water", "handling"), ("roads", "roads", "handling"),
    ):  # fmt: skip
        person = PersonData(login=login, name=login, agent_no=None, organisation=organisation, roles=[role])
        await identity.people.add_unchecked(HOUSE, person, "nur-zum-probieren-7")
    identity.close()
    return town


async def told(town: TicketTown, login: str) -> list[str]:
    """Titles in somebody's inbox, in their order."""
    person = select(PersonRow.id).where(PersonRow.login == login).scalar_subquery()
    mine = select(MessageRow.title).join(InboxRow, InboxRow.message == MessageRow.id).where(InboxRow.person == person)
    wanted = mine.order_by(MessageRow.id)
    async with town.office.store.reading() as session:
        return [title.split(" ")[0] for title in (await session.scalars(wanted)).all()]


async def test_departments_hear_of_tasks_and_the_hotline_of_what_they_ask(town: TicketTown) -> None:
    ticket, task = await town.dispatched()
    assert await told(town, "water") == ["新任务"]
    assert await told(town, "roads") == []
    await town.act(AGENT, ticket, "remind", note="市民来电催办")
    assert await told(town, "water") == ["新任务", "催单"]
    await town.act(WATER, ticket, "ask_extension", task, days=2, reason="需采购配件")
    assert await told(town, "reviewer") == ["申请延时，待审批"]
    await town.act(REVIEWER, ticket, "grant_extension", task)
    assert await told(town, "water") == ["新任务", "催单", "同意延时"]


async def test_a_task_of_a_unit_without_people_is_told_to_those_above_who_handle_it(town: TicketTown) -> None:
    async with town.office.store.writing() as session:
        await session.execute(delete(PersonRow).where(PersonRow.organisation == "mains"))
    ticket, task = await town.dispatched("mains")
    # Of the water bureau, who reaches down; not who has but the bureau's own work, nor anybody elsewhere.
    assert await told(town, "water") == ["新任务"]
    assert [await told(town, one) for one in ("at_water", "roads", "reviewer")] == [[], [], []]
    await town.act(AGENT, ticket, "remind", note="市民来电催办")
    assert await told(town, "water") == ["新任务", "催单"]
    assert "sign" in (await town.offered(WATER, ticket))[task]


async def test_who_works_on_a_task_hears_that_it_is_needless(town: TicketTown) -> None:
    ticket, task = await town.dispatched(assisting=["roads"])
    await town.act(LEADER, ticket, "withdraw", reason="市民来电撤回")
    assert await told(town, "water") == ["新任务", "市民撤单，任务结束"]
    assert await told(town, "roads") == ["新任务", "市民撤单，任务结束"]
    again, task = await town.dispatched(assisting=["roads"])
    await town.replied(again, task)
    # Who led has replied: who assists need not go on.
    assert (await told(town, "roads"))[2:] == ["新任务", "办结反馈，任务结束"]
    assert "任务结束" not in (await told(town, "water"))[-1]


async def test_a_department_reads_what_the_citizen_added_and_not_who_took_it_down(town: TicketTown) -> None:
    ticket, _ = await town.dispatched()
    await town.act(AGENT, ticket, "supplement", note="三号楼也停水了")
    await town.act(REVIEWER, ticket, "add", assisting=["roads"], note="内部说明")
    page = await town.tickets.timeline(WATER, ticket, TimelineQuery())
    (added,) = [one for one in page.items if one.title == "补充诉求"]
    assert "三号楼也停水了" in added.text
    assert added.by == "市热线"
    assert "内部说明" not in page.model_dump_json()


async def test_who_works_on_a_request_hears_how_many_citizens_ask_for_it(town: TicketTown) -> None:
    ticket, _ = await town.dispatched()
    for number in ("13900000081", "13900000082", "13900000081"):
        await town.history.join(AGENT, ticket, CallerBody(contact=number, name="李强"))
    async with town.office.store.reading() as session:
        titles = (await session.scalars(select(MessageRow.title).order_by(MessageRow.id))).all()
    assert [one.rpartition(" ")[0] for one in titles[1:]] == [
        "市民联名（共 2 人）", "市民联名（共 3 人）", "市民联名（共 3 人）",
    ]  # fmt: skip
    assert len(await told(town, "water")) == 4 and await told(town, "roads") == []


async def test_what_is_refused_tells_nobody(town: TicketTown) -> None:
    ticket, task = await town.dispatched()
    before = await told(town, "reviewer")
    with pytest.raises(Exception, match="工作日"):
        await town.act(WATER, ticket, "ask_extension", task, days=99)
    assert await told(town, "reviewer") == before


async def test_tickets_are_found_by_words_of_their_texts_and_answers(town: TicketTown) -> None:
    ticket, task = await town.dispatched()
    await town.add(title="路灯不亮", content="夜间无灯")
    for words, wanted in (("停水", [ticket]), ("恢复供水", [])):
        found = await town.tickets.find(LEADER, TicketQuery(search=words))
        assert [one.id for one in found.items] == wanted
    await town.replied(ticket, task)
    found = await town.tickets.find(WATER, TicketQuery(search="恢复供水"))
    assert [one.id for one in found.items] == [ticket]
    assert found.items[0].answer == WELL_DONE
