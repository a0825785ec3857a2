"""Starts the roster: shift types as files, months that are generated, their table."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from acd.reports.archive import Archive
from acd.service import Acd
from acd.simulator.day import Interval
from cti.base.events import AgentStateChanged, PersonChanged
from cti.base.http.topics import Nothing
from cti.base.times.calendars import Calendars
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
from workflow.roster.attendance.days import PlannedAgents
from workflow.roster.attendance.following import Following
from workflow.roster.attendance.on_duty import DutyNow
from workflow.roster.attendance.presence import Presence
from workflow.roster.balances import Balances
from workflow.roster.duty_log import DutyLog
from workflow.roster.leave_kinds import TITLES
from workflow.roster.leaves import Leaves
from workflow.roster.leaving import Leaving
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
from workflow.roster.topics import DUTY, DutyChanged

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
    attendance = Attendance(office, settings, types.pauses)
    now = DutyNow(attendance, lambda: {one.agent: (one.state, one.since) for one in acd.agents()})
    leaves = Leaves(office, calendars, telling)
    for followers in (rosters.followers, shifts.followers):
        followers.append(attendance.follow_shifts)
    leaves.followers.append(attendance.follow_leave)
    table = Table(rosters, shifts, TITLES)
    leaving = Leaving(shifts, telling)

    def person_changed(event: PersonChanged) -> None:
        if event.change == "disabled":
            host.task(leaving.closed(event.person), "free the shifts of a closed account")

    host.listen(PersonChanged, person_changed)
    own = routes(rosters, table, Terms(office, leaving), Wishes(office, planning.wish_titles))
    asked = requests(Swaps(office, shifts, telling), leaves, Balances(office, leaves))
    kept = attended(attendance, now, Corrections(office, attendance, telling), DutyLog(office))
    files = ShiftTypesApi(desk, types, host.clock).routes()
    host.on_stop(host.need(Web).add([*own, *asked, *kept, *files]))
    await _follow(host, acd, attendance)
    host.task(watch(types, RIGHTS.title, host.bus, host.clock), "watch shift types")


async def _follow(host: Host, acd: Acd, attendance: Attendance) -> None:
    """Attendance follows phones and time; agents' days learn what was planned and kept."""
    people, schedule = host.need(People), host.need(Schedule)
    presence = Presence(attendance.office.store)
    tell = host.live(DUTY, lambda visitor: Nothing())

    def told(organisation: str, region: str) -> None:
        tell(organisation, DutyChanged(organisation=organisation, region=region))

    following = Following(people, attendance, presence, told)
    host.listen(AgentStateChanged, following.hear)
    await following.begin([(one.agent, one.state) for one in acd.agents()], host.clock.wall())
    host.task(following.run(), "follow agents' states")

    async def pass_time(session: AsyncSession, at: datetime) -> None:
        await presence.pass_time(session, at)
        await attendance.pass_time(session, at)

    await schedule.every(PASSING, "考勤结果更新", "*/5 * * * *", pass_time)
    host.on_stop(lambda: schedule.stop(PASSING))

    def adhered(days: AgentDays) -> Callable[[], None]:
        days.roster = PlannedAgents(people, attendance)

        def undo() -> None:
            days.roster = None

        return undo

    host.when(AgentDays, adhered)
