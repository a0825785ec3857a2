"""Whose telephone outside is which: a number that its owner has confirmed, one a person."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.clock import Clock
from cti.base.numbers.number import Number
from cti.base.visitor import Visitor
from cti.office.identity.audit.trail import Audit
from cti.store.engine import Store
from softphone.models import OwnPhoneRow

OWN_PHONE = "calls.own_phone"
"""The permission to call citizens from a telephone of one's own."""


class OwnPhones:
    """Keeps them. A number is told to nobody but its owner, and to him masked."""

    def __init__(self, store: Store, clock: Clock, audit: Audit) -> None:
        self._store, self._clock, self._audit = store, clock, audit

    async def of(self, person: str) -> tuple[Number, datetime] | None:
        """A person's own number, and when he confirmed it."""
        async with self._store.reading() as session:
            row = await session.get(OwnPhoneRow, person)
        return None if row is None else (Number.parse(row.number), row.confirmed_at)

    async def confirmed(self, visitor: Visitor, number: Number) -> None:
        """This is his from now on, instead of what was."""
        async with self._store.writing() as session:
            row = await session.get(OwnPhoneRow, visitor.person, with_for_update=True)
            before = Number.parse(row.number).masked if row is not None else ""
            if row is None:
                row = OwnPhoneRow(person=visitor.person, number="", confirmed_at=self._clock.wall())
                session.add(row)
            row.number, row.confirmed_at = number.digits, self._clock.wall()
            await self._write(session, visitor, before, number.masked)

    async def forget(self, visitor: Visitor) -> None:
        """He has none any more; nothing when he had none."""
        visitor.need_session()
        async with self._store.writing() as session:
            row = await session.get(OwnPhoneRow, visitor.person, with_for_update=True)
            if row is not None:
                before = Number.parse(row.number).masked
                await session.delete(row)
                await self._write(session, visitor, before, "")

    async def _write(self, session: AsyncSession, visitor: Visitor, before: str, after: str) -> None:
        said = {"number": before}, {"number": after}
        await self._audit.write(session, visitor, "person.own_phone", f"person:{visitor.person}", *said)
