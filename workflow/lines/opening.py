"""What a region lacks before it can be called."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.office.opening.service import Place
from workflow.lines.models import NumberRow


async def numbers_lacking(session: AsyncSession, place: Place) -> Sequence[str]:
    """A number in use that leads to one of its organisations."""
    names = [one.name for one in place.own]
    own = NumberRow.organisation.in_(names), NumberRow.enabled.is_(True), NumberRow.removed_at.is_(None)
    found = await session.scalar(select(NumberRow.id).where(*own).limit(1))
    return () if found is not None else ["没有启用的接入号码"]
