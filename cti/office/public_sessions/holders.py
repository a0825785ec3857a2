"""Since when a mobile number is the same person's.

Operators sell numbers again. A number that was given up rests before somebody else gets it, so whoever shows by a code
that a number is his had it, or nobody had it, in the days of rest before; two codes less than that apart are the same
person's. After a longer pause the number is taken to be another person's, until he shows by something that only he who
asked then can know that it was his before. How long the rest is, is the operators' practice and none of a law's that
could be cited here: the setting `public.number_rest_days` says it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.clock import Clock
from cti.base.numbers.number import Number
from cti.office.public_sessions.models import PublicHolderRow
from cti.store.engine import Store

RESTING = timedelta(days=90)
"""Unless the settings say otherwise."""


class Holders:
    """The service."""

    def __init__(self, store: Store, clock: Clock, resting: timedelta = RESTING) -> None:
        self._store, self._clock, self.resting = store, clock, resting

    async def proved(self, session: AsyncSession, number: Number, *, same: bool = False) -> datetime:
        """A code showed that it is his now; returns since when it is. `same`: by something else he is who had it."""
        now = self._clock.wall()
        row = await session.get(PublicHolderRow, self._index(number.digits), with_for_update=True)
        if row is None:
            row = PublicHolderRow(number_index=self._index(number.digits), held_since=now - self.resting, proved_at=now)
            session.add(row)
        elif row.proved_at < now - self.resting and not same:
            row.held_since = now - self.resting
        row.proved_at = now
        return row.held_since

    async def held_still(self, session: AsyncSession, number: Number) -> datetime | None:
        """Since when a number is his who showed it last; None once it may have been sold since then."""
        row = await session.get(PublicHolderRow, self._index(number.digits))
        return row.held_since if row is not None and row.proved_at >= self._clock.wall() - self.resting else None

    async def proved_earlier(self, session: AsyncSession, number: Number, at: datetime) -> None:
        """Something that he knows showed that it was his at that time, and therefore since."""
        row = await session.get(PublicHolderRow, self._index(number.digits), with_for_update=True)
        if row is not None:
            row.held_since = min(row.held_since, at - self.resting)

    async def held(self, numbers: Iterable[str]) -> Mapping[str, tuple[datetime, datetime]]:
        """From when until when each of these numbers (canonical digits) is, for certain, its holder's of today.

        It ends with the rest that follows the last code: whoever used it later may be the next holder, who has shown
        nothing yet. A number that nobody has shown to be his is not there.
        """
        indexes = {self._index(one): one for one in numbers}
        wanted = select(PublicHolderRow).where(PublicHolderRow.number_index.in_(indexes))
        async with self._store.reading() as session:
            rows = (await session.scalars(wanted)).all()
        return {indexes[row.number_index]: (row.held_since, row.proved_at + self.resting) for row in rows}

    async def had(self, asked: Mapping[str, datetime]) -> frozenset[str]:
        """Which of these numbers were at these times, for certain, their holders' of today."""
        held = await self.held(asked)
        return frozenset(one for one, (since, until) in held.items() if since <= asked[one] <= until)

    def _index(self, digits: str) -> str:
        return self._store.cipher.index("number", digits)
