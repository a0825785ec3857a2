"""Cases on each database: acts by people's rights, chains that nobody forges, deadlines that go off once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.bus import Bus
from cti.base.ciphers.suites import SuiteName
from cti.base.clock import VirtualClock
from cti.base.refusal import Conflict, Invalid, NotAllowed, NotFound, Refusal
from cti.base.scope import EVERYTHING, Scope
from cti.base.times.working_time import WorkingTime
from cti.base.visitor import Visitor, system
from cti.office.identity.directory import Organisation
from cti.office.identity.service import Identity
from cti.office.processes.case import Actor, Case, DeadlineMissed, DeadlineNear, Moved
from cti.office.processes.deadlines import CaseDeadlines
from cti.office.processes.definition import Process
from cti.office.processes.models import CaseDeadlineRow, CaseEventRow, CaseRow
from cti.office.processes.rights import VisitorsHouse
from cti.office.processes.service import Cases
from cti.office.timers.service import Timers
from cti.store.engine import Store
from cti.testing.statements import trips
from tests.cti.base.times.test_working_time import MONDAY, at
from tests.cti.office.processes.small_house import OFFICE, delivered
from tests.office import cheap_passwords, visitor

ALWAYS = WorkingTime(lambda day: [(0, 1440)])


def who(name: str, organisation: str, *permissions: str, scope: Scope = EVERYTHING) -> Visitor:
    return replace(visitor(name, organisation, *permissions), person=f"01{name}", scope=scope)


AGENT = who("agent", "city", "register")
REVIEWER = who("reviewer", "city", "review", "revisit")
WATER = who("water", "water", "handle", scope=Scope(organisations=frozenset({"water", "mains"})))
MAINS = who("mains", "mains", "handle", scope=Scope(organisations=frozenset({"mains"})))
ROADS = who("roads", "roads", "handle", scope=Scope(organisations=frozenset({"roads"})))
NORTH = who("north", "north", "review", scope=Scope(regions=frozenset({"320411"})))


class Definitions:
    def __init__(self) -> None:
        self.known: dict[str, Process] = {name: delivered(name) for name in ("standard", "department")}

    def current(self, process: str, region: str) -> tuple[Process, int]:
        return self.known[process], 1

    def revision(self, process: str, revision: int) -> Process:
        return self.known[process]


class Town:
    """A store with organisations and the service, on virtual time from a Monday, ten o'clock."""

    def __init__(self, store: Store, clock: VirtualClock, identity: Identity, timers: Timers) -> None:
        self.store, self.clock, self.timers = store, clock, timers
        self.cases = Cases(store, clock, identity.audit, timers, Definitions(), lambda *_: OFFICE)
        self.facts: dict[str, Any] = {"urgent": False, "anonymous": False, "registrar": "01agent"}
        self.moved: list[Moved] = []
        self.fails = False
        self.cases.about("ticket", self._facts, self._hear)

    async def _facts(self, session: AsyncSession, record: str) -> Mapping[str, Any]:
        return self.facts

    async def _hear(self, session: AsyncSession, moved: Moved, actor: Actor) -> None:
        if self.fails:
            raise RuntimeError("the record cannot follow")
        self.moved.append(moved)

    async def open(self, visitor: Visitor = AGENT, **where: str) -> str:
        async with self.store.writing() as session:
            moved = await self.cases.open(
                session, visitor, "standard", "ticket", "t1",
                organisation=where.get("organisation", "city"), region=where.get("region", "320400"),
            )  # fmt: skip
        self.cases.done()
        return moved.root

    async def act(self, visitor: Visitor, case: str, action: str, **form: Any) -> Moved:
        async with self.store.writing() as session:
            moved = await self.cases.act(session, visitor, case, action, form)
        self.cases.done()
        return moved

    async def dispatched(self, lead: str = "water", assisting: tuple[str, ...] = ()) -> tuple[str, str]:
        """A case in the hands of departments, and the lead's task."""
        root = await self.open()
        await self.act(AGENT, root, "submit")
        moved = await self.act(REVIEWER, root, "dispatch", lead=lead, assisting=list(assisting))
        return root, next(one.id for one in moved.cases.values() if one.role == "lead")

    async def case(self, id: str) -> Case:
        async with self.store.reading() as session:
            return (await self.cases.family(session, id)).cases[id]

    async def offers(self, visitor: Visitor, root: str) -> dict[str, list[str]]:
        async with self.store.reading() as session:
            found = await self.cases.offers(session, visitor, root)
        return {case: [one.action for one in offers] for case, offers in found.items()}

    async def broken(self, root: str) -> str:
        async with self.store.reading() as session:
            return await self.cases.broken(session, root)

    async def go_off(self) -> None:
        """Let all that is due go off."""
        while (kind := await self.timers._first_due()) is not None:
            await self.timers._go_off(kind)


async def identity_on(store: Store, clock: VirtualClock) -> Identity:
    identity = await Identity.open(
        store, Bus(), clock, Organisation("city", "市热线", "320400", None), passwords=cheap_passwords()
    )
    identity.close()
    return identity


@pytest.fixture
async def town(store: Store) -> AsyncIterator[Town]:
    clock = VirtualClock(at(MONDAY, "10:00"))
    identity = await identity_on(store, clock)
    for name, region, parent in (
        ("water", "320400", "city"), ("mains", "320400", "water"), ("roads", "320400", "city"),
        ("north", "320411", "city"),
    ):  # fmt: skip
        await identity.organisations.add(system("test"), Organisation(name, name, region, parent))
    yield Town(store, clock, identity, Timers(store, clock, Bus()))


async def test_a_case_goes_its_way_and_each_sees_what_is_his_to_do(town: Town) -> None:
    root, lead = await town.dispatched()
    assert await town.offers(WATER, root) == {lead: ["sign", "return"]}
    assert await town.offers(REVIEWER, root) == {root: ["add"]}
    await town.act(WATER, lead, "sign")
    await town.act(WATER, lead, "reply", text="已修复")
    assert (await town.case(root)).step == "result"
    assert [one.changed.keys() for one in town.moved][-1] == {root, lead}


async def test_a_step_takes_no_more_trips_to_the_database_than_it_needs(town: Town) -> None:
    """Two time limits change: one ends, one begins or goes on."""
    root = await town.open()
    await town.act(AGENT, root, "submit")
    async with town.store.reading() as session:
        await town.cases.offers(session, REVIEWER, root)  # organisations are read once, and remembered
    with trips(town.store) as said:
        await town.act(REVIEWER, root, "dispatch", lead="water", assisting=["roads"])
    assert len(said) <= (10 if town.store.is_sqlite else 14), (len(said), said)


async def test_another_department_can_neither_see_nor_touch_a_task(town: Town) -> None:
    root, lead = await town.dispatched()
    assert await town.offers(ROADS, root) == {}
    with pytest.raises(NotAllowed):
        await town.act(ROADS, lead, "sign")
    # Who stands below the holder is not the holder; who stands above is.
    assert await town.offers(MAINS, root) == {}
    root, lead = await town.dispatched("mains")
    assert await town.offers(WATER, root) == {lead: ["sign", "return"]}


async def test_a_county_acts_on_its_own_cases_only(town: Town) -> None:
    ours = await town.open()
    theirs = await town.open(who("clerk", "north", "register"), organisation="north", region="320411")
    for root in (ours, theirs):
        await town.act(system("test"), root, "submit")
    assert await town.offers(NORTH, ours) == {}
    assert list(await town.offers(NORTH, theirs)) == [theirs]
    with pytest.raises(NotAllowed):
        await town.act(NORTH, ours, "dispatch", lead="water", assisting=[])


async def test_what_is_refused_has_changed_nothing(town: Town) -> None:
    root, lead = await town.dispatched()
    await town.act(WATER, lead, "sign")
    before = await town.case(root)
    with pytest.raises(Invalid, match="请填写办理情况"):
        await town.act(WATER, lead, "reply", text="")
    with pytest.raises(Conflict, match="刷新"):
        await town.act(WATER, lead, "sign")
    with pytest.raises(NotFound):
        await town.act(WATER, "nowhere", "sign")
    town.fails = True
    with pytest.raises(RuntimeError):
        await town.act(WATER, lead, "reply", text="已修复")
    assert await town.case(root) == before
    assert await town.broken(root) == ""


async def test_a_task_has_one_who_took_it(town: Town) -> None:
    root = await town.open()
    await town.act(AGENT, root, "submit")
    other = replace(REVIEWER, person="01other", name="other")
    async with town.store.writing() as session:
        await town.cases.take(session, REVIEWER, root)
    with pytest.raises(Conflict, match="已被他人领取"):
        async with town.store.writing() as session:
            await town.cases.take(session, other, root)
    with pytest.raises(NotAllowed):
        async with town.store.writing() as session:
            await town.cases.take(session, WATER, root)
    assert (await town.case(root)).person == REVIEWER.person
    await town.act(REVIEWER, root, "difficult")
    assert (await town.case(root)).person == ""


async def test_of_many_who_act_at_once_in_two_engines_one_does_and_the_others_are_told(
    town: Town, database: str | None, tmp_path: Path, suite: SuiteName
) -> None:
    """Both saw the same button: the case goes its way once, and no chain is torn."""
    second = await Store.open(database, tmp_path, suite)
    engines = [town, Town(second, town.clock, await identity_on(second, town.clock), Timers(second, town.clock, Bus()))]
    try:
        root = await town.open()
        await town.act(AGENT, root, "submit")
        found = await asyncio.gather(
            *(engines[turn % 2].act(REVIEWER, root, "dispatch", lead="water", assisting=[]) for turn in range(8)),
            return_exceptions=True,
        )
        done = [one for one in found if isinstance(one, Moved)]
        refused = [one for one in found if isinstance(one, Refusal)]
        assert len(done) == 1 and len(refused) == 7, found
        async with town.store.reading() as session:
            cases = (await town.cases.family(session, root)).cases.values()
        assert [one.role for one in cases if one.id != root] == ["lead"]
        assert await town.broken(root) == ""
    finally:
        await second.close()


@pytest.mark.parametrize("forgery", ["text", "person", "first", "last", "head"])
async def test_whoever_forges_what_happened_is_found_out(town: Town, forgery: str) -> None:
    root, _ = await town.dispatched()
    assert await town.broken(root) == ""
    async with town.store.writing() as session:
        row = CaseEventRow
        mine = select(row).where(row.root == root).order_by(row.sequence)
        events = (await session.scalars(mine)).all()
        match forgery:
            case "text":
                events[2].data = '{"step":"review"}'
            case "person":
                events[2].person = "01somebody"
            case "first":
                await session.delete(events[0])
            case "last":
                await session.delete(events[-1])
            case "head":
                await session.execute(update(CaseRow).where(CaseRow.id == root).values(head="0" * 64))
    assert await town.broken(root) != ""


# ── deadlines ────────────────────────────────────────────────────────────────────────────────────────────────────────


async def deadlines(town: Town) -> dict[str, CaseDeadlineRow]:
    async with town.store.reading() as session:
        return {f"{row.case_id}:{row.clock}": row for row in await session.scalars(select(CaseDeadlineRow))}


def told(town: Town) -> list[str]:
    return [
        type(event).__name__
        for one in town.moved
        for event in one.events
        if isinstance(event, DeadlineNear | DeadlineMissed)
    ]


async def test_a_deadline_is_told_when_it_is_near_and_when_it_is_missed_and_each_once(town: Town) -> None:
    _, lead = await town.dispatched()
    row = (await deadlines(town))[f"{lead}:handle"]
    assert row.due_at == at(MONDAY + timedelta(days=2), "17:30")
    assert row.warn_at is not None
    town.clock.advance((row.warn_at - town.clock.wall()).total_seconds())
    await town.go_off()
    await town.go_off()
    assert told(town) == ["DeadlineNear"]
    town.clock.advance((row.due_at - town.clock.wall()).total_seconds())
    await town.go_off()
    assert told(town) == ["DeadlineNear", "DeadlineMissed"]
    assert (await deadlines(town))[f"{lead}:handle"].missed


async def test_a_deadline_that_was_moved_is_told_at_its_new_time(town: Town) -> None:
    root, lead = await town.dispatched()
    await town.act(WATER, lead, "sign")
    await town.act(WATER, lead, "ask", days=3)
    await town.act(REVIEWER, lead, "grant")
    row = (await deadlines(town))[f"{lead}:handle"]
    before = at(MONDAY + timedelta(days=2), "17:30")
    town.clock.advance((before - town.clock.wall()).total_seconds() + 60)
    await town.go_off()
    assert "DeadlineMissed" not in told(town)
    town.clock.advance((row.due_at - town.clock.wall()).total_seconds())
    await town.go_off()
    assert told(town)[-1] == "DeadlineMissed"
    assert await town.broken(root) == ""


async def test_what_is_done_in_time_is_never_told_as_late(town: Town) -> None:
    root, lead = await town.dispatched()
    await town.act(WATER, lead, "sign")
    await town.act(WATER, lead, "reply", text="已修复")
    await town.act(REVIEWER, root, "accept")
    town.clock.advance(30 * 86400)
    await town.go_off()
    assert told(town) == []
    assert {row.state for row in (await deadlines(town)).values()} == {"ended"}


async def test_deadlines_worked_out_anew_are_those_of_the_table(town: Town) -> None:
    root, lead = await town.dispatched()
    await town.act(WATER, lead, "sign")
    await town.act(WATER, lead, "wait")
    house = VisitorsHouse(Definitions(), lambda *_: OFFICE, system("test"), {})
    async with town.store.writing() as session:
        family = (await town.cases.family(session, root)).cases
        checker = CaseDeadlines(house, town.timers)
        assert await checker.recompute(session, family, town.clock.wall()) == []
        late = town.clock.wall() + timedelta(days=9)
        await session.execute(update(CaseDeadlineRow).where(CaseDeadlineRow.case_id == lead).values(due_at=late))
        assert await checker.recompute(session, family, town.clock.wall()) == [f"{lead}:handle"]
