"""Nobody who has left is given work: what would come to him waits for all whose turn it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.visitor import Visitor
from cti.office.identity.models import PersonRow
from cti.office.processes.case import Case
from cti.office.processes.engine import Change


async def without_the_gone(
    session: AsyncSession, visitor: Visitor, before: Mapping[str, Case], change: Change
) -> Change:
    """The same change, but for cases that it gives to people without an open account: those nobody has taken."""
    given = {
        one.person
        for one in change.cases.values()
        if one.person and one.person != visitor.person and (one.id not in before or before[one.id].person != one.person)
    }
    if not given:
        return change
    gone = select(PersonRow.id).where(PersonRow.id.in_(given), PersonRow.disabled_at.is_not(None))
    left = set(await session.scalars(gone))
    if not left:
        return change
    kept = {id: replace(one, person="") if one.person in left else one for id, one in change.cases.items()}
    return Change(kept, change.events)
