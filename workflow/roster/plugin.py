"""Starts the roster: shift types as files, months that are generated, their table."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

from acd.reports.archive import Archive
from acd.service import Acd
from acd.simulator.day import Interval
from cti.base.calendars import Calendars
from cti.base.events import AgentStateChanged
from cti.office.identity.people import People
from cti.office.jobs.service import Jobs
from cti.office.messages import Messages
from cti.office.records import Office
from cti.office.timers.schedule import Schedule
from cti.office.workshop.owning import Owning
from cti.office.workshop.service import Workshop
from cti.office.workshop.watching import watch
from cti.plugins import Host
from cti.web.host import Web
from workflow.floor.books.days import AgentDays
from workflow.roster.api import attended, requests, routes
from workflow.roster.attendance.book import Attendance
from workflow.roster.attendance.corrections import Corrections
from workflow.roster.balances import Balances
from workflow.roster.duty_log import DutyLog
from workflow.roster.leave_kinds import TITLES
from workflow.roster.leaves import Leaves
from workflow.roster.planning import Planning
from workflow.roster.rosters import Rosters
from workflow.roster.settings import RosterSettings
from workflow.roster.shift_types import FILES, ShiftTypeFile, ShiftTypes
from workflow.roster.shift_types_api import RIGHTS, ShiftTypesApi
from workflow.roster.shifts import Shifts
from workflow.roster.swaps import Swaps
from workflow.roster.table import Table
from workflow.roster.telling import Telling, offer
from workflow.roster.terms import Terms, Wishes

PASSING = "roster.attendance"
SHIPPED = Path(__file__).parent / FILES


async def setup(host: Host) -> None:
    """Offer Rosters and Shifts."""
    office, acd, jobs, messages = host.need(Office), host.need(Acd), host.need(Jobs), host.need(Messages)
    calendars = host.need(Calendars)

    def use(found: RosterSettings) -> None:
        planning.settings, types.limits, attendance.settings = found, found.limits, found

    settings = host.section(RosterSettings, use)
    types = await asyncio.to_thread(ShiftTypes, host.data / FILES, calendars, settings.limits, SHIPPED)
    archive = Archive(acd.statistics, office.store)

    async def arrivals(queue: str, since: datetime, until: datetime) -> Sequence[Interval]:
        return [Interval(one.begin, one.figures.entered) for one in await archive.intervals(since, until, queue)]

    def skills(number: str) -> Collection[str]:
        return acd.matching.agent(number).settings.skills

    planning = Planning(types, calendars, settings, skills, arrivals)
    desk: Workshop[ShiftTypeFile] = Workshop(
        types, host.clock, office.store, office.audit, Owning(office.organisation, office.region, RIGHTS)
    )
    host.on_stop(offer(messages))
    telling = Telling(messages)
    rosters = Rosters(office, planning, jobs, telling)
    host.on_stop(jobs.register(rosters.job))
    shifts = Shifts(office, planning, telling)
    host.provide(Rosters, rosters)
    host.provide(Shifts, shifts)
    attendance = Attendance(office, settings)
    leaves = Leaves(office, calendars, telling)
    for followers in (rosters.followers, shifts.followers):
        followers.append(attendance.follow_shifts)
    leaves.followers.append(attendance.follow_leave)
    table = Table(rosters, shifts, TITLES)
    own = routes(rosters, table, Terms(office), Wishes(office, planning.wish_titles))
    asked = requests(Swaps(office, shifts, telling), leaves, Balances(office, leaves))
    kept = attended(attendance, Corrections(office, attendance, telling), DutyLog(office))
    files = ShiftTypesApi(desk, types, host.clock).routes()
    host.on_stop(host.need(Web).add([*own, *asked, *kept, *files]))
    await _follow(host, attendance)
    host.task(watch(types, RIGHTS.title, host.bus, host.clock), "watch shift types")


async def _follow(host: Host, attendance: Attendance) -> None:
    """Attendance follows phones and time; agents' days learn what was planned."""
    people, schedule = host.need(People), host.need(Schedule)
    signed_in: set[str] = set()

    async def phoned(event: AgentStateChanged, kind: str) -> None:
        if (person := await people.agent(event.agent)) is not None:
            await attendance.phoned(person.id, kind, event.at)

    def changed(event: AgentStateChanged) -> None:
        here = event.state != "signed_out"
        if here != (event.agent in signed_in):
            (signed_in.add if here else signed_in.discard)(event.agent)
            host.task(phoned(event, "in" if here else "out"), "write down a sign-in")

    host.listen(AgentStateChanged, changed)
    await schedule.every(PASSING, "考勤结果更新", "*/5 * * * *", attendance.pass_time)
    host.on_stop(lambda: schedule.stop(PASSING))

    def adhered(days: AgentDays) -> Callable[[], None]:
        days.roster = PlannedAgents(people, attendance)

        def undo() -> None:
            days.roster = None

        return undo

    host.when(AgentDays, adhered)


class PlannedAgents:
    """What `AgentDays` asks: the seconds for which agents are planned on a day, by their numbers."""

    def __init__(self, people: People, attendance: Attendance) -> None:
        self._people, self._attendance = people, attendance

    async def planned(self, agents: Collection[str], day: date) -> Mapping[str, float]:
        """By agent number; who has no shift is left out."""
        known = await self._people.some_agents(agents)
        found = await self._attendance.planned_seconds([one.id for one in known.values()], day)
        return {number: found[one.id] for number, one in known.items() if one.id in found}
