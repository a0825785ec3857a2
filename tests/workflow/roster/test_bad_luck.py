"""What goes wrong with rosters: somebody leaves, two want one shift at once, a night over the month, a new calendar."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from cti.base.refusal import Conflict, Refusal
from cti.base.times.calendars import Holiday
from cti.office.identity.models import PersonRow
from cti.office.messages.models import MessageRow
from cti.store.engine import Store
from tests.workflow.roster.roster_town import roster_town
from tests.workflow.roster.test_requests import EARLY, NIGHT, requests_on
from tests.workflow.roster.test_table import generated, seen
from workflow.roster.asking import Opinion
from workflow.roster.leaving import Leaving
from workflow.roster.models import AttendanceRow, ShiftRow
from workflow.roster.swaps import SwapFields
from workflow.roster.table_views import MoveBody, MovesBody, TableQuery
from workflow.roster.terms import Terms, TermsFields


async def test_who_leaves_in_mid_month_has_no_shifts_after_it_and_planners_are_told(
    store: Store, tmp_path: Path
) -> None:
    place = await requests_on(store, tmp_path)
    stays, early, night, other = await place.publish((0, 9, EARLY), (0, 16, EARLY), (0, 20, NIGHT), (1, 16, EARLY))
    swap = SwapFields(way="cover", shift=early, other=place.agent(2).person, reason="有事")
    asked = await place.swaps.create(place.agent(0), swap)
    await place.swaps.step(place.agent(2), asked.id, "agree")
    terms = Terms(place.town.office, Leaving(place.town.shifts, place.town.telling))
    fields = TermsFields(person=place.agent(0).person, left=date(2026, 3, 15))
    made = await terms.create(place.town.leader, fields)
    assert {row.id for row in await place.shifts()} == {stays, other}
    async with store.reading() as session:
        assert set(await session.scalars(select(AttendanceRow.id))) == {stays, other}
        told = dict((await session.execute(select(MessageRow.title, MessageRow.text))).tuples().all())
    words = told["班次空缺：座席1离职，3月15日为最后一天"]
    assert "3月16日 早班 08:00-16:30、3月20日 夜班 22:00-08:00" in words
    with pytest.raises(Conflict, match="班次已被取消"):
        await place.swaps.step(place.town.leader, asked.id, "approve", Opinion())
    moves = [MoveBody(person=place.agent(0).person, day=date(2026, 3, 17), slot=EARLY)]
    with pytest.raises(Conflict, match="不在职"):
        await place.town.table.change(place.town.leader, MovesBody(moves=moves, reason="仍要"))
    # He stays after all: his month is planned again by hand, nothing comes back by itself.
    await terms.edit(place.town.leader, made.id, made.version, fields.model_copy(update={"left": None}))
    assert not (await place.town.table.change(place.town.leader, MovesBody(moves=moves))).warnings
    assert night not in {row.id for row in await place.shifts()}


async def test_a_month_is_generated_around_who_leaves_and_a_closed_account(sqlite_store: Store, tmp_path: Path) -> None:
    town = await roster_town(sqlite_store, tmp_path / "types")
    leaving = Leaving(town.shifts, town.telling)
    terms = Terms(town.office, leaving)
    await terms.create(town.leader, TermsFields(person=town.agents[0].person, left=date(2026, 3, 15)))
    id = await generated(town)
    shifts = (await seen(town, first=date(2026, 3, 2))).shifts
    assert shifts
    async with sqlite_store.writing() as session:
        row = await session.get_one(PersonRow, town.agents[1].person)
        row.disabled_at = town.office.clock.wall()
    await leaving.closed(town.agents[1].person)
    async with sqlite_store.reading() as session:
        last = select(ShiftRow.person, func.max(ShiftRow.day)).group_by(ShiftRow.person)
        days = dict((await session.execute(last)).tuples().all())
    assert days[town.agents[0].person] <= date(2026, 3, 15)
    assert days.get(town.agents[1].person, date(2026, 3, 1)) <= date(2026, 3, 1)
    assert (await town.rosters.get(town.leader, id)).state == "ready"


async def test_two_swaps_of_one_shift_at_once(store: Store, tmp_path: Path) -> None:
    place = await requests_on(store, tmp_path)
    first, second, third = await place.publish((0, 9, EARLY), (1, 10, EARLY), (2, 11, EARLY))
    bodies = (
        (place.agent(1), SwapFields(way="swap", shift=second, other_shift=first, reason="有事")),
        (place.agent(2), SwapFields(way="swap", shift=third, other_shift=first, reason="有事")),
    )
    asked = await asyncio.gather(*(place.swaps.create(who, body) for who, body in bodies), return_exceptions=True)
    made = [one for one in asked if not isinstance(one, BaseException)]
    (refused,) = [one for one in asked if isinstance(one, BaseException)]
    assert isinstance(refused, Conflict)
    assert "已在另一份申请中" in refused.detail
    (swap,) = made
    await place.swaps.step(place.agent(0), swap.id, "agree")
    # Two leaders approve it at once, while a third gives the shift to somebody else.
    leader, day = place.town.leader, date(2026, 3, 9)
    moves = [MoveBody(person=place.agent(0).person, day=day),
             MoveBody(person=place.agent(3).person, day=day, slot=EARLY)]  # fmt: skip
    ends = await asyncio.gather(
        place.swaps.step(leader, swap.id, "approve", Opinion()),
        place.swaps.step(leader, swap.id, "approve", Opinion()),
        place.town.table.change(leader, MovesBody(moves=moves)),
        return_exceptions=True,
    )
    failed = [one for one in ends if isinstance(one, BaseException)]
    assert all(isinstance(one, Refusal) for one in failed), ends
    assert isinstance(ends[0], BaseException) or isinstance(ends[1], BaseException)
    rows = await place.shifts()
    assert {first, second, third} <= {row.id for row in rows}
    assert max(Counter((row.person, row.day) for row in rows).values()) == 1


async def test_a_night_over_the_end_of_the_month_counts_in_both(store: Store, tmp_path: Path) -> None:
    place = await requests_on(store, tmp_path)
    (night,) = await place.publish((0, 31, NIGHT))
    (row,) = await place.shifts()
    assert (row.begins_at, row.ends_at) == (
        datetime(2026, 3, 31, 14, tzinfo=UTC), datetime(2026, 4, 1, 0, tzinfo=UTC),
    )  # fmt: skip
    april = await place.town.month("2026-04")
    early = [MoveBody(person=place.agent(0).person, day=date(2026, 4, 1), slot=EARLY)]
    found = await place.town.table.judge(place.town.leader, MovesBody(moves=early))
    assert any("只休息 0 小时" in one for one in found.warnings)
    place.pass_to(31, 22)
    await place.attendance.phoned(place.agent(0).person, "in", place.town.office.clock.wall())
    place.pass_to(32, 8)
    await place.attendance.phoned(place.agent(0).person, "out", place.town.office.clock.wall())
    place.pass_to(32, 13)
    assert (await place.kept(night)).state == "normal"
    assert april.state == "draft"


async def test_a_day_that_becomes_a_holiday_needs_fewer_and_published_shifts_stay(
    sqlite_store: Store, tmp_path: Path
) -> None:
    place = await requests_on(sqlite_store, tmp_path)
    ids = await place.publish((0, 9, EARLY), (1, 9, EARLY), (2, 9, NIGHT))
    calendars = place.town.planning.calendars
    day = date(2026, 3, 9)
    query = TableQuery.model_validate({"from": day, "to": day})

    async def needs() -> dict[str, tuple[int, int]]:
        found = await place.town.table.look(place.town.leader, query)
        return {one.slot: (one.needed, one.there) for one in found.needs}

    assert await needs() == {EARLY: (2, 2), NIGHT: (1, 1)}
    # The government makes it a day off.
    calendars.take(calendars.file.model_copy(update={"holidays": (Holiday(name="哀悼日", first=day, last=day),)}))
    assert await needs() == {EARLY: (1, 2), NIGHT: (1, 1)}
    assert sorted(row.id for row in await place.shifts()) == sorted(ids)
    # Whose month's hours are by the calendar works less of it: one more day is overtime now.
    leader = place.town.leader
    (person,) = [one for one in (await place.town.table.look(leader, query)).people if one.agent_no == "2001"]
    assert person.target == 21 * 8 * 60
