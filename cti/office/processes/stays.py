"""How long cases stay at each step, and how they leave it: kept with each change, counted for people."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec
from sqlalchemy import bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.scope import Scope
from cti.office.processes.case import ActionTaken, Case, CaseEnded, CaseEvent, CaseOpened, StepEntered
from cti.office.processes.models import CaseRow, CaseStayRow
from cti.store import unasked

MOST = 50_000
"""Stays of a process that are looked at, the newest first: a median of these is as good as one of all."""


LEFT = (
    update(CaseStayRow)
    .where(CaseStayRow.case_id == bindparam("case"), CaseStayRow.left_at.is_(None))
    .values(left_at=bindparam("left"), action=bindparam("by"))
)
"""The stay of a case is over."""


@dataclass(slots=True)
class StepFigures:
    """A step in numbers: cases there now, stays that began in the period, seconds that those took which are over.

    `actions` says how often each of its actions ended a stay (empty: without anybody's act).
    """

    now: int = 0
    entered: int = 0
    median: float | None = None
    p90: float | None = None
    longest_now: float | None = None
    actions: dict[str, int] = field(default_factory=dict)


async def follow(
    session: AsyncSession, root: str, before: int, cases: Mapping[str, Case], events: Sequence[CaseEvent]
) -> None:
    """Keep what a change means for stays; `before` is the sequence of the last event before these.

    Those that begin go with the session's next flush, which comes before the next change of the same cases is read.
    """
    stays, over = stays_of(root, before, cases, events)
    if over:
        await unasked.write(session, LEFT, over)
    session.add_all(stays)


def stays_of(
    root: str, before: int, cases: Mapping[str, Case], events: Sequence[CaseEvent]
) -> tuple[list[CaseStayRow], list[dict[str, str | datetime]]]:
    """The stays that begin, and those known ones that are `LEFT`."""
    acted: dict[str, str] = {}
    begun: dict[str, CaseStayRow] = {}
    made: set[str] = set()
    stays: list[CaseStayRow] = []
    over: list[dict[str, str | datetime]] = []
    for sequence, event in enumerate(events, before + 1):
        match event:
            case ActionTaken():
                acted[event.case] = event.action
            case CaseOpened():
                made.add(event.case)
            case StepEntered() | CaseEnded():
                # Steps that are passed at once have no stay of their own beside the moment.
                left_at, action = event.at, acted.get(event.case, "")
                if (before_it := begun.pop(event.case, None)) is not None:
                    before_it.left_at, before_it.action = left_at, action
                elif event.case not in made:
                    over.append({"case": event.case, "left": left_at, "by": action})
                if isinstance(event, StepEntered):
                    case = cases[event.case]
                    begun[event.case] = CaseStayRow(
                        root=root,
                        sequence=sequence,
                        case_id=case.id,
                        process=case.process,
                        revision=case.revision,
                        step=event.step,
                        entered_at=event.at,
                        left_at=None,
                        action="",
                        organisation=case.organisation,
                        region=case.region,
                    )
                    stays.append(begun[event.case])
                    acted.pop(event.case, None)
    return stays, over


async def open_now(session: AsyncSession, scope: Scope, *processes: str) -> dict[str, dict[str, int]]:
    """How many open cases stand at each step, by process; of these processes, or of all."""
    wanted = (
        select(CaseRow.process, CaseRow.step, func.count())
        .where(CaseRow.outcome == "", *scope.limits(CaseRow))
        .group_by(CaseRow.process, CaseRow.step)
    )
    if processes:
        wanted = wanted.where(CaseRow.process.in_(processes))
    found: dict[str, dict[str, int]] = {}
    for process, step, count in await session.execute(wanted):
        found.setdefault(process, {})[step] = count
    return found


async def by_revision(session: AsyncSession, scope: Scope, *processes: str) -> dict[str, dict[int, int]]:
    """How many open cases of these processes go by each revision."""
    wanted = (
        select(CaseRow.process, CaseRow.revision, func.count())
        .where(CaseRow.outcome == "", CaseRow.process.in_(processes), *scope.limits(CaseRow))
        .group_by(CaseRow.process, CaseRow.revision)
    )
    found: dict[str, dict[int, int]] = {}
    for process, revision, count in await session.execute(wanted):
        found.setdefault(process, {})[revision] = count
    return found


async def figures(
    session: AsyncSession, scope: Scope, process: str, since: datetime, until: datetime, now: datetime
) -> dict[str, StepFigures]:
    """The figures of each step over a period (`until` not included)."""
    found: dict[str, StepFigures] = defaultdict(StepFigures)
    took: dict[str, list[float]] = defaultdict(list)
    actions: dict[str, Counter[str]] = defaultdict(Counter)
    wanted = (
        select(CaseStayRow.step, CaseStayRow.entered_at, CaseStayRow.left_at, CaseStayRow.action)
        .where(
            CaseStayRow.process == process, CaseStayRow.entered_at >= since, CaseStayRow.entered_at < until,
            *scope.limits(CaseStayRow),
        )
        .order_by(CaseStayRow.entered_at.desc())
        .limit(MOST)
    )  # fmt: skip
    for step, entered_at, left_at, action in await session.execute(wanted):
        found[step].entered += 1
        if left_at is not None:
            took[step].append((left_at - entered_at).total_seconds())
            actions[step][action] += 1
    for step, counts in (await open_now(session, scope, process)).get(process, {}).items():
        found[step].now = counts
    oldest = (
        select(CaseRow.step, func.min(CaseRow.entered_at))
        .where(CaseRow.process == process, CaseRow.outcome == "", *scope.limits(CaseRow))
        .group_by(CaseRow.step)
    )
    for step, entered_at in await session.execute(oldest):
        found[step].longest_now = (now - _aware(entered_at, now)).total_seconds()
    for step, seconds in took.items():
        found[step].median, found[step].p90 = quantile(seconds, 0.5), quantile(seconds, 0.9)
        found[step].actions = dict(actions[step].most_common())
    return dict(found)


async def acts(session: AsyncSession, scope: Scope, process: str, since: datetime, until: datetime) -> dict[str, int]:
    """How often each action was taken in cases that began in the period; those without a step of their own, too."""
    counted: Counter[str] = Counter()
    wanted = (
        select(CaseRow.counts)
        .where(
            CaseRow.process == process, CaseRow.opened_at >= since, CaseRow.opened_at < until, *scope.limits(CaseRow)
        )
        .order_by(CaseRow.id.desc())
        .limit(MOST)
    )
    for (counts,) in await session.execute(wanted):
        counted.update(msgspec.json.decode(counts, type=dict[str, int]))
    return dict(counted.most_common())


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which this share lies, between the two nearest."""
    ordered = sorted(values)
    at = (len(ordered) - 1) * share
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (at - low)


def _aware(at: datetime, like: datetime) -> datetime:
    # An aggregate passes no column type on SQLite.
    return at if at.tzinfo is not None else at.replace(tzinfo=like.tzinfo)
