"""Time limits of cases as people know them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.office.processes.models import CaseDeadlineRow


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """A time limit that began, for people: `state` is `running`, `paused` or `ended`."""

    case: str
    clock: str
    title: str
    state: str
    started_at: datetime
    due_at: datetime
    ended_at: datetime | None
    warned: bool
    missed: bool


async def time_limits(session: AsyncSession, root: str) -> list[TimeLimit]:
    """Those of a family, in the order in which they began."""
    return in_order(await session.scalars(select(CaseDeadlineRow).where(CaseDeadlineRow.root == root)))


async def time_limits_of(session: AsyncSession, roots: Collection[str]) -> dict[str, list[TimeLimit]]:
    """Those of several families."""
    found: dict[str, list[CaseDeadlineRow]] = {root: [] for root in roots}
    for row in await session.scalars(select(CaseDeadlineRow).where(CaseDeadlineRow.root.in_(roots))):
        found[row.root].append(row)
    return {root: in_order(rows) for root, rows in found.items()}


def in_order(rows: Iterable[CaseDeadlineRow]) -> list[TimeLimit]:
    """The same of their rows."""
    return [
        TimeLimit(
            row.case_id, row.clock, row.title, row.state, row.started_at, row.due_at, row.ended_at, row.warned,
            row.missed,
        )
        for row in sorted(rows, key=lambda row: (row.started_at, row.case_id, row.clock))
    ]  # fmt: skip
