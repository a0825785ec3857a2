"""What agents' days learn of the roster: the seconds for which each was planned, and those that he kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta

from cti.base.times.business_time import ZONE
from cti.office.identity.people import People
from workflow.floor.books.days import DayPlan
from workflow.roster.attendance.adherence import Kept, compared, cut, planned_spans
from workflow.roster.attendance.book import Attendance
from workflow.roster.attendance.presence import stretches
from workflow.roster.staff import leave_days, shifts_of


class PlannedAgents:
    """What `AgentDays` asks, by agent number."""

    def __init__(self, people: People, attendance: Attendance) -> None:
        self._people, self._attendance = people, attendance

    async def planned(self, agents: Collection[str], day: date) -> Mapping[str, DayPlan]:
        """Of who has a shift on a day that has begun; of today what is over. A night's shift counts on both days."""
        known = await self._people.some_agents(agents)
        found = await day_kept(self._attendance, [one.id for one in known.values()], day)
        return {
            number: DayPlan(found[one.id].planned, found[one.id].kept)
            for number, one in known.items()
            if one.id in found
        }


async def day_kept(attendance: Attendance, people: Collection[str], day: date) -> dict[str, Kept]:
    """What was planned of a day by published rosters, as far as it is over, and kept; without who was on leave."""
    begin = datetime(day.year, day.month, day.day, tzinfo=ZONE)
    end = min(begin + timedelta(days=1), attendance.office.clock.wall())
    before = day - timedelta(days=1)
    async with attendance.office.store.reading() as session:
        shifts = await shifts_of(session, people, before, day)
        rows = await attendance.published(session, [row for some in shifts.values() for row in some])
        away = await leave_days(session, people, before, day)
        present = await stretches(session, people, begin, end)
    sums: dict[str, Kept] = {}
    for row in rows:
        if row.day in away.get(row.person, {}):
            continue
        spans = planned_spans(row.begins_at, row.ends_at, row.day, attendance.pauses(row.slot))
        one = compared(cut(spans, begin, end), present.get(row.person, ()))
        if one.planned > 0:
            sums[row.person] = sums.get(row.person, Kept()) + one
    return sums
