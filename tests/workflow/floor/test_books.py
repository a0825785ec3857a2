"""Talks, visits and agents' days: each call once, each figure as a plain count says, with its rows behind it."""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from acd.reports.archive import Archive
from cti.base.call import Call
from cti.base.events import (
    CallEnded,
    CallHeld,
    CallLeftQueue,
    CallRetrieved,
    CallTransferred,
    Event,
    SatisfactionGiven,
    TalkEnded,
    TalkStarted,
)
from cti.office.figures import Figures
from cti.office.figures.library import FigureLibrary
from cti.office.figures.rights import FIGURES
from cti.office.workshop.owning import Owning
from cti.store.calls import StoredCalls
from cti.store.engine import Store
from cti.store.journal.journal import Journal
from cti.telephony.queue_titles import QueueTitles
from tests.office import ROOT, a_call
from tests.workflow.floor.floor_house import Floor, clock_of, floor_on, leader
from workflow.floor.books.days import AgentDays, DayPlan
from workflow.floor.books.facts import sources
from workflow.floor.books.gathering import Books, half_hour
from workflow.floor.books.story import read
from workflow.floor.models import AgentDayRow, TalkRow, VisitRow

CITY, WEST = leader("city", "board.see"), leader("west", "board.see")
EAST = leader("east", "board.see", below=("village",))
COUNTED = {
    "agent_talks": ("SELECT count(*) FROM floor_talks", None),
    "agent_satisfaction": (
        "SELECT count(*) FROM floor_talks WHERE rating IN ('1', '2', '3')",
        "SELECT count(*) FROM floor_talks WHERE rating <> ''",
    ),
    "agent_transfers": ("SELECT count(*) FROM floor_talks WHERE transferred <> ''", "SELECT count(*) FROM floor_talks"),
    "agent_holds": ("SELECT count(*) FROM floor_talks WHERE holds > 0", "SELECT count(*) FROM floor_talks"),
    "queue_entered": ("SELECT count(*) FROM floor_visits", None),
    "queue_abandoned": (
        "SELECT count(*) FROM floor_visits WHERE outcome = 'abandoned'",
        "SELECT count(*) FROM floor_visits WHERE outcome IN ('answered', 'abandoned')",
    ),
    "queue_gave_up": ("SELECT count(*) FROM floor_visits WHERE outcome IN ('abandoned', 'short')", None),
    "queue_level": (
        "SELECT count(*) FROM floor_visits WHERE outcome = 'answered' AND waited <= 15",
        "SELECT count(*) FROM floor_visits WHERE outcome = 'answered'",
    ),
    "queue_level_abandons": (
        "SELECT count(*) FROM floor_visits WHERE outcome IN ('answered', 'abandoned') AND waited <= 15",
        "SELECT count(*) FROM floor_visits WHERE outcome IN ('answered', 'abandoned')",
    ),
    "queue_again": ("SELECT count(*) FROM floor_visits WHERE again", "SELECT count(*) FROM floor_visits"),
}


class House:
    """A floor, and calls that are lived on it."""

    def __init__(self, floor: Floor) -> None:
        self.floor = floor
        self.calls = StoredCalls(floor.office.store)
        self.journal = Journal.start(floor.office.store, lambda event: None)
        self.books = Books(floor.office, floor.identity.people, floor.acd, self.calls, self.journal)

    async def lived(self, call: Call, *story: Event) -> None:
        for event in story:
            self.journal.append(event)
        call.ended_at = self.floor.office.clock.wall()
        self.journal.save(call)
        about = _about(self.floor, call)
        self.journal.append(CallEnded(**about, reason="completed", seconds=1.0, answered=True))
        await self.journal.flushed()


def _about(floor: Floor, call: Call) -> dict[str, Any]:
    return {
        "at": floor.office.clock.wall(), "call": call.id, "organisation": call.organisation, "region": call.region
    }  # fmt: skip


def figures_of(floor: Floor) -> Figures:
    library = FigureLibrary(None)
    for source in sources(QueueTitles(), {"": "未分组"}):
        library.offer(source)
    library.deliver(ROOT / "workflow" / "floor" / "figures")
    return Figures(floor.office.store, clock_of(floor), library, Owning("city", "320400", FIGURES), {})


async def _plain(session: AsyncSession, sql: str | None) -> Any:
    return None if sql is None else await session.scalar(text(sql))


def test_a_story_becomes_talks_and_visits() -> None:
    floor_less: dict[str, Any] = {"call": "c", "organisation": "east", "region": "320404"}
    begin = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)

    def at(second: float) -> dict[str, Any]:
        return {**floor_less, "at": begin + timedelta(seconds=second)}

    talks, visits = read([
        CallLeftQueue(**at(20), queue="general", reason="answered", waited=20.0),
        TalkStarted(**at(20), agent="2001", leg="a", queue="general", waited=20.0),
        CallHeld(**at(30), agent="2001"),
        CallRetrieved(**at(42), agent="2001"),
        CallHeld(**at(50), agent="2001"),
        CallTransferred(**at(55), agent="2001", target="agent:2002", kind="blind"),
        TalkEnded(**at(55), agent="2001", seconds=35.0, ended_by="agent"),
        TalkStarted(**at(60), agent="2002", leg="b", queue="", waited=0.0),
        TalkEnded(**at(90), agent="2002", seconds=30.0, ended_by="agent"),
        SatisfactionGiven(**at(95), agent="2002", key="2", score=4),
        TalkStarted(**at(100), agent="1001", leg="c", queue="", waited=0.0),
        CallEnded(**at(110), reason="completed", seconds=110.0, answered=True),
    ])  # fmt: skip
    assert [(one.agent, one.seconds, one.holds, one.held, one.transferred, one.rating) for one in talks] == [
        ("2001", 35.0, 2, 17.0, "blind", ""), ("2002", 30.0, 0, 0.0, "", "2"), ("1001", 10.0, 0, 0.0, "", ""),
    ]  # fmt: skip
    assert [(one.queue, one.waited, one.entered_at) for one in visits] == [("general", 20.0, begin)]
    assert half_hour(begin) == "09:00" and half_hour(begin + timedelta(minutes=59)) == "09:30"


async def test_each_figure_equals_a_plain_count_and_has_exactly_its_rows(store: Store) -> None:
    house = House(floor := await floor_on(store))
    await house.books.begin()
    chance = random.Random(5)
    for number in range(60):
        call = a_call(floor.office, f"1380000{chance.randint(0, 20):04}", chance.choice(("city", "east", "west")))
        waited = chance.choice((2.0, 9.0, 14.0, 40.0, 200.0))
        about, queue = _about(floor, call), chance.choice(("general", "of_east"))
        agent = chance.choice(("1001", "2001", "2002", "3001", "4001"))
        reason = chance.choice(("answered", "answered", "answered", "abandoned", "overflowed", "withdrawn"))
        story: list[Event] = [CallLeftQueue(**about, queue=queue, reason=reason, waited=waited)]
        if reason == "answered":
            story.append(TalkStarted(**about, agent=agent, leg="a", queue=queue, waited=waited))
            if chance.random() < 0.4:
                story += [CallHeld(**about, agent=agent), CallRetrieved(**about, agent=agent)]
            if chance.random() < 0.3:
                story.append(CallTransferred(**about, agent=agent, target="queue:general", kind="blind"))
            story.append(TalkEnded(**about, agent=agent, seconds=float(number), ended_by="agent"))
            if chance.random() < 0.6:
                key = chance.choice("12345")
                story.append(SatisfactionGiven(**about, agent=agent, key=key, score=6 - int(key)))
        await house.lived(call, *story)
        clock_of(floor).advance(chance.uniform(60, 900))
    house.books._behind = True
    await house.books.catch_up()
    again = House(floor)
    again.books._sequence = 0
    await again.books.catch_up()
    figures, period = figures_of(floor), figures_of(floor).period("this_year")
    async with floor.office.store.reading() as session:
        counts = {name: [await _plain(session, sql) for sql in pair] for name, pair in COUNTED.items()}
    for name, (numerator, denominator) in counts.items():
        now = (await figures.value(CITY, name, period)).total.now
        assert (now.numerator, now.denominator) == (numerator, denominator), name
        assert numerator, f"{name}: nothing was counted"
        rows = await figures.rows(CITY, name, "numerator", period, {}, 1, 100)
        assert rows.total == len(rows.items) == numerator, name
    by_agent = await figures.value(EAST, "agent_satisfaction", period, by=["agent"])
    assert {cell.by[0] for cell in by_agent.cells} <= {"2001", "2002", "4001"}, "her own people alone"
    west = (await figures.value(WEST, "agent_talks", period)).total.now.numerator
    async with floor.office.store.reading() as session:
        assert west == await session.scalar(text("SELECT count(*) FROM floor_talks WHERE agent = '3001'"))
    own = floor.agent("2001", "board.see")
    async with floor.office.store.reading() as session:
        mine = await session.scalar(text("SELECT count(*) FROM floor_talks WHERE agent = '2001'"))
    assert (await figures.value(own, "agent_talks", period)).total.now.numerator == mine
    assert (await figures.value(own, "queue_entered", period)).total.now.numerator == 0
    await house.journal.close()
    await again.journal.close()


class Planned:
    """A roster that plans one agent for eight hours, of which he was there one."""

    async def planned(self, agents: Collection[str], day: date) -> Mapping[str, DayPlan]:
        return {"2001": DayPlan(8 * 3600.0, 3600.0)} if "2001" in agents else {}


async def test_days_say_how_busy_agents_were_and_whether_they_kept_to_the_plan(sqlite_store: Store) -> None:
    floor = await floor_on(sqlite_store)
    days = AgentDays(floor.office, floor.identity.people, floor.acd, Archive(floor.acd.statistics, sqlite_store))
    clock_of(floor).advance(3600)
    floor.acd.request_state("2001", "break", "lunch")
    clock_of(floor).advance(1800)
    await days.write()
    days.roster = Planned()
    await days.write()
    async with sqlite_store.reading() as session:
        rows = {row.agent: row for row in await session.scalars(select(AgentDayRow))}
        assert not list(await session.scalars(select(TalkRow))) and not list(await session.scalars(select(VisitRow)))
    assert set(rows) == {"1001", "2001", "2002", "3001", "4001"}
    assert (rows["2001"].ready, rows["2001"].breaks, rows["2001"].signed_in) == (3600, 1800, 5400)
    assert (rows["2001"].planned, rows["2001"].kept, rows["2002"].planned) == (28800, 3600, None)
    figures = figures_of(floor)
    found = (await figures.value(CITY, "agent_adherence", figures.period("this_year"))).total.now
    assert found.value == pytest.approx(12.5)
    assert (await figures.value(WEST, "agent_adherence", figures.period("this_year"))).total.now.value is None
