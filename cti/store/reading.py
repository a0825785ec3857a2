"""Reading beside changes that are not yet written."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

from sqlalchemy.ext.asyncio import AsyncSession

from cti.store.columns import Base


def beside_others(session: AsyncSession, table: type[Base]) -> AbstractContextManager[object]:
    """Read a table without writing first what has changed of others: that goes together later, in one flush."""
    touched = any(isinstance(one, table) for changed in (session.new, session.dirty) for one in changed)
    return nullcontext() if touched else session.no_autoflush
