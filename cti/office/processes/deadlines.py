"""Deadlines of cases in their table, with a timer each for the warning and for the end: worked out from the events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Select, bindparam, delete, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import flag_modified

from cti.base.times.working_time import WorkingTime
from cti.office.deadlines.deadline import Deadline, DeadlineEvent, deadline_of
from cti.office.processes.case import Case
from cti.office.processes.definition import ClockRule
from cti.office.processes.house import House
from cti.office.processes.models import CaseDeadlineRow
from cti.office.processes.time_limits import TimeLimit, in_order
from cti.office.processes.watching import Marks, Watching
from cti.office.timers.service import Timers
from cti.store.reading import beside_others

WARN, DUE = "case.warn", "case.due"
"""Kinds of timers; their key is `case:clock`."""


@dataclass(frozen=True, slots=True)
class About:
    """What a case is about, for its marks: the kind of record, and what expressions read of it."""

    kind: str
    facts: Mapping[str, Any]


NOTHING = About("", {})
_OF_ROOT = (
    select(CaseDeadlineRow).where(CaseDeadlineRow.root == bindparam("root")).execution_options(populate_existing=True)
)


_TURN = ("state", "started_at", "warn_at", "due_at", "warned", "missed", "ended_at")
"""What changes of a row as its time goes on."""
Colour = Literal["green", "yellow", "red"]


@dataclass(frozen=True, slots=True)
class Standing:
    """A time limit as it is: its deadline, when it turns yellow (nearly overdue) and red, which is at its end or later.

    While it stands still, these are what they would be without the pause.
    """

    deadline: Deadline
    yellow_at: datetime
    red_at: datetime

    @property
    def warn_at(self) -> datetime | None:
        """When it is nearly overdue; None while it stands still or has ended."""
        return self.yellow_at if self.deadline.runs else None

    def colour(self, now: datetime) -> Colour:
        """Its card: of one that ended, or stands still, the one that it had then."""
        at = self.deadline.stopped_at or self.deadline.paused_at or now
        return "red" if at > self.red_at else "yellow" if at >= self.yellow_at else "green"


def standing(events: Sequence[DeadlineEvent], marks: Marks, time: WorkingTime) -> Standing:
    """Work one out from what happened to it: the same events, marks and calendar always give the same."""
    found = deadline_of(events, time)
    yellow, red = (_moved(found, found.seconds * (share - 1), time) for share in (marks.yellow, marks.red))
    return Standing(found, yellow, red)


def _moved(found: Deadline, seconds: float, time: WorkingTime) -> datetime:
    """So much time after its end, or before it, as its limit counts."""
    if not seconds:
        return found.due
    if found.limit.unit.is_working:
        return time.add(found.due, seconds) if seconds > 0 else time.before(found.due, -seconds)
    return datetime.fromtimestamp(found.due.timestamp() + seconds, found.due.tzinfo)


class CaseDeadlines:
    """Writes them in the transaction of the change that they follow from."""

    def __init__(self, house: House, timers: Timers, watching: Watching | None = None) -> None:
        self._house = house
        self._timers = timers
        self._watching = watching or Watching()

    async def follow(
        self, session: AsyncSession, root: str, cases: Mapping[str, Case], now: datetime, about: About = NOTHING,
        before: Mapping[str, Case] | None = None,
    ) -> list[TimeLimit]:  # fmt: skip
        """Bring the deadlines of changed cases, and their timers, into line with what happened.

        Those to which nothing has happened since the cases were as `before`, if that is said, stay as they are. Returns
        those of the whole family as they are now. Rows go with the session's next flush.
        """
        known = await self._known(session, root)
        dues: dict[tuple[str, str], datetime | None] = {}
        for case in cases.values():
            process = self._house.revision(case.process, case.revision)
            for clock in case.clocks:
                row = known.get((case.id, clock))
                if row is not None and before is not None and _same(before.get(case.id), case, clock):
                    continue
                rule = process.clocks[clock]
                at = self._standing(rule, case, clock, about)
                if row is None:
                    row = known[case.id, clock] = CaseDeadlineRow(case_id=case.id, clock=clock, root=root)
                    session.add(row)
                was = row.state
                self._fill(row, case, rule, at, now)
                _together(session, row)
                # Of one that had ended before there is no timer.
                if not was == row.state == "ended":
                    near, over = _timers(row, rule, at.red_at, now)
                    key = f"{case.id}:{clock}"
                    dues[WARN, key], dues[DUE, key] = near, over
        await self._timers.set_each(session, dues)
        return in_order(known.values())

    def _standing(self, rule: ClockRule, case: Case, clock: str, about: About) -> Standing:
        marks = self._watching.marks(about.kind, about.facts, case, clock, rule)
        if rule.then is not None:
            # At the end the house acts: that must not come later than the process says.
            marks = Marks(marks.yellow)
        time = self._house.working_time(rule.calendar, case.region, case.organisation)
        return standing(case.clocks[clock], marks, time)

    async def recompute(
        self, session: AsyncSession, cases: Mapping[str, Case], now: datetime, about: About = NOTHING
    ) -> list[str]:
        """Which deadlines in the table are not what the events say; none, unless somebody changed the table."""
        known = {key: row for one in cases.values() for key, row in (await self._known(session, one.id)).items()}
        wrong = []
        for case in cases.values():
            process = self._house.revision(case.process, case.revision)
            for clock in case.clocks:
                rule = process.clocks[clock]
                at = self._standing(rule, case, clock, about)
                row = known.get((case.id, clock))
                if row is None or (row.due_at, row.state) != (at.deadline.due, _state(at.deadline)):
                    wrong.append(f"{case.id}:{clock}")
        return wrong

    async def forget(self, session: AsyncSession, root: str) -> None:
        """Remove what stands of a case that is removed."""
        rows = (await session.scalars(select(CaseDeadlineRow).where(CaseDeadlineRow.root == root))).all()
        keys = [f"{row.case_id}:{row.clock}" for row in rows]
        for kind in (WARN, DUE):
            await self._timers.drop(session, kind, *keys)
        await session.execute(delete(CaseDeadlineRow).where(CaseDeadlineRow.root == root))

    @staticmethod
    async def _known(session: AsyncSession, root: str) -> dict[tuple[str, str], CaseDeadlineRow]:
        with beside_others(session, CaseDeadlineRow):
            rows = await session.scalars(_OF_ROOT, {"root": root})
        return {(row.case_id, row.clock): row for row in rows}

    @staticmethod
    def _fill(row: CaseDeadlineRow, case: Case, rule: ClockRule, at: Standing, now: datetime) -> None:
        found = at.deadline
        row.organisation, row.region, row.holder, row.title = case.organisation, case.region, case.holder, rule.title
        row.state, row.started_at, row.due_at = _state(found), found.started_at, found.due
        row.warn_at, row.ended_at = at.warn_at, found.stopped_at
        # What lies ahead again is told again; what was told and stays past is not.
        row.warned = bool(row.warned) and (at.warn_at is None or at.warn_at <= now)
        row.missed = rule.watched and at.colour(now) == "red" and (bool(row.missed) or found.stopped_at is not None)

    @staticmethod
    async def went_off(session: AsyncSession, keys: Sequence[str], kind: str, now: datetime) -> list[CaseDeadlineRow]:
        """Note of deadlines that they are near or missed; those of which it is so no more are left out."""
        rows = await session.scalars(_named(keys).execution_options(populate_existing=True))
        known = {f"{row.case_id}:{row.clock}": row for row in rows}
        return [row for key in keys if (row := known.get(key)) is not None and _turns(row, kind, now)]

    @staticmethod
    def roots(keys: Sequence[str]) -> Select[tuple[str]]:
        """The families of these deadlines."""
        return _named(keys).with_only_columns(CaseDeadlineRow.root)


def _named(keys: Sequence[str]) -> Select[tuple[CaseDeadlineRow]]:
    pairs = [tuple(key.split(":", 1)) for key in keys]
    return select(CaseDeadlineRow).where(tuple_(CaseDeadlineRow.case_id, CaseDeadlineRow.clock).in_(pairs))


def _turns(row: CaseDeadlineRow, kind: str, now: datetime) -> bool:
    """Whether it turns yellow or red just now; it has then."""
    if row.state != "running":
        return False
    if kind == WARN:
        if row.warned or row.warn_at is None or row.warn_at > now or row.due_at <= now:
            return False
        row.warned = True
        return True
    if row.missed or row.due_at > now:
        return False
    row.missed = True
    return True


def _together(session: AsyncSession, row: CaseDeadlineRow) -> None:
    """Write a changed row with the same columns as every other: one statement does for all of a change."""
    if row not in session.new and session.is_modified(row):
        for name in _TURN:
            flag_modified(row, name)


def _same(before: Case | None, now: Case, clock: str) -> bool:
    """Whether a deadline can only be what it was."""
    if before is None or before.clocks.get(clock) != now.clocks[clock]:
        return False
    return (before.organisation, before.region, before.holder, before.revision) == (
        now.organisation, now.region, now.holder, now.revision,
    )  # fmt: skip


def _timers(
    row: CaseDeadlineRow, rule: ClockRule, red_at: datetime, now: datetime
) -> tuple[datetime | None, datetime | None]:
    """When to tell that it is near, and that it is missed; None where there is nothing more to tell."""
    runs = row.state == "running"
    near = row.warn_at if rule.watched and runs and not row.warned and now < row.due_at else None
    over = red_at if runs and not row.missed and (rule.watched or rule.then) else None
    return max(near, now) if near else None, max(over, now) if over else None


def _state(found: Deadline) -> str:
    if found.stopped_at is not None:
        return "ended"
    return "running" if found.runs else "paused"
