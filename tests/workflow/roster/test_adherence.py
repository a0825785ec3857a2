"""Planned against real: what of shifts was kept, over breaks, midnight and a killed engine; who is missing now."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from cti.base.events import AgentStateChanged
from cti.base.refusal import NotAllowed
from cti.office.identity.directory import Person
from cti.office.identity.models import PersonRow
from cti.store.engine import Store
from tests.workflow.roster.test_requests import EARLY, NIGHT, Requests, requests_on
from workflow.roster.asking import Opinion
from workflow.roster.attendance.adherence import Kept, Span, compared, cut, planned_spans
from workflow.roster.attendance.days import PlannedAgents
from workflow.roster.attendance.following import Following
from workflow.roster.attendance.on_duty import DutyNow
from workflow.roster.attendance.presence import Presence
from workflow.roster.attendance.sums import FigureQuery, sums
from workflow.roster.leaves import LeaveFields
from workflow.roster.models import PresenceRow

MIDNIGHT = datetime(2026, 3, 8, 16, tzinfo=UTC)
"""In the house's time the 9th begins."""
HOUR = 3600.0


def span(first: float, last: float) -> Span:
    return MIDNIGHT + timedelta(hours=first), MIDNIGHT + timedelta(hours=last)


def test_breaks_of_a_shift_are_no_plan_also_past_midnight() -> None:
    night = planned_spans(*span(22, 32), date(2026, 3, 9), [(26 * 60, 28 * 60)])
    assert night == [span(22, 26), span(28, 32)]
    assert cut(night, *span(24, 48)) == [span(24, 26), span(28, 32)]
    # Over the break he may do what he likes; the hour after it is lost.
    assert compared(night, [span(21, 26), span(29, 33)]) == Kept(8 * HOUR, 7 * HOUR)
    assert compared([], [span(0, 24)]).share is None


@given(
    st.lists(st.integers(0, 48), min_size=2, max_size=8, unique=True),
    st.lists(st.integers(0, 48), min_size=2, max_size=8, unique=True),
)
def test_nobody_keeps_more_than_is_planned_or_than_he_worked(planned: list[int], present: list[int]) -> None:
    spans = [
        [span(first, last) for first, last in zip(sorted(one)[::2], sorted(one)[1::2], strict=False)]
        for one in (planned, present)
    ]
    found = compared(*spans)
    worked = sum((last - first).total_seconds() for first, last in spans[1])
    assert 0 <= found.kept <= min(found.planned, worked)


class Agents:
    """What is asked of `People`."""

    def __init__(self, place: Requests) -> None:
        self._store = place.town.store

    async def agent(self, number: str) -> Person | None:
        return (await self.some_agents([number])).get(number)

    async def some_agents(self, numbers: Collection[str]) -> dict[str, Person]:
        async with self._store.reading() as session:
            rows = await session.scalars(select(PersonRow).where(PersonRow.agent_no.in_(numbers)))
            return {row.agent_no or "": Person.of(row) for row in rows}


class Floor:
    """Agents whose states change on the virtual clock."""

    def __init__(self, place: Requests) -> None:
        self.place, self.told = place, list[str]()
        self.states: dict[str, tuple[str, datetime]] = {}
        self.start()
        self.now = DutyNow(place.attendance, lambda: self.states)

    def start(self) -> None:
        """As the engine does."""
        self.presence = Presence(self.place.town.store)
        self.people: Any = Agents(self.place)
        self.following = Following(
            self.people, self.place.attendance, self.presence, lambda name, region: self.told.append(name)
        )

    async def say(self, who: int, state: str) -> None:
        number = self.place.agent(who).agent_no or ""
        at = self.place.town.office.clock.wall()
        self.states[number] = (state, at)
        await self.following.follow(AgentStateChanged(at=at, agent=number, organisation="east", state=state))

    async def pass_time(self) -> None:
        at = self.place.town.office.clock.wall()
        async with self.place.town.store.writing() as session:
            await self.presence.pass_time(session, at)
            await self.place.attendance.pass_time(session, at)


async def test_a_day_is_kept_as_far_as_somebody_was_at_work_within_it(store: Store, tmp_path: Path) -> None:
    place = await requests_on(store, tmp_path)
    floor = Floor(place)
    early, _, _ = await place.publish((0, 9, EARLY), (1, 9, EARLY), (2, 9, EARLY))
    ill = LeaveFields(kind="sick", begins=date(2026, 3, 9), ends=date(2026, 3, 9), reason="病")
    asked = await place.leaves.create(place.agent(2), ill)
    await place.leaves.step(place.town.leader, asked.id, "approve", Opinion())
    place.pass_to(9, 7, 30)
    await floor.say(0, "ready")
    place.pass_to(9, 9)
    for state in ("ringing", "talking", "wrapup", "ready"):
        await floor.say(0, state)
    rows = await floor.now.look(place.town.leader)
    assert [(one.agent, one.standing, one.doing, one.adherence) for one in rows] == [
        ("2002", "missing", "未签入", "0%"), ("2001", "there", "就绪", "100%"),
    ]  # fmt: skip
    place.pass_to(9, 10)
    await floor.say(0, "break")
    place.pass_to(9, 10, 45)
    assert [one.standing for one in await floor.now.look(place.town.leader)] == ["missing", "missing"]
    await floor.say(0, "ready")
    place.pass_to(9, 11, 30)
    await floor.say(0, "break")
    place.pass_to(9, 11, 45)
    assert {one.agent: one.standing for one in await floor.now.look(place.town.leader)} == {
        "2001": "pause", "2002": "pause",
    }  # fmt: skip
    place.pass_to(9, 12)
    await floor.say(0, "ready")
    figures = await floor.now.figures(place.town.leader)
    assert (figures.planned, figures.there, figures.missing) == (2, 1, 1)
    assert figures.adherence == pytest.approx(100 * 2.75 / 7, abs=0.1)
    assert await floor.now.look(place.town.foreign) == []
    with pytest.raises(NotAllowed):
        await floor.now.look(place.agent(0))
    place.pass_to(9, 18)
    await floor.say(0, "signed_out")
    assert floor.told == ["east"] * 6
    row = await place.kept(early)
    assert (row.planned, row.kept, row.state) == (8 * HOUR, 7.25 * HOUR, "normal")
    days = await PlannedAgents(floor.people, place.attendance).planned(["2001", "2002", "2003"], date(2026, 3, 9))
    assert {number: (one.planned, one.kept) for number, one in days.items()} == {
        "2001": (8 * HOUR, 7.25 * HOUR), "2002": (8 * HOUR, 0.0),
    }  # fmt: skip
    shares = {one.name: one.adherence for one in await sums(place.attendance, place.town.leader, FigureQuery())}
    assert shares == {"座席1": 90.6, "座席2": 0.0, "座席3": None}


async def test_a_killed_engine_counts_for_nobody_who_is_gone(store: Store, tmp_path: Path) -> None:
    place = await requests_on(store, tmp_path)
    floor = Floor(place)
    await place.publish((0, 9, NIGHT), (1, 9, NIGHT))
    place.pass_to(9, 22)
    await floor.say(0, "ready")
    await floor.say(1, "ready")
    place.pass_to(9, 23)
    await floor.pass_time()
    # It comes back an hour after midnight: one is still there, the other's phone is silent.
    place.pass_to(10, 1)
    floor.start()
    await floor.following.begin([("2001", "talking"), ("2002", "signed_out")], place.town.office.clock.wall())
    async with store.reading() as session:
        rows = {row.person: row for row in await session.scalars(select(PresenceRow))}
    assert rows[place.agent(0).person].open
    assert rows[place.agent(1).person].until == datetime(2026, 3, 9, 15, tzinfo=UTC)
    place.pass_to(10, 8)
    await floor.say(0, "signed_out")
    days = PlannedAgents(floor.people, place.attendance)
    for day, planned, kept, other in ((9, 2, 2, 1), (10, 6, 6, 0)):
        found = await days.planned(["2001", "2002"], date(2026, 3, day))
        assert found["2001"].planned == planned * HOUR
        assert (found["2001"].kept, found["2002"].kept) == (kept * HOUR, other * HOUR), day


async def test_stretches_go_after_two_months_and_shifts_keep_what_they_came_to(
    sqlite_store: Store, tmp_path: Path
) -> None:
    place = await requests_on(sqlite_store, tmp_path)
    floor = Floor(place)
    (early,) = await place.publish((0, 9, EARLY))
    place.pass_to(9, 8)
    await floor.say(0, "ready")
    place.pass_to(9, 16, 30)
    await floor.say(0, "signed_out")
    assert (await place.kept(early)).kept == 8 * HOUR
    place.town.office.clock.advance(timedelta(days=70).total_seconds())  # type: ignore[attr-defined] # virtual
    await floor.pass_time()
    async with sqlite_store.writing() as session:
        assert not list(await session.scalars(select(PresenceRow)))
        await place.attendance.refresh(session, await place.shifts())
    assert (await place.kept(early)).kept == 8 * HOUR
