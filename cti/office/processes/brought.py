"""Why a case stands where it stands: the act that brought it to its present step, and the reason given with it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.office.processes.models import CaseEventRow, CaseRow, CaseStayRow

REASON = "reason"
"""The field of forms that says why."""
MOST_BETWEEN = 40
"""Events between an act and the step to which it led: parallel tasks and clocks that began or ended with it."""


@dataclass(frozen=True, slots=True)
class Brought:
    """An act with its reason. `case` is whose act it was: a task's may have brought its parent on."""

    case: str
    process: str
    revision: int
    step: str
    action: str
    reason: str
    name: str
    organisation: str


async def brought_here(session: AsyncSession, cases: Collection[str]) -> dict[str, Brought]:
    """By case; those that nobody brought to their step with a reason are left out. One query for all."""
    if not cases:
        return {}
    stay, event, acted = CaseStayRow, CaseEventRow, CaseRow
    # All that one act brings about has its time and follows it in the chain.
    wanted = (
        select(stay.case_id, event.case_id, event.data, event.name, event.organisation, acted.process, acted.revision)
        .join(event, event.root == stay.root)
        .join(acted, acted.id == event.case_id)
        .where(
            stay.case_id.in_(cases),
            stay.left_at.is_(None),
            event.kind == "ActionTaken",
            event.sequence.between(stay.sequence - MOST_BETWEEN, stay.sequence - 1),
            event.at == stay.entered_at,
        )
        .order_by(event.sequence)
    )
    found: dict[str, Brought] = {}
    # The last act before a step is the one that led there, whether or not it gave a reason.
    for case, by, data, name, organisation, process, revision in await session.execute(wanted):
        said = msgspec.json.decode(data)
        reason = str(said["form"].get(REASON) or "")
        found[case] = Brought(by, process, revision, said["step"], said["action"], reason, name, organisation)
    return {case: act for case, act in found.items() if act.reason}
