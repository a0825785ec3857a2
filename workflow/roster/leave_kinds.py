"""Kinds of leave, and how many days of it there are in which year: pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from cti.base.times.calendars import Calendars
from cti.office.screens import form
from workflow.roster.rules import ASKED_STATES


@dataclass(frozen=True, slots=True)
class LeaveKind:
    """A kind of leave: counted in working days or in calendar days, and from a balance or not."""

    title: str
    working: bool = True
    balanced: bool = False


KINDS: Mapping[str, LeaveKind] = {
    "annual": LeaveKind("年休假", balanced=True),
    "compensatory": LeaveKind("调休", balanced=True),
    "sick": LeaveKind("病假"),
    "personal": LeaveKind("事假"),
    "marriage": LeaveKind("婚假"),
    "maternity": LeaveKind("产假", working=False),
    "paternity": LeaveKind("护理假", working=False),
    "bereavement": LeaveKind("丧假"),
    "public": LeaveKind("公假"),
}
"""Annual leave: 职工带薪年休假条例 (State Council Order 514); maternity: 女职工劳动保护特别规定 art. 7."""
TITLES = {name: one.title for name, one in KINDS.items()}
BALANCED = {name: one.title for name, one in KINDS.items() if one.balanced}
STATES = {name: title for name, title in ASKED_STATES.items() if name not in ("agreed", "declined")} | {
    "asked": "待审批"
}
KIND_OPTIONS = form(kind="choice", options=TITLES)


def counted(kind: str, begins: date, ends: date, calendars: Calendars) -> dict[int, float]:
    """The days of leave by year: working days of the house's calendar, or all days."""
    found: dict[int, float] = {}
    for at in range((ends - begins).days + 1):
        day = begins + timedelta(days=at)
        if not KINDS[kind].working or calendars.is_workday(day):
            found[day.year] = found.get(day.year, 0.0) + 1
    return found
