"""Which organisations' people have added files to a record."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.office.files.models import FileRow
from cti.office.identity.models import PersonRow


async def units_with_files(session: AsyncSession, kind: str, record: str) -> set[str]:
    """By their names; files that were removed do not count."""
    wanted = (
        select(PersonRow.organisation)
        .join(FileRow, FileRow.person == PersonRow.id)
        .where(FileRow.kind == kind, FileRow.record == record, FileRow.removed_at.is_(None))
    )
    return set(await session.scalars(wanted.distinct()))
