"""Who somebody is at another's, by issuer and subject: linked at the first sign-in, or by an administrator."""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.clock import Clock
from cti.base.visitor import Visitor
from cti.office.identity.audit.trail import Audit
from cti.office.identity.models import KnownElsewhereRow


async def link(
    session: AsyncSession, audit: Audit, visitor: Visitor, person: str, issuer: str, subject: str, clock: Clock
) -> None:
    """Whoever is `subject` at `issuer` is this person from now on, and nobody else is."""
    row = KnownElsewhereRow
    same = (row.person == person) | (row.subject == subject)
    await session.execute(delete(row).where(row.issuer == issuer, same))
    session.add(row(issuer=issuer, subject=subject, person=person, linked_at=clock.wall()))
    await session.flush()
    await audit.write(session, visitor, "person.linked", f"person:{person}", after={"issuer": issuer})
