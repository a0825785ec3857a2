"""A county with agents whose months are planned, on virtual time from Sunday, 1 March 2026."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from acd.simulator.day import Interval
from cti.base.bus import Bus
from cti.base.ids import new_id
from cti.base.scope import Scope
from cti.base.times.calendars import Calendars
from cti.base.visitor import Visitor
from cti.office.identity.models import PersonRow
from cti.office.identity.people import PersonData
from cti.office.jobs.service import Jobs
from cti.office.messages import Messages
from cti.office.messages.service import MessageSettings
from cti.office.records import Office
from cti.office.timers.service import Timers
from cti.store.engine import Store
from cti.testing.office import office_on
from workflow.roster.planning import Planning
from workflow.roster.rosters import RosterFields, Rosters, RosterView
from workflow.roster.settings import RosterSettings
from workflow.roster.shift_types import ShiftTypes
from workflow.roster.shifts import Shifts
from workflow.roster.table import Table
from workflow.roster.telling import Telling, offer

TYPE = """shift: day
title: 日班
slots:
  early: {title: 早班, begin: "08:00", end: "16:30", breaks: ["11:30-12:00"], need: {workday: 2, weekend: 1, holiday: 1}}
  night: {title: 夜班, begin: "22:00", end: "08:00", breaks: ["02:00-04:00"], need: {workday: 1, weekend: 1, holiday: 1}}
tests:
  - {name: 工作日, day: 2026-03-02, need: {early: 2}}
"""  # noqa: E501 # as people write it


@dataclass(slots=True)
class RosterTown:
    """What tests of the roster stand on."""

    office: Office
    store: Store
    planning: Planning
    rosters: Rosters
    shifts: Shifts
    table: Table
    telling: Telling
    messages: Messages
    jobs: Jobs
    agents: list[Visitor]
    leader: Visitor
    foreign: Visitor

    async def month(self, month: str = "2026-03") -> RosterView:
        """A new roster without shifts."""
        return await self.rosters.create(self.leader, RosterFields(month=month, types=["day"]))


async def roster_town(store: Store, folder: Path, agents: int = 5) -> RosterTown:
    """It, with people in the county east, whose leader plans, and a leader of the county west."""
    office = await office_on(store, "roster")
    clock = office.clock
    clock.advance(datetime(2026, 3, 1, 1, tzinfo=UTC).timestamp() - clock.wall().timestamp())  # type: ignore[attr-defined] # virtual
    people: list[Visitor] = []
    for at in range(agents + 1):
        data = PersonData(
            login=f"east{at}", name=f"座席{at}" if at else "班长", agent_no=str(2000 + at) if at else None,
            organisation="east", roles=["agent"] if at else ["supervisor"],
        )  # fmt: skip
        row = PersonRow(
            id=new_id(), login=data.login, name=data.name, agent_no=data.agent_no, organisation="east",
            roles=list(data.roles), password_hash="", created_at=clock.wall(), failures=0,
        )  # fmt: skip
        async with store.writing() as session:
            session.add(row)
        people.append(_visitor(row.id, data, at > 0))
    folder.mkdir(exist_ok=True)
    (folder / "day.yaml").write_text(TYPE, "utf-8")
    settings = RosterSettings(solver_seconds=2)
    types = ShiftTypes(None, Calendars(), settings.limits, folder)

    async def arrivals(queue: str, since: datetime, until: datetime) -> Sequence[Interval]:
        return []

    planning = Planning(types, types.calendars, settings, lambda number: (), arrivals)
    timers = Timers(store, clock, Bus())
    messages = Messages(store, clock, timers, MessageSettings())
    offer(messages)
    telling = Telling(messages)
    jobs = Jobs(store, clock, Bus())
    rosters = Rosters(office, planning, jobs, telling)
    shifts = Shifts(office, planning, telling)
    table = Table(rosters, shifts, {"annual": "年休假"})
    west = PersonData(login="w", name="西区班长", agent_no=None, organisation="west", roles=["supervisor"])
    return RosterTown(
        office, store, planning, rosters, shifts, table, telling, messages, jobs, people[1:], people[0],
        _visitor("01west", west, False),
    )  # fmt: skip


def _visitor(id: str, data: PersonData, own: bool) -> Visitor:
    scope = Scope(organisations=frozenset({data.organisation}), agent=data.agent_no if own else None)
    rights = {"roster.see", "roster.ask"} if own else {"*"}
    return Visitor(
        id, data.login, data.name, data.agent_no, data.organisation, "320404", permissions=frozenset(rights),
        scope=scope, address="10.1.2.3",
    )  # fmt: skip
