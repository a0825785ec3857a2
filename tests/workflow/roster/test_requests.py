"""Swaps, cover and leave: asked, agreed, approved; no shift with two owners or none, no balance ever wrong."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from cti.base.refusal import Conflict, Invalid, NotAllowed, NotFound, Refusal
from cti.base.visitor import Visitor
from cti.office.identity.models import PersonRow
from cti.store.engine import Store
from tests.workflow.roster.roster_town import RosterTown, roster_town
from workflow.roster.asking import Opinion, Reason
from workflow.roster.attendance.adherence import Kept
from workflow.roster.attendance.book import Attendance
from workflow.roster.attendance.corrections import CorrectionFields, Corrections
from workflow.roster.attendance.days import day_kept
from workflow.roster.attendance.sums import FigureQuery, sums
from workflow.roster.balances import BalanceFields, Balances
from workflow.roster.leaves import LeaveFields, LeaveFigureQuery, Leaves
from workflow.roster.models import AttendanceRow, ShiftRow
from workflow.roster.swaps import SwapFields, Swaps
from workflow.roster.table_views import MoveBody, MovesBody

EARLY, NIGHT = "day.early", "day.night"


class Requests:
    """A published month with some shifts, and the services of requests."""

    def __init__(self, town: RosterTown) -> None:
        self.town = town
        self.swaps = Swaps(town.office, town.shifts, town.telling)
        self.leaves = Leaves(town.office, town.planning.calendars, town.telling)
        self.balances = Balances(town.office, self.leaves)
        self.attendance = Attendance(town.office, town.planning.settings, town.planning.types.pauses)
        self.corrections = Corrections(town.office, self.attendance, town.telling)
        for followers in (town.rosters.followers, town.shifts.followers):
            followers.append(self.attendance.follow_shifts)
        self.leaves.followers.append(self.attendance.follow_leave)

    async def publish(self, *cells: tuple[int, int, str]) -> list[str]:
        """Shifts of agents on days of March; their ids in order."""
        made = await self.town.month()
        moves = [MoveBody(person=self.agent(who).person, day=date(2026, 3, day), slot=slot) for who, day, slot in cells]
        await self.town.table.change(self.town.leader, MovesBody(moves=moves, reason="试"))
        await self.town.rosters.step(self.town.leader, made.id, "publish")
        rows = {(row.person, row.day.day): row.id for row in await self.shifts()}
        return [rows[self.agent(who).person, day] for who, day, _ in cells]

    async def shifts(self) -> list[ShiftRow]:
        async with self.town.store.reading() as session:
            return list(await session.scalars(select(ShiftRow)))

    async def owner(self, shift: str) -> str:
        return next(row.person for row in await self.shifts() if row.id == shift)

    def agent(self, number: int) -> Visitor:
        return self.town.agents[number]

    def pass_to(self, day: int, hour: int, minute: int = 0) -> None:
        """To a moment of March in the house's time; its 32nd day is the first of April."""
        wanted = datetime(2026, 3, 1, hour, minute, tzinfo=UTC) + timedelta(days=day - 1, hours=-8)
        clock = self.town.office.clock
        clock.advance((wanted - clock.wall()).total_seconds())  # type: ignore[attr-defined] # virtual

    async def kept(self, shift: str) -> AttendanceRow:
        async with self.town.store.writing() as session:
            await self.attendance.pass_time(session, self.town.office.clock.wall())
        async with self.town.store.reading() as session:
            return await session.get_one(AttendanceRow, shift)


async def requests_on(store: Store, folder: Path) -> Requests:
    return Requests(await roster_town(store, folder / "types"))


async def test_a_cover_goes_over_once_all_have_agreed(store: Store, tmp_path: Path) -> None:
    place = await requests_on(store, tmp_path)
    (shift,) = await place.publish((0, 9, EARLY))
    asked = await place.swaps.create(
        place.agent(0), SwapFields(way="cover", shift=shift, other=place.agent(1).person, reason="就医")
    )
    assert asked.acts == ["withdraw"]
    assert (await place.swaps.get(place.agent(1), asked.id)).acts == ["agree", "decline"]
    with pytest.raises(NotAllowed):
        await place.swaps.step(place.agent(0), asked.id, "agree")
    with pytest.raises(NotFound):
        await place.swaps.get(place.agent(2), asked.id)
    await place.swaps.step(place.agent(1), asked.id, "agree")
    assert await place.owner(shift) == place.agent(0).person
    with pytest.raises(NotFound):
        await place.swaps.step(place.town.foreign, asked.id, "approve", Opinion())
    await place.swaps.step(place.town.leader, asked.id, "approve", Opinion())
    assert await place.owner(shift) == place.agent(1).person
    assert (await place.kept(shift)).person == place.agent(1).person


async def test_two_swaps_of_one_shift_and_the_second_is_refused_with_the_reason(
    sqlite_store: Store, tmp_path: Path
) -> None:
    place = await requests_on(sqlite_store, tmp_path)
    first, second, third = await place.publish((0, 9, EARLY), (1, 10, EARLY), (2, 11, EARLY))
    swap = SwapFields(way="swap", shift=first, other_shift=second, reason="有事")
    asked = await place.swaps.create(place.agent(0), swap)
    with pytest.raises(Conflict, match="已在另一份申请中"):
        await place.swaps.create(place.agent(2), SwapFields(way="swap", shift=third, other_shift=first, reason="有事"))
    await place.swaps.step(place.agent(1), asked.id, "agree")
    moves = [MoveBody(person=place.agent(0).person, day=date(2026, 3, 9)),
             MoveBody(person=place.agent(2).person, day=date(2026, 3, 9), slot=EARLY)]  # fmt: skip
    await place.town.table.change(place.town.leader, MovesBody(moves=moves))
    with pytest.raises(Conflict, match="已不是申请人的班次"):
        await place.swaps.step(place.town.leader, asked.id, "approve", Opinion())


async def test_a_swap_that_breaks_a_limit_needs_the_leader_s_reason(sqlite_store: Store, tmp_path: Path) -> None:
    place = await requests_on(sqlite_store, tmp_path)
    mine, _ = await place.publish((0, 9, NIGHT), (1, 10, EARLY))
    body = SwapFields(way="cover", shift=mine, other=place.agent(1).person, reason="有事")
    asked = await place.swaps.create(place.agent(0), body)
    await place.swaps.step(place.agent(1), asked.id, "agree")
    with pytest.raises(Conflict, match="只休息 0 小时"):
        await place.swaps.step(place.town.leader, asked.id, "approve", Opinion())
    await place.swaps.step(place.town.leader, asked.id, "approve", Opinion(opinion="次日早班另派"))
    assert await place.owner(mine) == place.agent(1).person


async def test_leave_uses_its_balance_up_and_no_further(store: Store, tmp_path: Path) -> None:
    place = await requests_on(store, tmp_path)
    (shift,) = await place.publish((0, 10, EARLY))
    agent, leader = place.agent(0), place.town.leader
    with pytest.raises(Conflict, match="剩余 0 天，不够 2 天"):
        await place.leaves.create(agent, leave(9, 10))
    await give(place, 0, 3)
    asked = await place.leaves.create(agent, leave(9, 10))
    assert asked.days == 2
    with pytest.raises(Conflict, match="已有请假"):
        await place.leaves.create(agent, leave(10, 11))
    with pytest.raises(Conflict, match="剩余 1 天，不够 2 天"):
        await place.leaves.create(agent, leave(12, 13))
    await place.leaves.step(leader, asked.id, "approve", Opinion())
    assert (await place.kept(shift)).state == "leave"
    (balance,) = (await place.balances.find(agent, place.balances.query())).items
    assert (balance.days, balance.left) == (3, 1)
    (figure,) = await place.leaves.figures(leader, LeaveFigureQuery())
    assert (figure.name, figure.kind, figure.times, figure.days) == ("座席1", "annual", 1, 2)
    await place.leaves.step(agent, asked.id, "withdraw")
    assert (await place.kept(shift)).state == "coming"


async def test_leave_over_new_year_takes_from_both_years(sqlite_store: Store, tmp_path: Path) -> None:
    place = await requests_on(sqlite_store, tmp_path)
    await give(place, 0, 5)
    body = LeaveFields(kind="annual", begins=date(2026, 12, 30), ends=date(2027, 1, 5), reason="探亲")
    with pytest.raises(Conflict, match="2027 年年休假剩余 0 天"):
        await place.leaves.create(place.agent(0), body)


async def test_check_ins_by_hand_by_phone_and_by_correction(store: Store, tmp_path: Path) -> None:
    place = await requests_on(store, tmp_path)
    early, night, other = await place.publish((0, 9, EARLY), (1, 9, NIGHT), (2, 9, EARLY))
    place.town.planning.settings.addresses.append("10.1.0.0/16")
    agent = place.agent(0)
    with pytest.raises(Conflict):
        await place.attendance.check(agent, "in", early)
    place.pass_to(9, 8, 20)
    with pytest.raises(NotFound):
        await place.attendance.check(agent, "in", other)
    found = await place.attendance.check(agent, "in", early)
    assert (found.state, found.late) == ("late", 20)
    place.pass_to(9, 16, 30)
    await place.attendance.check(agent, "out", early)
    assert (await place.kept(early)).state == "late"
    place.pass_to(9, 21, 55)
    assert (await place.kept(other)).state == "absent"
    await place.attendance.phoned(place.agent(1).person, "in", place.town.office.clock.wall())
    place.pass_to(10, 8, 1)
    await place.attendance.phoned(place.agent(1).person, "out", place.town.office.clock.wall())
    place.pass_to(10, 13)
    assert (await place.kept(night)).state == "normal"
    at = datetime(2026, 3, 9, 0, tzinfo=UTC)
    asked = await place.corrections.create(agent, CorrectionFields(shift=early, mark="in", at=at, reason="系统故障"))
    with pytest.raises(NotAllowed):
        await place.corrections.step(agent, asked.id, "approve", Opinion())
    await place.corrections.step(place.town.leader, asked.id, "approve", Opinion())
    assert (await place.kept(early)).state == "normal"
    with pytest.raises(Invalid):
        await place.corrections.create(agent, CorrectionFields(shift=other, mark="in", at=at, reason="忘记"))
    figures = await sums(place.attendance, place.town.leader, FigureQuery())
    assert [(one.name, one.shifts, one.normal, one.absent) for one in figures] == [
        ("座席1", 1, 1, 0), ("座席2", 1, 1, 0), ("座席3", 1, 0, 1),
    ]  # fmt: skip
    assert (await place.attendance.find(agent, place.attendance.query())).total == 1
    assert (await place.attendance.find(place.town.leader, place.attendance.query())).total == 3
    assert (await place.attendance.find(place.town.foreign, place.attendance.query())).total == 0
    planned = await day_kept(place.attendance, [place.agent(1).person], date(2026, 3, 10))
    assert planned == {place.agent(1).person: Kept(6 * 3600.0, 0.0)}, "from midnight on, without the break"


async def test_nobody_of_another_county_covers_a_shift(sqlite_store: Store, tmp_path: Path) -> None:
    place = await requests_on(sqlite_store, tmp_path)
    (early,) = await place.publish((0, 9, EARLY))
    async with sqlite_store.writing() as session:
        row = await session.get_one(PersonRow, place.agent(4).person)
        row.organisation = "west"
    with pytest.raises(Invalid, match="不属于该机构"):
        body = SwapFields(way="cover", shift=early, other=place.agent(4).person, reason="有事")
        await place.swaps.create(place.agent(0), body)


async def test_who_is_elsewhere_does_not_check_in(sqlite_store: Store, tmp_path: Path) -> None:
    place = await requests_on(sqlite_store, tmp_path)
    (early,) = await place.publish((0, 9, EARLY))
    place.pass_to(9, 8)
    place.town.planning.settings.addresses.append("192.168.0.0/24")
    with pytest.raises(NotAllowed, match=r"10\.1\.2\.3"):
        await place.attendance.check(place.agent(0), "in", early)


async def test_a_walk_of_requests_keeps_owners_and_balances(sqlite_store: Store, tmp_path: Path) -> None:
    place = await requests_on(sqlite_store, tmp_path)
    cells = [(who, 9 + 2 * at + who % 2, EARLY) for who in range(4) for at in range(3)]
    ids = await place.publish(*cells)
    for who in range(4):
        await give(place, who, 4)
    draw = random.Random(7)
    open_: list[tuple[str, str]] = []
    passed = 0
    for _ in range(70):
        who = place.agent(draw.randrange(4))
        try:
            match draw.randrange(5):
                case 0:
                    body = SwapFields(
                        way="cover", shift=draw.choice(ids), other=place.agent(draw.randrange(4)).person, reason="有事"
                    )
                    open_.append(("swap", (await place.swaps.create(who, body)).id))
                case 1:
                    pair = draw.sample(ids, 2)
                    body = SwapFields(way="swap", shift=pair[0], other_shift=pair[1], reason="有事")
                    open_.append(("swap", (await place.swaps.create(who, body)).id))
                case 2:
                    day = draw.randrange(9, 24)
                    open_.append(("leave", (await place.leaves.create(who, leave(day, day + 1))).id))
                case _ if open_:
                    kind, id = draw.choice(open_)
                    service = place.swaps if kind == "swap" else place.leaves
                    steps = [one.name for one in service.steps]  # type: ignore[attr-defined] # both have steps
                    step = draw.choice([*steps, "approve"])
                    body_ = Opinion(opinion="可") if step == "approve" else Reason(opinion="否")
                    doer = place.town.leader if step in ("approve", "refuse") else who
                    await service.step(doer, id, step, body_ if step in ("approve", "refuse", "decline") else None)  # type: ignore[attr-defined] # both have steps
                    passed += 1
        except Refusal:
            continue
        finally:
            rows = await place.shifts()
            assert sorted(row.id for row in rows) == sorted(ids)
            assert max(Counter((row.person, row.day) for row in rows).values()) == 1
            assert all(row.person for row in rows)
    assert passed > 3
    for one in (await place.balances.find(place.town.leader, place.balances.query())).items:
        assert 0 <= one.left <= one.days
    async with place.town.store.reading() as session:
        kept = dict((await session.execute(select(AttendanceRow.id, AttendanceRow.person))).tuples().all())
    assert kept == {row.id: row.person for row in await place.shifts()}


def leave(first: int, last: int) -> LeaveFields:
    return LeaveFields(kind="annual", begins=date(2026, 3, first), ends=date(2026, 3, last), reason="休息")


async def give(place: Requests, who: int, days: float) -> None:
    fields = BalanceFields(person=place.agent(who).person, kind="annual", year=2026, days=days)
    await place.balances.create(place.town.leader, fields)
