"""Who can be planned in a month, and what he is bound by: terms, skills, leave, wishes, shifts before and after."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.times.business_time import ZONE
from cti.base.times.calendars import Calendars
from cti.office.identity.directory import Person as Known
from cti.office.identity.directory import people_of
from workflow.roster.limits import DAY, Worked
from workflow.roster.models import LeaveRow, ShiftRow, TermsRow, WishRow
from workflow.roster.settings import RosterSettings
from workflow.roster.solving.problem import Person

NEAR = timedelta(days=15)
"""So far before and after a month shifts count for what is in a row and for weeks."""
OFF = "off"
Skills = Callable[[str], Collection[str]]
"""The skills of an agent number, as the queues know them."""


@dataclass(frozen=True, slots=True)
class Employee:
    """Somebody of an organisation who is planned."""

    id: str
    name: str
    agent_no: str
    week_hours: float
    joined: date | None
    left: date | None
    nights: bool
    skills: frozenset[str]
    here: bool = True
    """Whether he belongs to the organisation now, with an open account."""

    def employed(self, day: date) -> bool:
        """Whether he works here on a day; the day on which he leaves is his last."""
        return (self.joined is None or day >= self.joined) and (self.left is None or day <= self.left)


async def employees(
    session: AsyncSession, organisation: str, settings: RosterSettings, skills: Skills, ids: Collection[str] = ()
) -> list[Employee]:
    """The people of an organisation who talk or have terms, by number and name; with `ids` also these, if they left."""
    known = {one.id: one for one in await people_of(session, organisation, ids)}
    wanted = select(TermsRow).where(TermsRow.person.in_(list(known)), TermsRow.removed_at.is_(None))
    terms = {row.person: row for row in await session.scalars(wanted)}
    found = [
        _employee(row, terms.get(row.id), settings, skills, organisation)
        for row in known.values()
        if row.id in ids or (terms[row.id].planned if row.id in terms else row.agent_no)
    ]
    return sorted(found, key=lambda one: (one.agent_no, one.name))


def _employee(
    row: Known, terms: TermsRow | None, settings: RosterSettings, skills: Skills, organisation: str
) -> Employee:
    here = row.organisation == organisation and not row.disabled
    own = frozenset(skills(row.agent_no) if row.agent_no else ())
    if terms is None:
        return Employee(row.id, row.name, row.agent_no or "", settings.week_contract, None, None, True, own, here)
    return Employee(
        row.id, row.name, row.agent_no or "", terms.week_hours, terms.joined, terms.left, terms.nights,
        own | frozenset(terms.skills), here,
    )  # fmt: skip


def worked(row: ShiftRow) -> Worked:
    """A stored shift as the rules see it."""
    begin = row.begins_at.astimezone(ZONE)
    first = (begin.date() - row.day).days * DAY + begin.hour * 60 + begin.minute
    return Worked(row.day, first, first + int((row.ends_at - row.begins_at).total_seconds() // 60), row.minutes)


async def leave_days(
    session: AsyncSession, people: Collection[str], first: date, last: date, states: Sequence[str] = ("approved",)
) -> dict[str, dict[date, LeaveRow]]:
    """The days of leave of each person within a period."""
    wanted = select(LeaveRow).where(
        LeaveRow.person.in_(list(people)), LeaveRow.state.in_(states), LeaveRow.removed_at.is_(None),
        LeaveRow.begins <= last, LeaveRow.ends >= first,
    )  # fmt: skip
    found: dict[str, dict[date, LeaveRow]] = {}
    for row in await session.scalars(wanted):
        day = max(row.begins, first)
        while day <= min(row.ends, last):
            found.setdefault(row.person, {})[day] = row
            day += timedelta(days=1)
    return found


async def shifts_of(
    session: AsyncSession, people: Collection[str], first: date, last: date
) -> dict[str, list[ShiftRow]]:
    """The shifts of people on the days of a period, in order."""
    wanted = select(ShiftRow).where(ShiftRow.person.in_(list(people)), ShiftRow.day >= first, ShiftRow.day <= last)
    found: dict[str, list[ShiftRow]] = {}
    for row in await session.scalars(wanted.order_by(ShiftRow.begins_at)):
        found.setdefault(row.person, []).append(row)
    return found


async def wishes_of(
    session: AsyncSession, people: Collection[str], first: date, last: date
) -> dict[str, dict[date, str]]:
    """The wishes of people for the days of a period."""
    wanted = select(WishRow).where(
        WishRow.person.in_(list(people)), WishRow.day >= first, WishRow.day <= last, WishRow.removed_at.is_(None)
    )
    found: dict[str, dict[date, str]] = {}
    for row in await session.scalars(wanted):
        found.setdefault(row.person, {})[row.day] = row.wish
    return found


def target(employee: Employee, days: Sequence[date], away: Collection[date], calendars: Calendars) -> int:
    """The minutes of his contract in these days: a fifth of his week for each workday on which he is there."""
    there = [day for day in days if calendars.is_workday(day) and employee.employed(day) and day not in away]
    return round(employee.week_hours * 60 / 5 * len(there))


def as_person(
    employee: Employee,
    days: Sequence[date],
    *,
    away: Collection[date],
    wishes: Mapping[date, str],
    around: Sequence[ShiftRow],
    tied: Mapping[date, str],
    settings: RosterSettings,
    calendars: Calendars,
) -> Person:
    """Somebody as the solver takes him; `around` are his shifts on other days than these."""
    minutes = target(employee, days, away, calendars)
    return Person(
        id=employee.id,
        name=employee.name,
        target=minutes,
        most=minutes + int(settings.limits.month_overtime * 60),
        skills=employee.skills,
        nights=employee.nights,
        away=frozenset({*away, *(day for day in days if not employee.employed(day))}),
        off=frozenset(day for day, wish in wishes.items() if wish == OFF),
        wanted={day: wish for day, wish in wishes.items() if wish != OFF},
        before=tuple(worked(row) for row in around),
        tied=dict(tied),
    )
