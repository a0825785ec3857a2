"""When agents were at work: a stretch for each time, begun and ended by the states of the queues.

An open stretch is lengthened every few minutes, so that one whose end nobody heard, since the engine was killed, ends
where it was last seen.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.ids import new_id
from cti.store.engine import Store
from workflow.roster.attendance.adherence import Span
from workflow.roster.models import PresenceRow

KEPT = timedelta(days=62)
"""So long stretches are kept; what they come to stands with each shift for good."""


class Presence:
    """Keeps the stretches of people, by their ids."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._here: dict[str, str] = {}
        """The open stretch of who is at work."""

    @property
    def here(self) -> Collection[str]:
        """Who is at work."""
        return self._here.keys()

    async def begin(self, here: Collection[str], now: datetime) -> None:
        """After a start: who is still at work goes on, and the stretches of others end where they were last seen."""
        async with self._store.writing() as session:
            rows = list(await session.scalars(select(PresenceRow).where(PresenceRow.open.is_(True))))
            for row in rows:
                if row.person in here and row.person not in self._here:
                    self._here[row.person] = row.id
                else:
                    row.open = False
            for person in here:
                if person not in self._here:
                    self._add(session, person, now)

    async def heard(self, person: str, at_work: bool, at: datetime) -> None:
        """Somebody begins or ends work; what is known already changes nothing."""
        if at_work == (person in self._here):
            return
        async with self._store.writing() as session:
            if at_work:
                self._add(session, person, at)
            else:
                ended = update(PresenceRow).where(PresenceRow.id == self._here.pop(person))
                await session.execute(ended.values(until=at, open=False))

    def _add(self, session: AsyncSession, person: str, at: datetime) -> None:
        row = PresenceRow(id=new_id(), person=person, began_at=at, until=at, open=True)
        session.add(row)
        self._here[person] = row.id

    @staticmethod
    async def pass_time(session: AsyncSession, now: datetime) -> None:
        """Lengthen what is open, and let go of what is old."""
        await session.execute(update(PresenceRow).where(PresenceRow.open.is_(True)).values(until=now))
        await session.execute(delete(PresenceRow).where(PresenceRow.until < now - KEPT))


async def stretches(
    session: AsyncSession, people: Collection[str], since: datetime, until: datetime
) -> Mapping[str, list[Span]]:
    """When people were at work between two moments; an open stretch goes on until the second one."""
    wanted = select(PresenceRow).where(
        PresenceRow.person.in_(people), (PresenceRow.until > since) | PresenceRow.open.is_(True),
        PresenceRow.began_at < until,
    )  # fmt: skip
    found: dict[str, list[Span]] = {}
    for row in await session.scalars(wanted.order_by(PresenceRow.began_at)):
        found.setdefault(row.person, []).append((row.began_at, until if row.open else min(row.until, until)))
    return found
