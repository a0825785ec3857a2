"""Who uses the knowledge base how often (D21): a row for each visitor and day, so that users can be counted.

Of the public nothing is kept that tells who it was: a keyed hash of address and browser, another one each month.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.clock import Clock
from cti.base.ids import new_id
from cti.base.times.business_time import ZONE
from cti.base.visitor import Visitor
from cti.office.records.gathering import Gathering
from cti.store.engine import Store
from workflow.knowledge.statistics.models import VisitRow

HASH = 26


@dataclass(frozen=True, slots=True)
class _Visitor:
    day: str
    visitor: str
    inside: bool
    organisation: str
    region: str


class Visits:
    """Notes them, some at a time."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._noted = Gathering("visits of the knowledge base", self._write)

    def note(self, visitor: Visitor) -> None:
        """Somebody of the staff looked for an article, or read one."""
        if visitor.person:
            self._noted.add(
                (self._now, _Visitor(self._day, visitor.person, True, visitor.organisation, visitor.region))
            )

    def note_public(self, address: str, browser: str, organisation: str, region: str) -> None:
        """Somebody of the public did."""
        said = f"{self._day[:7]} {address} {browser}"
        hashed = self._store.cipher.mac("visitor of the knowledge base", said.encode())[:HASH]
        self._noted.add((self._now, _Visitor(self._day, hashed, False, organisation, region)))

    async def flushed(self) -> None:
        """Wait until all are kept."""
        await self._noted.flushed()

    @property
    def _now(self) -> datetime:
        return self._clock.wall()

    @property
    def _day(self) -> str:
        return self._now.astimezone(ZONE).date().isoformat()

    async def _write(self, noted: Sequence[tuple[datetime, _Visitor]]) -> None:
        times, first = Counter(one for _, one in noted), dict[_Visitor, datetime]()
        for at, one in noted:
            first.setdefault(one, at)
        async with self._store.writing() as session:
            for one, count in times.items():
                await self._keep(session, one, first[one], count)

    async def _keep(self, session: AsyncSession, one: _Visitor, at: datetime, count: int) -> None:
        own = VisitRow.visitor == one.visitor
        row = await session.scalar(select(VisitRow).where(own, VisitRow.day == one.day).with_for_update())
        if row is not None:
            row.visits += count
            return
        month = select(VisitRow.id).where(own, VisitRow.day >= f"{one.day[:7]}-01", VisitRow.day < one.day).limit(1)
        session.add(
            VisitRow(
                id=new_id(), day=one.day, visitor=one.visitor, inside=one.inside, organisation=one.organisation,
                region=one.region, visits=count, new_in_month=await session.scalar(month) is None, at=at,
            )
        )  # fmt: skip
        await session.flush()
