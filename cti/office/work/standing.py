"""What stands at nobody: who took it has left, its organisation was dissolved, or nobody there may do it."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.office.identity.directory import load_organisations
from cti.office.identity.models import OrganisationRow, PersonRow
from cti.office.processes.models import CaseRow
from cti.office.processes.service import Cases
from cti.office.work.successors import is_staffed

Standing = Literal["nobody", "left", "closed", "unstaffed"]
STANDINGS = {
    "nobody": "无人承办（全部）", "left": "办理人已停用", "closed": "单位已撤销", "unstaffed": "单位没有可办理的人员",
}  # fmt: skip
LEFT = CaseRow.person.in_(select(PersonRow.id).where(PersonRow.disabled_at.is_not(None)))
CLOSED = CaseRow.holder.in_(select(OrganisationRow.name).where(OrganisationRow.closed_at.is_not(None)))
OPEN = CaseRow.outcome == ""


async def unstaffed(session: AsyncSession, cases: Cases, limits: list[ColumnElement[bool]]) -> ColumnElement[bool]:
    """The condition on open cases at a step for which nobody of their organisation has a right.

    It is asked of each step and organisation in which some of these cases stand, not of each case.
    """
    columns = (CaseRow.process, CaseRow.revision, CaseRow.step, CaseRow.holder)
    places = (await session.execute(select(*columns).where(OPEN, *limits).distinct())).all()
    known = await load_organisations(session)
    lacking: list[ColumnElement[bool]] = []
    for process, revision, step, holder in places:
        found = cases.step(process, revision, step)
        if holder not in known or known[holder].closed or found is None or not (found.who or found.actions):
            continue
        if not await is_staffed(session, known, found, holder):
            lacking.append(
                and_(*(one == value for one, value in zip(columns, (process, revision, step, holder), strict=True)))
            )
    return or_(false(), *lacking)


async def at_nobody(
    session: AsyncSession, cases: Cases, sort: Standing, limits: list[ColumnElement[bool]]
) -> ColumnElement[bool]:
    """The condition on open cases that stand at nobody for this reason, or for any."""
    match sort:
        case "left":
            return LEFT
        case "closed":
            return CLOSED
        case "unstaffed":
            return await unstaffed(session, cases, limits)
    return or_(LEFT, CLOSED, await unstaffed(session, cases, limits))
