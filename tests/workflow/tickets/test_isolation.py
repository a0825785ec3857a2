"""Whose tickets are whose: a county its own, the city all, a department what was given to it, an assistant no more."""

from __future__ import annotations

import io
import zipfile
from typing import Any, get_args

import pytest

from cti.base.ids import new_id
from cti.base.refusal import NotAllowed, NotFound
from cti.base.visitor import Visitor
from cti.office.comments.models import CommentRow
from cti.office.comments.timeline import CommentEntries
from cti.office.identity.permissions import Reach
from cti.office.records.exporting import exported
from cti.office.records.whom import whom_of
from cti.office.timeline.entries import TimelineQuery
from cti.office.timeline.sources import Subject
from cti.store.engine import Store
from tests.workflow.tickets.ticket_town import (
    AGENT,
    EAST,
    EAST_ROADS,
    LEADER,
    MAINS,
    REVIEWER,
    ROADS,
    VISITOR,
    WATER,
    WELL_DONE,
    WEST,
    TicketTown,
    town_on,
    who,
)
from workflow.tickets.desk.alike import Asked
from workflow.tickets.duties import TASK_PERMISSIONS
from workflow.tickets.views import Duty, TagsBody, TaskDuty, TaskQuery, TicketFields, TicketQuery

EVERYBODY = (AGENT, REVIEWER, LEADER, VISITOR, WATER, MAINS, ROADS, EAST, WEST, EAST_ROADS)
NOBODY_SEES = who("nobody", "city", "register")


@pytest.fixture
async def town(sqlite_store: Store) -> TicketTown:
    return await town_on(sqlite_store)


async def world(town: TicketTown) -> dict[str, str]:
    """A ticket of the city with a lead, an assistant and a unit below; one of each county; one given to a county."""
    city, lead = await town.dispatched(assisting=["roads"])
    await town.act(WATER, city, "down", lead, units=["mains"])
    east, _ = await town.dispatched("east_roads", EAST)
    west = (await town.add(WEST)).id
    given = (await town.add()).id
    await town.act(AGENT, given, "submit")
    await town.act(LEADER, given, "county", unit="east")
    return {"city": city, "east": east, "west": west, "given": given}


SEEN: dict[str, set[str]] = {
    "agent": {"city", "given"}, "reviewer": {"city", "east", "west", "given"},
    "leader": {"city", "east", "west", "given"}, "visitor": {"city", "east", "west", "given"}, "water": {"city"},
    "mains": {"city"}, "roads": {"city"}, "east": {"east", "given"}, "west": {"west"}, "east_roads": {"east"},
}  # fmt: skip
"""Who sees which."""


async def test_lists_pages_counts_exports_and_searches_show_each_his_own(town: TicketTown) -> None:
    made = await world(town)
    names = {id: name for name, id in made.items()}
    numbers = {(await town.get(LEADER, id)).number: name for name, id in made.items()}
    for visitor in EVERYBODY:
        wanted = SEEN[visitor.name]
        found = await town.tickets.find(visitor, TicketQuery())
        assert {names[one.id] for one in found.items} == wanted, visitor.name
        assert found.total == len(wanted)
        for name, id in made.items():
            if name in wanted:
                assert (await town.get(visitor, id)).id == id
                await town.tickets.timeline(visitor, id, TimelineQuery())
                await town.acts.offers(visitor, id)
                await town.tasks.of(visitor, id)
            else:
                for look in (town.get, town.acts.offers, town.tasks.of, town.history.callers):
                    with pytest.raises(NotFound):
                        await look(visitor, id)
                with pytest.raises(NotFound):
                    await town.act(visitor, id, "supplement", note="x")
        for number, name in numbers.items():
            hits = await town.tickets.find(visitor, TicketQuery(search=number))
            assert [names[one.id] for one in hits.items] == ([name] if name in wanted else [])
        if visitor.may("tickets.export"):
            sheet = await exported(town.tickets, visitor, TicketQuery())
            assert {row for number, row in numbers.items() if number.encode() in await plain(sheet)} == wanted


async def plain(sheet: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(sheet)) as file:
        return b"".join(file.read(name) for name in file.namelist())


async def test_every_list_by_duty_shows_nobody_more_than_the_whole_list(town: TicketTown) -> None:
    await world(town)
    for visitor in EVERYBODY:
        every = {one.id for one in (await town.tickets.find(visitor, TicketQuery())).items}
        for duty in get_args(Duty):
            found = await town.tickets.find(visitor, TicketQuery(duty=duty))
            assert {one.id for one in found.items} <= every, (visitor.name, duty)
            assert found.total == len(found.items), "a count has the conditions of its list"


async def test_departments_see_their_own_tasks_and_those_that_they_gave(town: TicketTown) -> None:
    made = await world(town)
    units = {visitor.name: {one.unit for one in await town.tasks.of(visitor, made["city"])} for visitor in
             (LEADER, WATER, MAINS, ROADS)}  # fmt: skip
    assert units == {
        "leader": {"市热线", "水务局", "供水公司", "市政局"}, "water": {"水务局", "供水公司"}, "mains": {"供水公司"},
        "roads": {"市政局"},
    }  # fmt: skip
    for visitor in EVERYBODY:
        allowed = {one.id for name in SEEN[visitor.name] for one in await town.tasks.of(visitor, made[name])}
        for duty in get_args(TaskDuty):
            found = await town.tasks.find(visitor, duty, TaskQuery())
            assert {one.id for one in found.items} <= allowed, (visitor.name, duty)
    assert set(TASK_PERMISSIONS) <= set(get_args(TaskDuty))


async def test_a_department_reads_of_the_trail_what_is_its_own(town: TicketTown) -> None:
    made = await world(town)
    await town.act(AGENT, made["city"], "supplement", note="市民补充：二楼也停水")
    told = {}
    for visitor in (LEADER, ROADS, WATER):
        page = await town.tickets.timeline(visitor, made["city"], TimelineQuery(kinds="case", size=100))
        told[visitor.name] = " ".join(f"{one.title} {one.text} {one.by}" for one in page.items)
    assert "供水公司" in told["water"]
    assert "供水公司" not in told["roads"]
    assert "agent" in told["leader"]
    assert "agent" not in told["roads"]


async def test_departments_know_citizens_masked_and_of_confidential_tickets_nothing(town: TicketTown) -> None:
    plain_one, _ = await town.dispatched("roads", caller_name="王小明")
    secret, _ = await town.dispatched("roads", caller_name="王小明", confidential=True)
    seen = await town.get(ROADS, plain_one)
    assert (seen.caller_name, seen.contact) == ("王**", "138****0001"), (
        "who sees whole numbers elsewhere sees none here"
    )
    seen = await town.get(ROADS, secret)
    assert (seen.caller_name, seen.contact) == ("****", "****")
    hidden = await town.get(who("other", "city", "see", more=("calls.see_numbers", "personal.see")), secret)
    assert (hidden.caller_name, hidden.contact) == ("****", "****")
    for visitor in (AGENT, LEADER):
        found = await town.get(visitor, secret)
        assert (found.caller_name, found.contact) == ("王小明", "13800000001")
    other = who("other", "city", "see", "register", more=("calls.see_numbers", "personal.see"))
    history = await town.history.of_number(other, "13800000001", "", 1, 20)
    assert [one.id for one in history.items] == [plain_one]
    assert [one.id for one in await town.alikes.typed(other, Asked("小区停水"))] == [plain_one]


async def test_whom_a_list_of_calls_is_made_of_is_told_to_those_who_may_know_him(town: TicketTown) -> None:
    """A campaign's list must not show a department, or whoever may not know, who asked in confidence."""
    await town.dispatched("roads", caller_name="王小明")
    await town.dispatched("roads", caller_name="李小红", contact="13800000002", confidential=True)
    numbers = ("calls.see_numbers", "personal.see")
    other = who("other", "city", "see", more=numbers)
    for visitor, known in ((LEADER, {"+8613800000001", "+8613800000002"}), (other, {"+8613800000001"}), (ROADS, set())):
        found = await whom_of(town.tickets, visitor, town.tickets.query())
        assert {one.number for one in found} - {""} == known
        assert len(found) == 2
        assert all(one.about.startswith("工单 ") for one in found)


async def test_operation_tags_never_leave_the_house(town: TicketTown) -> None:
    ticket, _ = await town.dispatched("roads")
    version = (await town.get(AGENT, ticket)).version
    await town.tickets.tag(AGENT, ticket, TagsBody(tags=["难缠"], tag_note="情绪激动", version=version))
    assert (await town.get(LEADER, ticket)).tags == ["难缠"]
    for visitor in (ROADS, VISITOR, who("chief", "roads", "see", "handle", "tag")):
        said = [
            await town.get(visitor, ticket),
            await town.tickets.find(visitor, TicketQuery()),
            await town.tickets.timeline(visitor, ticket, TimelineQuery()),
            await town.tasks.of(visitor, ticket),
            await town.acts.offers(visitor, ticket),
        ]
        assert "难缠" not in repr(said), visitor.name
        assert "情绪激动" not in repr(said), visitor.name
    exporting = who("exporting", "city", "see", "export")
    sheet = await plain(await exported(town.tickets, exporting, TicketQuery()))
    assert "难缠".encode() not in sheet
    with pytest.raises(NotAllowed):
        await town.tickets.tag(ROADS, ticket, TagsBody(tags=["x"], version=version))
    with pytest.raises(NotFound):
        await town.tickets.tag(WEST, ticket, TagsBody(tags=["x"], version=version))


async def test_who_has_no_right_to_see_sees_nothing(town: TicketTown) -> None:
    made = await world(town)
    asked: list[Any] = [
        town.tickets.find(NOBODY_SEES, TicketQuery()),
        town.get(NOBODY_SEES, made["city"]),
        town.acts.offers(NOBODY_SEES, made["city"]),
        town.tasks.of(NOBODY_SEES, made["city"]),
        town.tasks.find(NOBODY_SEES, "open", TaskQuery()),
        town.history.of_number(NOBODY_SEES, "13800000001", "", 1, 20),
        town.alikes.typed(NOBODY_SEES, Asked("小区停水")),
        town.alikes.of(NOBODY_SEES, made["city"]),
        town.history.callers(NOBODY_SEES, made["city"]),
    ]
    for one in asked:
        with pytest.raises(NotAllowed):
            await one


async def test_an_answer_of_one_county_is_not_given_by_another(town: TicketTown) -> None:
    made = await world(town)
    task = await town.task(made["given"], "east")
    with pytest.raises(NotFound):
        await town.act(WEST, made["given"], "close", task, answer=WELL_DONE)
    with pytest.raises((NotFound, NotAllowed)):
        await town.act(EAST_ROADS, made["given"], "close", task, answer=WELL_DONE)
    # A task of another ticket does not open this one.
    with pytest.raises(NotFound):
        await town.act(EAST, made["east"], "close", task, answer=WELL_DONE)


async def test_departments_add_files_while_they_have_a_task_and_hear_nothing_said_inside(town: TicketTown) -> None:
    made = await world(town)
    ticket, tickets = made["city"], town.tickets

    async def may_add(visitor: Visitor) -> bool:
        try:
            async with tickets.changing() as session:
                await tickets.part_of(session, visitor, ticket, change=True, permission=tickets.part_permission)
        except (NotAllowed, NotFound):
            return False
        return True

    assert [one.name for one in EVERYBODY if await may_add(one)] == [
        "agent", "reviewer", "leader", "visitor", "water", "mains", "roads",
    ]  # fmt: skip
    await town.act(MAINS, ticket, "sign", await town.task(ticket, "mains"))
    await town.act(MAINS, ticket, "reply", await town.task(ticket, "mains"), answer=WELL_DONE, contacted=True)
    assert not await may_add(MAINS)
    async with town.office.store.reading() as session:
        for visitor in (LEADER, AGENT, WATER, ROADS):
            row = await tickets.part_of(session, visitor, ticket)
            inside = visitor in (LEADER, AGENT)
            assert tickets.may_change_file(visitor, row, "01somebody") is inside
            assert tickets.may_change_file(visitor, row, visitor.person)
            for part in ("comments", "followers"):
                if inside:
                    await tickets.part_of(session, visitor, ticket, part=part)
                else:
                    with pytest.raises(NotAllowed):
                        await tickets.part_of(session, visitor, ticket, part=part)
    async with town.office.store.writing() as session:
        session.add(
            CommentRow(
                id=new_id(), kind="ticket", record=ticket, text="此人多次来电", mentions=[], person="01x", by="x",
                at=town.clock.wall(),
            )
        )  # fmt: skip
        await session.flush()
        comments = CommentEntries(tickets)
        for visitor, count in ((LEADER, 1), (WATER, 0)):
            about = Subject("ticket", ticket, town.clock.wall(), visitor)
            assert len(await comments.entries(session, about, None, 10)) == count


async def test_an_agent_answers_every_caller_and_changes_his_own_tickets_alone(town: TicketTown) -> None:
    """His role reaches his own work alone: that is what he does, not what he may tell a citizen."""
    colleague = who("colleague", "city", "see", "register", "answer", reach=Reach.OWN)
    ticket = await town.add(AGENT)
    seen = await town.get(colleague, ticket.id)
    assert seen.title == ticket.title
    assert await town.duty(colleague, "mine") == [] and await town.duty(AGENT, "mine") == [ticket.id]
    said = TicketFields.model_validate({"title": "改了", "content": "改了", "type": "help"})
    with pytest.raises(NotAllowed):
        await town.tickets.edit(colleague, ticket.id, seen.version, said)
    offered = (await town.offered(colleague, ticket.id)).popitem()[1]
    assert offered == ["remind", "supplement"], "he adds what a caller says, and no more"
    abroad = who("abroad", "east", "see", "register", reach=Reach.OWN)
    with pytest.raises(NotFound):
        await town.get(abroad, ticket.id)
