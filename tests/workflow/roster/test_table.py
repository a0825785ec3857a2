"""Months and their table: generated, changed by hand under rules, taken back, published, seen by whom it concerns."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from cti.base.refusal import Conflict, NotAllowed, NotFound
from cti.office.jobs.kinds import JobState
from cti.office.jobs.models import JobRow
from cti.office.messages.models import InboxRow, MessageRow
from cti.store.engine import Store
from tests.workflow.roster.roster_town import RosterTown, roster_town
from workflow.roster.explained import Explained
from workflow.roster.rosters import RosterFields
from workflow.roster.table_views import ChangesQuery, MoveBody, MovesBody, TableQuery, TableView

MONDAY = date(2026, 3, 2)


async def seen(town: RosterTown, who: object = None, first: date = MONDAY) -> TableView:
    query = TableQuery.model_validate({"from": first, "to": date(2026, 3, 8)})
    return await town.table.look(who or town.leader, query)  # type: ignore[arg-type] # a visitor


def move(town: RosterTown, agent: int, day: int, slot: str, reason: str = "") -> MovesBody:
    moves = [MoveBody(person=town.agents[agent].person, day=date(2026, 3, day), slot=slot)]
    return MovesBody(moves=moves, reason=reason)


async def generated(town: RosterTown) -> str:
    made = await town.month()
    await town.rosters.generate(town.leader, made.id)
    async with town.store.reading() as session:
        row = await session.scalar(select(JobRow).where(JobRow.state == JobState.WAITING.value))
    assert row is not None
    await town.rosters.job.work({"roster": made.id, "making": 1})
    return made.id


async def test_a_month_is_generated_explained_published_and_told(store: Store, tmp_path: Path) -> None:
    town = await roster_town(store, tmp_path / "types")
    id = await generated(town)
    row = await town.rosters.get(town.leader, id)
    assert row.state == "ready"
    gaps, people = await Explained(town.rosters).explain(town.leader, id)
    assert sum(one.needed - one.there for one in gaps) == row.missing
    assert [one.breaches for one in people] == [""] * 5
    agent = town.agents[0]
    assert (await seen(town, agent)).months == []
    await town.rosters.step(town.leader, id, "publish")
    own = await town.table.mine(agent, TableQuery.model_validate({"from": date(2026, 3, 1), "to": date(2026, 3, 31)}))
    assert own.shifts and {one.person for one in own.shifts} == {agent.person}
    assert len((await seen(town, agent)).people) == 5
    async with store.reading() as session:
        told = (await session.scalars(select(InboxRow.person))).all()
        titles = (await session.scalars(select(MessageRow.title))).all()
    assert set(told) == {one.person for one in town.agents}
    assert titles == ["2026-03 值班表已发布"]
    name, content = await town.table.export(
        town.leader, TableQuery.model_validate({"from": MONDAY, "to": date(2026, 3, 8)})
    )
    assert name == "值班表 east 2026-03-02 至 2026-03-08.xlsx"
    assert content[:2] == b"PK"


async def test_cells_change_under_rules_and_back(store: Store, tmp_path: Path) -> None:
    town = await roster_town(store, tmp_path / "types")
    made = await town.month()
    await town.table.change(town.leader, move(town, 0, 2, "day.night"))
    judged = await town.table.judge(town.leader, move(town, 0, 3, "day.early"))
    assert judged.faults == []
    assert judged.warnings == ["座席1：3月3日与前一班之间只休息 0 小时，至少 11 小时"]
    with pytest.raises(Conflict) as refused:
        await town.table.change(town.leader, move(town, 0, 3, "day.early"))
    assert refused.value.more == {"warnings": judged.warnings}
    await town.table.change(town.leader, move(town, 0, 3, "day.early", "台风值守"))
    assert [(one.day.day, one.title, one.tied) for one in (await seen(town)).shifts] == [
        (2, "夜班", True), (3, "早班", True),
    ]  # fmt: skip
    found = await Explained(town.rosters).changes(town.leader, made.id, ChangesQuery())
    assert [one.why for one in found.items] == ["台风值守", ""]
    assert (await town.table.undo(town.leader, made.id)).words == "已撤销：3月3日 早班 08:00-16:30"
    await town.table.undo(town.leader, made.id)
    assert (await seen(town)).shifts == []
    with pytest.raises(NotFound):
        await town.table.undo(town.leader, made.id)


async def test_two_shifts_change_owners_and_stay_the_same_shifts(sqlite_store: Store, tmp_path: Path) -> None:
    town = await roster_town(sqlite_store, tmp_path / "types")
    made = await town.month()
    await town.table.change(town.leader, move(town, 0, 2, "day.night"))
    await town.table.change(town.leader, move(town, 1, 2, "day.early"))
    before = {one.id: one.person for one in (await seen(town)).shifts}
    one, other = town.agents[0].person, town.agents[1].person
    moves = [MoveBody(person=one, day=MONDAY, slot="day.early"), MoveBody(person=other, day=MONDAY, slot="day.night")]
    await town.table.change(town.leader, MovesBody(moves=moves))
    after = {found.id: found.person for found in (await seen(town)).shifts}
    assert after == {id: other if person == one else one for id, person in before.items()}
    await town.table.undo(town.leader, made.id)
    assert {found.id: found.person for found in (await seen(town)).shifts} == before


async def test_another_county_and_agents_change_nothing(sqlite_store: Store, tmp_path: Path) -> None:
    town = await roster_town(sqlite_store, tmp_path / "types")
    made = await town.month()
    with pytest.raises(NotFound):
        await town.rosters.get(town.foreign, made.id)
    with pytest.raises(NotFound):
        await town.table.undo(town.foreign, made.id)
    foreign = TableQuery.model_validate({"from": MONDAY, "to": MONDAY, "organisation": "east"})
    with pytest.raises(NotFound):
        await town.table.look(town.foreign, foreign)
    with pytest.raises(NotFound):
        await town.table.change(town.foreign, move(town, 0, 2, "day.early").model_copy(update={"organisation": "east"}))
    with pytest.raises(NotAllowed):
        await town.table.change(town.agents[0], move(town, 0, 2, "day.early"))


async def test_one_month_has_one_roster_and_a_published_one_stays(sqlite_store: Store, tmp_path: Path) -> None:
    town = await roster_town(sqlite_store, tmp_path / "types")
    made = await town.month()
    with pytest.raises(Conflict):
        await town.rosters.create(town.leader, RosterFields(month="2026-03", types=["day"]))
    with pytest.raises(Conflict):
        await town.rosters.step(town.leader, made.id, "publish")
    await town.table.change(town.leader, move(town, 0, 2, "day.night"))
    await town.rosters.step(town.leader, made.id, "publish")
    with pytest.raises(Conflict):
        await town.rosters.remove(town.leader, made.id)
    assert (await town.rosters.find(town.leader, town.rosters.query())).total == 1


async def test_who_stops_the_solver_keeps_what_was_there(sqlite_store: Store, tmp_path: Path) -> None:
    town = await roster_town(sqlite_store, tmp_path / "types")
    made = await town.month()
    await town.table.change(town.leader, move(town, 0, 2, "day.night"))
    await town.rosters.generate(town.leader, made.id)
    with pytest.raises(Conflict):
        await town.table.change(town.leader, move(town, 0, 4, "day.night"))
    assert (await town.rosters.cancel(town.leader, made.id)).state == "ready"
    await town.rosters.job.work({"roster": made.id, "making": 1})
    assert len((await seen(town)).shifts) == 1
