"""Whoever has a ticket or task now reads at once why: at the head of its page and in his list."""

from __future__ import annotations

import pytest

from cti.store.engine import Store
from tests.workflow.tickets.ticket_town import AGENT, EAST_ROADS, LEADER, REVIEWER, WATER, TicketTown, town_on
from workflow.tickets.views import TaskDuty, TaskQuery, TicketQuery

WHY = "两家单位都说不归自己管"


async def tasks_of(town: TicketTown, visitor: object, duty: TaskDuty) -> dict[str, str]:
    found = await town.tasks.find(visitor, duty, TaskQuery())  # type: ignore[arg-type] # one of the town's people
    return {one.ticket: one.why for one in found.items}


async def listed(town: TicketTown, visitor: object, duty: str) -> dict[str, str]:
    found = await town.tickets.find(visitor, TicketQuery.model_validate({"duty": duty}))  # type: ignore[arg-type]
    return {one.id: one.why for one in found.items}


@pytest.mark.parametrize(
    ("action", "duty", "title", "reads"),
    [
        ("hard", "difficult", "转疑难", LEADER),
        ("back", "registered", "退回登记人", AGENT),
        ("raise", "final", "送上级审核", LEADER),
    ],
)
async def test_the_reason_of_a_move_is_told_to_who_has_it_next(
    store: Store, action: str, duty: str, title: str, reads: object
) -> None:
    town = await town_on(store)
    other = await town.add(AGENT)
    await town.act(AGENT, other.id, "submit")
    ticket = (await town.add(AGENT)).id
    await town.act(AGENT, ticket, "submit")
    await town.wait(60)
    await town.act(REVIEWER, ticket, action, reason=WHY)
    told = f"{title}（reviewer）：{WHY}"
    assert (await town.get(reads, ticket)).why == told  # type: ignore[arg-type] # one of the town's people
    assert (await listed(town, reads, duty))[ticket] == told
    # What stays where it is, or goes on without a reason, has none.
    assert (await town.get(LEADER, other.id)).why == ""
    if action == "back":
        await town.act(AGENT, ticket, "submit")
        assert (await town.get(LEADER, ticket)).why == ""


async def test_a_second_objection_says_at_the_difficult_desk_why(store: Store) -> None:
    town = await town_on(store)
    ticket, task = await town.dispatched()
    for _ in range(2):
        await town.act(WATER, ticket, "object", task, reason="不归我局", ground="三定方案")
        assert (await tasks_of(town, REVIEWER, "objected"))[ticket] == "退单：不归我局"
        await town.act(REVIEWER, ticket, "uphold", task, reason="确不属其职责")
        if (await town.get(LEADER, ticket)).stage == "review":
            await town.act(LEADER, ticket, "dispatch", lead="water")
            task = await town.task(ticket, "water")
    assert (await town.get(LEADER, ticket)).why == "同意退单（reviewer）：确不属其职责"


async def test_a_department_reads_why_its_reply_was_sent_back_and_no_name(store: Store) -> None:
    town = await town_on(store)
    ticket, task = await town.dispatched()
    await town.replied(ticket, task)
    await town.act(REVIEWER, ticket, "send_back", reason="没有写明恢复供水的时间")
    told = "退回重办：没有写明恢复供水的时间"
    assert (await tasks_of(town, WATER, "sent_back"))[ticket] == told
    assert (await town.get(WATER, ticket)).why == told
    (shown,) = [one for one in await town.tasks.of(WATER, ticket) if one.id == task]
    assert shown.why == told
    await town.act(WATER, ticket, "ask_extension", task, days=2, reason="须停气配合")
    assert (await tasks_of(town, REVIEWER, "pending"))[ticket] == "申请延时：须停气配合"


async def test_what_the_hotline_says_among_itself_is_told_to_no_department(store: Store) -> None:
    town = await town_on(store)
    ticket, task = await town.dispatched("east_roads")
    await town.replied(ticket, task, EAST_ROADS)
    await town.act(REVIEWER, ticket, "to_review", reason=WHY)
    await town.act(REVIEWER, ticket, "hard", reason=WHY)
    assert WHY in (await town.get(LEADER, ticket)).why
    assert (await town.get(EAST_ROADS, ticket)).why == ""
