"""Browsers from which people have signed in: a token in a cookie of each, of which only the hash is kept."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy import delete, select, update

from cti.base.clock import Clock
from cti.base.ids import new_id
from cti.office.identity.models import KnownBrowserRow
from cti.store.engine import Store

KEPT = timedelta(days=180)
MOST = 10
"""Browsers known of one person; the one unused for longest is forgotten."""


class KnownBrowsers:
    """The service of known browsers."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def find(self, person: str, token: str) -> str | None:
        """The id of this person's browser that shows this token. For nobody (`person` empty) it takes as long."""
        wanted = select(KnownBrowserRow.id).where(
            KnownBrowserRow.token_hash == _hash(token),
            KnownBrowserRow.person == person,
            KnownBrowserRow.seen_at > self._clock.wall() - KEPT,
        )
        async with self._store.reading() as session:
            found: str | None = await session.scalar(wanted)
        return found

    async def remember(self, person: str, token: str) -> str | None:
        """Know the browser in which somebody signed in; a new token for it, None when its own stays good."""
        now, row = self._clock.wall(), KnownBrowserRow
        known = await self.find(person, token)
        async with self._store.writing() as session:
            if known is not None:
                await session.execute(update(row).where(row.id == known).values(seen_at=now))
                return None
            new = secrets.token_urlsafe(32)
            session.add(row(id=new_id(), person=person, token_hash=_hash(new), seen_at=now))
            await session.flush()
            order = row.seen_at.desc(), row.id.desc()
            old = (
                await session.scalars(select(row.id).where(row.person == person).order_by(*order).offset(MOST))
            ).all()
            await session.execute(delete(row).where(row.id.in_(old)))
        return new


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
