"""Open work changes hands in one act: of somebody who leaves, of a department that is dissolved."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select, update

from cti.base.refusal import Conflict, Invalid, NotAllowed
from cti.base.visitor import Visitor
from cti.office.bulk.asking import BulkAnswer, BulkPreview, Many
from cti.office.bulk.looking import preview
from cti.office.bulk.runs import BulkRuns
from cti.office.identity.absences import AbsenceData, Absences
from cti.office.identity.directory import load_stands_in
from cti.office.identity.models import PersonRow
from cti.office.identity.organisations import Organisations
from cti.office.messages.whom import Persons, condition
from cti.office.timeline.entries import TimelineQuery
from cti.office.work.acts import HandOver, HandOverToPerson, HandOverToUnit
from cti.office.work.service import OpenWork, WorkQuery
from cti.store.engine import Store
from tests.cti.base.times.test_working_time import MONDAY, at
from tests.workflow.tickets.ticket_town import AGENT, EAST, LEADER, WATER, WELL_DONE, TicketTown, identity_on, town_on
from workflow.tickets.catalogue import CatalogueFields
from workflow.tickets.categories import Categories
from workflow.tickets.subjects import TicketSubjects

BOSS = replace(LEADER, permissions=LEADER.permissions | {"work.move", "organisations.manage", "people.see"})
EAST_BOSS = replace(EAST, permissions=EAST.permissions | {"work.move"})
SIGNED = "01ATwater"
"""Who has signed the tasks of the water works, before he leaves."""


class Moves(TicketTown):
    """The town with its open work."""

    work: OpenWork
    organisations: Organisations
    absences: Absences

    async def look(self, act: HandOver, visitor=BOSS, query: dict[str, str] | None = None, **said: str) -> BulkPreview:
        filled = act.fields.model_validate({"reason": "离职", **said})
        return await preview(self.work, visitor, act, Many(query=query or {"holder": "water"}), filled)  # type: ignore[arg-type]

    async def do(self, act: HandOver, visitor=BOSS, query: dict[str, str] | None = None, **said: str) -> BulkAnswer:
        body = Many(query=query or {"holder": "water"})
        runs = BulkRuns.of(self.office)
        return await runs.begin(visitor, self.work, act, body, {"reason": "离职", **said})  # type: ignore[arg-type]

    async def waiting(self, visitor=BOSS, **query: str) -> list[tuple[str, str, str]]:
        found = await self.work.find(visitor, WorkQuery.model_validate(query))
        return [(one.holder_title, one.person_name, one.standing) for one in found.items]


@pytest.fixture
async def town(store: Store) -> Moves:
    found = await town_on(store)
    found.__class__ = Moves
    assert isinstance(found, Moves)
    found.cases.watching.describe("ticket", TicketSubjects(found.cases))
    found.work = OpenWork(found.office, found.cases, found.messages)
    identity = await identity_on(store, found.clock, "work.move")
    identity.close()
    found.organisations, found.absences = identity.organisations, identity.absences
    found.organisations.closing += [found.work.before_closing, found.catalogue.dissolved]
    async with store.writing() as session:
        session.add(
            PersonRow(
                id="01NEWwater", login="new_water", name="新来的", organisation="water", roles=["at_work"],
                password_hash="", version=1, created_at=at(MONDAY, "08:00"),
            )
        )  # fmt: skip
    return found


async def signed(town: Moves, count: int = 2) -> list[str]:
    """Tickets whose tasks somebody of the water works has signed."""
    found = []
    for _ in range(count):
        ticket, task = await town.dispatched()
        await town.act(replace(WATER, person=SIGNED), ticket, "sign", task)
        found.append(ticket)
    return found


async def test_what_a_leaver_has_goes_to_his_successor_in_one_act_and_back(town: Moves) -> None:
    tickets = await signed(town)
    async with town.office.store.writing() as session:
        await session.execute(update(PersonRow).where(PersonRow.id == SIGNED).values(disabled_at=town.clock.wall()))
    assert await town.waiting(standing="nobody") == [("水务局", "water", "left")] * 2
    outlook = await town.look(HandOverToPerson(), query={"person": SIGNED}, person="01NEWwater")
    assert (outlook.good, outlook.refused) == (2, 0)
    assert outlook.rows[0].words == "water → 新来的"
    assert "小区停水" in outlook.rows[0].title
    run = await town.do(HandOverToPerson(), query={"person": SIGNED}, person="01NEWwater")
    assert (run.done, run.failed, run.undoable) == (2, [], True)
    assert await town.waiting(holder="water") == [("水务局", "新来的", "")] * 2
    assert await town.waiting(standing="nobody") == []
    page = await town.tickets.timeline(LEADER, tickets[0], TimelineQuery())
    assert ("移交：water → 新来的", "离职", "leader") in [(one.title, one.text, one.by) for one in page.items]
    await town.act(
        replace(WATER, person="01NEWwater"),
        tickets[1],
        "reply",
        await town.task(tickets[1], "water"),
        answer=WELL_DONE,
        contacted=True,
    )
    back = await BulkRuns.of(town.office).undo(BOSS, run.run)
    assert (back.undone, [one.detail for one in back.failed]) == (1, ["事项不存在、已办结，或不在您的管理范围内"])
    assert await town.waiting(person=SIGNED) == [], "to who has left nothing goes back: it waits for all"


async def test_work_is_given_to_nobody_who_could_not_do_it(town: Moves) -> None:
    await signed(town, 1)
    outlook = await town.look(HandOverToPerson(), person="01ATroads")
    assert [(one.sort, one.words) for one in outlook.rows] == [("refused", "roads没有办理该事项的权限，或不在其范围内")]
    outlook = await town.look(HandOverToPerson(), person="nobody")
    assert [one.words for one in outlook.rows] == ["人员不存在或已停用"]
    run = await town.do(HandOverToPerson(), person="01ATroads")
    assert (run.done, run.refused) == (0, 1)
    assert await town.waiting(holder="water") == [("水务局", "water", "")]


async def test_a_department_is_dissolved_only_when_its_work_and_the_catalogue_have_gone_over(town: Moves) -> None:
    """Pain: forwarded to a unit that is no more, a ticket lay there unseen (5. Practice: nobody owns it)."""
    (ticket,) = await signed(town, 1)
    category = await Categories(town.office).create(LEADER, Categories.fields.model_validate({"name": "供水"}))
    entry = {"category": category.id, "unit": "water", "assisting": ["roads"], "ground": "水法"}
    kept = await town.catalogue.create(LEADER, CatalogueFields.model_validate(entry))
    async with town.office.store.writing() as session:
        await session.execute(
            update(PersonRow)
            .where(PersonRow.organisation.in_(("water", "mains")))
            .values(disabled_at=town.clock.wall())
        )
    await town.organisations.set_closed(BOSS, "mains", True)
    with pytest.raises(Conflict, match="还有 1 件在办事项"):
        await town.organisations.set_closed(BOSS, "water", True, "roads")
    run = await town.do(HandOverToUnit(), unit="roads")
    assert (run.done, run.failed) == (1, [])
    assert await town.waiting(holder="roads") == [("市政局", "", "")]
    assert (await town.get(LEADER, ticket)).lead_title == "市政局"
    with pytest.raises(Conflict, match="派单目录“供水”指向水务局"):
        await town.organisations.set_closed(BOSS, "water", True)
    await town.organisations.set_closed(BOSS, "water", True, "roads")
    found = await town.catalogue.get(LEADER, kept.id)
    assert (found.unit, found.assisting) == ("roads", [])
    other = await town.add()
    await town.act(AGENT, other.id, "submit")
    with pytest.raises(Invalid):
        await town.act(LEADER, other.id, "dispatch", lead="water")
    page = await town.tickets.timeline(LEADER, ticket, TimelineQuery())
    titles = [one.title for one in page.items]
    assert "移交：水务局 → 市政局" in titles
    assert "签收（水务局）" in titles, "history keeps who it was then"
    back = await BulkRuns.of(town.office).undo(BOSS, run.run)
    assert [one.detail for one in back.failed] == ["原单位已撤销，不能交回"]


async def test_a_county_hands_over_its_own_alone(town: Moves) -> None:
    await signed(town, 1)
    theirs = await town.add(EAST)
    await town.act(EAST, theirs.id, "submit")
    assert await town.waiting(EAST_BOSS) == [("东县热线", "", "")]
    assert await town.work.having(EAST_BOSS, "holder", "") == [("east", "东县热线（1件）")]
    with pytest.raises(Invalid, match="没有符合条件"):
        await town.do(HandOverToUnit(), EAST_BOSS, unit="east_roads")
    outlook = await town.look(HandOverToUnit(), EAST_BOSS, query={"holder": "east"}, unit="west")
    assert [one.words for one in outlook.rows] == ["机构不存在或已撤销"]


async def test_what_would_come_to_somebody_who_has_left_waits_for_all(town: Moves) -> None:
    ticket = await town.add()
    await town.act(AGENT, ticket.id, "submit")
    async with town.office.store.writing() as session:
        session.add(
            PersonRow(
                id=AGENT.person, login="left", name="agent", organisation="city", roles=[], password_hash="",
                version=1, created_at=at(MONDAY, "08:00"), disabled_at=town.clock.wall(),
            )
        )  # fmt: skip
    await town.act(LEADER, ticket.id, "back", reason="补充地址")
    found = await town.get(LEADER, ticket.id)
    assert (found.stage, found.person) == ("registered", "")
    assert await town.duty(LEADER, "registered") == [ticket.id], "the leader sees what nobody has"


async def test_a_deputy_acts_for_who_is_absent_as_long_as_he_is_and_the_trail_says_so(town: Moves) -> None:
    ticket = await town.add()
    async with town.office.store.writing() as session:
        for id, roles in ((AGENT.person, []), ("01DEPUTY", ["at_work"])):
            session.add(
                PersonRow(
                    id=id, login=id.lower(), name="张三" if id == AGENT.person else "李四", organisation="city",
                    roles=roles, password_hash="", version=1, created_at=at(MONDAY, "08:00"),
                )
            )  # fmt: skip
    absence = AbsenceData(
        person="", deputy="01DEPUTY", begins_at=at(MONDAY, "12:00"), ends_at=at(MONDAY, "18:00"), note="年假"
    )
    offered = dict(await town.absences.deputies(AGENT, ""))
    assert ("01DEPUTY" in offered, AGENT.person in offered) == (True, False)
    made = await town.absences.add(AGENT, absence)
    with pytest.raises(Conflict, match="已有代理人"):
        await town.absences.add(AGENT, absence)
    with pytest.raises(Invalid, match="代理人应是同一机构"):
        await town.absences.add(AGENT, replace(absence, deputy=SIGNED))

    async def deputy() -> Visitor:
        async with town.office.store.reading() as session:
            stands_in = await load_stands_in(session, "01DEPUTY", town.clock.wall())
        return replace(AGENT, person="01DEPUTY", name="李四", stands_in=stands_in)

    with pytest.raises(NotAllowed):
        await town.act(await deputy(), ticket.id, "submit")
    await town.wait(2.5 * 3600)
    assert await town.duty(await deputy(), "registered") == [ticket.id]
    await town.act(await deputy(), ticket.id, "submit")
    page = await town.tickets.timeline(LEADER, ticket.id, TimelineQuery())
    assert ("送审", "李四（代张三）") in [(one.title, one.by) for one in page.items]
    async with town.office.store.reading() as session:
        told = await condition(session, [Persons((AGENT.person,))], town.clock.wall())
        assert set(await session.scalars(select(PersonRow.id).where(told))) == {AGENT.person, "01DEPUTY"}
        row = await town.tickets.row(session, LEADER, ticket.id)
        assert await town.cases.broken(session, row.case) == ""
    await town.act(LEADER, ticket.id, "back", reason="补充地址")
    await town.absences.cancel(AGENT, made.id)
    with pytest.raises(NotAllowed):
        await town.act(await deputy(), ticket.id, "submit")
    await town.wait(8 * 3600)
    assert (await deputy()).stands_in == {}
