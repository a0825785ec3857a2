"""Agents of a city and a county with talks of some months, and all services of performance, on virtual time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from cti.base.bus import Bus
from cti.base.clock import VirtualClock
from cti.base.ids import new_id
from cti.base.scope import EVERYTHING, Scope
from cti.base.settings import MessageSettings
from cti.base.visitor import Visitor
from cti.office.figures import Figures, Period
from cti.office.figures.library import FigureLibrary
from cti.office.figures.rights import FIGURES
from cti.office.forms.library import FormLibrary
from cti.office.identity.models import AgentNumberRow, PersonRow
from cti.office.jobs.service import Jobs
from cti.office.messages import Messages
from cti.office.processes.service import Cases
from cti.office.records import Office
from cti.office.timers.service import Timers
from cti.office.workshop.owning import Owning
from cti.store.engine import Store
from cti.telephony.queue_titles import QueueTitles
from cti.testing.office import office_on
from cti.testing.tables import migrated
from tests.office import ROOT
from tests.workflow.tickets.delivered import Delivered
from tests.workflow.tickets.ticket_desk import TIME
from workflow.floor.books.facts import sources
from workflow.floor.models import AgentDayRow, TalkRow
from workflow.performance import telling
from workflow.performance.adjustments import Adjustments
from workflow.performance.appeals import Appeals
from workflow.performance.counting import Counting
from workflow.performance.exclusions import KIND, Exclusions
from workflow.performance.library import SchemeLibrary
from workflow.performance.models import ScoreRow
from workflow.performance.periods import Periods
from workflow.performance.scores import Scores
from workflow.performance.telling import Telling
from workflow.performance.views import PeriodFields, PeriodView, ScoreView

HERE = ROOT / "workflow" / "performance"
ROOMS = ("performance", "floor", "tickets")
"""One set of tables for all tests of performance: it is made once."""
PEOPLE = {"1001": "city", "1002": "city", "1003": "city", "2001": "east"}
FEBRUARY = datetime(2026, 2, 10, 2, 0, tzinfo=UTC)
NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
SCHEME = """
scheme: agents
title: 座席
of: agents
appeal_days: 5
kpis:
  talks: {title: 通话量, figure: agent_talks, better: more, weight: 40, zero: 0, full: 10}
  rated: {title: 满意率, figure: agent_satisfaction, weight: 40, zero: 0, full: 100}
  busy:
    title: 每小时通话
    figures: {talks: agent_talks, hours: agent_signed_in}
    formula: talks / hours
    better: more
    weight: 20
    zero: 0
    full: 10
tests: [{name: 满分, values: {talks: 10, rated: 100}, score: 100}]
"""


@cache
def floors_figures() -> FigureLibrary:
    """The figures of the floor as they are delivered: nobody changes them here, so they are read once."""
    library = FigureLibrary(None)
    for source in sources(QueueTitles(), {"": "未分组"}):
        library.offer(source)
    library.deliver(ROOT / "workflow" / "floor" / "figures")
    return library


@cache
def files() -> tuple[Delivered, FormLibrary]:
    """The processes and forms of performance, read once."""
    return Delivered(HERE / "processes"), FormLibrary(None, shipped=[HERE / "forms"])


async def with_tables(store: Store) -> None:
    """The tables of ROOMS, before somebody else's place of tests adds what it needs."""
    await migrated(store, [ROOT / "workflow" / name for name in ROOMS])


class PerformancePlace:
    """All services on one store."""

    def __init__(self, office: Office, folder: Path) -> None:
        self.office = office
        assert isinstance(office.clock, VirtualClock)
        self.clock, store, bus = office.clock, office.store, Bus()
        self.timers, self.jobs = Timers(store, self.clock, bus), Jobs(store, self.clock, bus)
        messages = Messages(store, self.clock, self.timers, MessageSettings())
        telling.offer(messages)
        owning = Owning("city", "320400", FIGURES)
        self.figures = Figures(store, self.clock, floors_figures(), owning, office.services)
        self.schemes = SchemeLibrary(self.figures, folder / "schemes")
        self.publish(SCHEME)
        self.counting = Counting(office, self.figures, self.schemes)
        tells = Telling(messages)
        self.periods = Periods(office, self.schemes, self.counting, self.figures, self.jobs, self.timers, tells)
        self.timers.register(self.periods.over)
        self.scores = Scores(office, self.counting)
        self.adjustments = Adjustments(office, self.scores, tells)
        processes, forms = files()
        self.cases = Cases(store, self.clock, office.audit, self.timers, processes, lambda *_: TIME, forms)
        tickets: Any = SimpleNamespace(query=SimpleNamespace, find=self._tickets)
        self.exclusions = Exclusions(office, self.cases, self.scores, self.counting, tickets, tells)
        self.cases.about(KIND, self.exclusions.facts, self.exclusions.hear)
        self.appeals = Appeals(office, self.scores, self.periods, self.counting, self.figures, tells)

    async def _tickets(self, visitor: Visitor, query: Any) -> Any:
        return SimpleNamespace(items=[])

    def publish(self, text: str) -> None:
        """Put a scheme into effect."""
        self.schemes.publish(text, author="test", message="")

    async def talked(self, agent: str, ratings: str, at: datetime = FEBRUARY) -> list[str]:
        """Talks with these ratings (a blank is none); returns the calls."""
        calls = [new_id() for _ in ratings]
        async with self.office.store.writing() as session:
            session.add_all(
                TalkRow(
                    id=new_id(), call=call, agent=agent, group="", queue="", half_hour="09:00",
                    began_at=at + timedelta(minutes=number), seconds=60.0, waited=1.0, holds=0, held=0.0,
                    transferred="", rating=rating.strip(), outgoing=False, organisation=PEOPLE[agent], region="320400",
                )
                for number, (call, rating) in enumerate(zip(calls, ratings, strict=True))
            )  # fmt: skip
        return calls

    async def signed_in(self, agent: str, hours: float, at: datetime = FEBRUARY) -> None:
        """A day of an agent."""
        async with self.office.store.writing() as session:
            session.add(
                AgentDayRow(
                    id=new_id(), agent=agent, group="", day=at, signed_in=hours * 3600, ready=0.0, occupied=0.0,
                    wrapup=0.0, breaks=0.0, offered=0, answered=0, planned=None, kept=None,
                    organisation=PEOPLE[agent], region="320400",
                )
            )  # fmt: skip

    async def counted(self, visitor: Visitor, scheme: str = "agents", month: str = "2026-02") -> PeriodView:
        """A period, begun and counted."""
        made = await self.periods.create(visitor, PeriodFields(scheme=scheme, month=month))
        return await self.recounted(visitor, made.id)

    async def recounted(self, visitor: Visitor, id: str, *, renew: bool = False) -> PeriodView:
        """Counted as its job does it."""
        found = await self.periods.calculate(visitor, id, renew=renew)
        assert found.state == "counting"
        async with self.office.store.reading() as session:
            row = await self.periods.row(session, visitor, id)
        await self.periods.job.work({"period": id, "counting": row.counting})
        return await self.periods.get(visitor, id)

    async def scored(self, visitor: Visitor, period: str = "") -> dict[str, ScoreView]:
        """The scores that a visitor sees, by name."""
        query: Any = self.scores.query
        found = await self.scores.find(visitor, query(period=period) if period else query())
        return {one.agent: one for one in found.items}

    async def row(self, id: str) -> ScoreRow:
        """A score as it is stored."""
        async with self.office.store.reading() as session:
            return await session.get_one(ScoreRow, id)

    async def value(self, agent: str, figure: str) -> float | None:
        """A figure of an agent as boards and reports have it."""
        period = Period.around("month", FEBRUARY.date())
        return (await self.figures.value(BOSS, figure, period, where={"agent": agent})).total.now.value


def person(name: str, organisation: str = "city", *rights: str, number: str | None = None) -> Visitor:
    """Somebody with these rights, all when none are given."""
    scope = EVERYTHING if organisation == "city" else Scope(organisations=frozenset({organisation}))
    if number:
        scope = Scope(organisations=frozenset({organisation}), agent=number)
    return Visitor(
        f"01{name}", name, name, number, organisation, "320400", permissions=frozenset(rights or {"*"}), scope=scope,
    )  # fmt: skip


BOSS, OTHER, EAST = person("boss"), person("other"), person("east", "east")
AGENT = person("1001", "city", "performance.see", number="1001")
"""The agent 1001, who sees his own alone."""
SCORED_BOSS = replace(BOSS, person="011001", agent_no="1001")
"""All rights, and scored himself."""


async def performance_on(store: Store, folder: Path) -> PerformancePlace:
    """In March, with an agent in east and three in the city, of whom 1003 has left and given his number back."""
    office = await office_on(store, *ROOMS)
    assert isinstance(office.clock, VirtualClock)
    office.clock.advance((NOW - office.clock.wall()).total_seconds())
    async with store.writing() as session:
        for number, organisation in PEOPLE.items():
            gone = number == "1003"
            session.add(
                PersonRow(
                    id=f"01{number}", login=f"a{number}", name=f"座席{number}", agent_no=None if gone else number,
                    organisation=organisation, roles=[], password_hash="", created_at=FEBRUARY,
                    disabled_at=NOW if gone else None, version=1,
                )
            )  # fmt: skip
        await session.flush()
        for number in PEOPLE:
            taken = FEBRUARY + timedelta(days=5) if number == "1003" else None
            given = FEBRUARY - timedelta(days=90)
            session.add(
                AgentNumberRow(id=new_id(), number=number, given_at=given, person=f"01{number}", taken_at=taken)
            )
    return PerformancePlace(office, folder)
