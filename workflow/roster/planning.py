"""A roster's month as the problem that solvers take, and as what its table is explained by."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from acd.simulator.day import Interval
from cti.base.refusal import Conflict
from cti.base.times.business_time import ZONE
from cti.base.times.calendars import Calendars
from workflow.roster.models import RosterRow, ShiftRow
from workflow.roster.needs import Curve, curve_of, days_of, needs_of, slots_of
from workflow.roster.settings import RosterSettings
from workflow.roster.shift_types import ShiftType, ShiftTypes
from workflow.roster.solving.problem import Given, Limit, Need, Problem, Slot
from workflow.roster.staff import NEAR, OFF, Employee, Skills, as_person, employees, leave_days, shifts_of, wishes_of

Arrivals = Callable[[str, datetime, datetime], Awaitable[Sequence[Interval]]]
"""The calls that a queue had in each half hour of a period."""


@dataclass(frozen=True, slots=True)
class Month:
    """A month of a roster: the problem, its people, and the shifts that it has now."""

    problem: Problem
    people: tuple[Employee, ...]
    shifts: tuple[ShiftRow, ...]

    @property
    def given(self) -> list[Given]:
        """The shifts as solvers give them, of slots that its shift types have still."""
        known = self.problem.by_key
        return [Given(one.person, one.day, one.slot) for one in self.shifts if one.slot in known]


class Planning:
    """Reads what a month is planned by. `settings` are taken anew when they change."""

    def __init__(
        self, types: ShiftTypes, calendars: Calendars, settings: RosterSettings, skills: Skills, arrivals: Arrivals
    ) -> None:
        self.types, self.calendars, self.settings, self.skills = types, calendars, settings, skills
        self._arrivals = arrivals

    def types_of(self, row: RosterRow) -> list[ShiftType]:
        """The published shift types of a roster, those that are still there."""
        return [self.types.current(name).head for name in row.types if name in self.types.names]

    async def curves(self, types: Sequence[ShiftType], now: datetime) -> dict[str, Curve]:
        """The curves of shift types that go by a forecast. Conflict when the queue had no calls."""
        found = {}
        for one in types:
            if one.forecast is not None:
                since = now - timedelta(weeks=one.forecast.weeks)
                arrivals = await self._arrivals(one.forecast.queue, since, now)
                if not arrivals:
                    words = (
                        f"“{one.title}”按话务预测排班，但队列“{one.forecast.queue}”近 {one.forecast.weeks} 周没有来电"
                    )
                    raise Conflict("no_arrivals", f"{words}，请先在排班类型中写明人数")
                found[one.shift] = curve_of(arrivals, one.forecast, self.calendars)
        return found

    def slots_and_needs(
        self, row: RosterRow, people: Sequence[Employee], curves: dict[str, Curve]
    ) -> tuple[list[Slot], list[Need]]:
        """Of a roster's month."""
        types = self.types_of(row)
        numbers = {one.agent_no: one.id for one in people if one.agent_no}
        return slots_of(types, numbers), needs_of(types, days_of(row.month), self.calendars, curves)

    async def month(self, session: AsyncSession, row: RosterRow, now: datetime, *, tied: bool = False) -> Month:
        """All of it. With `tied` the shifts put in by hand are settled, and so are all of days that are over."""
        days = days_of(row.month)
        first, last = days[0], days[-1]
        own = list(
            await session.scalars(
                select(ShiftRow).where(ShiftRow.roster == row.id).order_by(ShiftRow.day, ShiftRow.begins_at)
            )
        )
        people = await employees(session, row.organisation, self.settings, self.skills, {one.person for one in own})
        ids = [one.id for one in people]
        around = await shifts_of(session, ids, first - NEAR, last + NEAR)
        away = await leave_days(session, ids, first, last)
        wishes = await wishes_of(session, ids, first, last)
        slots, needs = self.slots_and_needs(row, people, await self.curves(self.types_of(row), now))
        known, today = {one.key for one in slots}, now.astimezone(ZONE).date()
        settled = [one for one in own if tied and one.slot in known and (one.tied or one.day < today)]
        given = {one.id for one in own if one.slot in known}
        problem = Problem(
            first=first,
            days=len(days),
            limits=Limit(**self.settings.limits.model_dump()),
            slots=tuple(slots),
            needs=tuple(needs),
            people=tuple(
                as_person(
                    one,
                    days,
                    away=away.get(one.id, {}),
                    wishes=wishes.get(one.id, {}),
                    # Those of this roster's own slots are planned; any other shift of his is as it is.
                    around=[shift for shift in around.get(one.id, []) if shift.id not in given],
                    tied={shift.day: shift.slot for shift in settled if shift.person == one.id},
                    settings=self.settings,
                    calendars=self.calendars,
                )
                for one in people
            ),
            weekends=frozenset(day for day in days if not self.calendars.is_workday(day)),
            seconds=float(self.settings.solver_seconds),
        )
        return Month(problem, tuple(people), tuple(own))

    def wish_titles(self) -> dict[str, str]:
        """What somebody can wish for a day: to be free, or a slot of a shift type."""
        slots = {
            f"{one.head.shift}.{name}": f"{slot.title}（{one.title} {slot.begin}-{slot.end}）"
            for one in self.types.files.values()
            for name, slot in one.head.slots.items()
        }
        return {OFF: "休息", **slots}
