"""The audit: who did what to whom, before and after. Each hash, keyed by the master key, covers the one before."""

from __future__ import annotations

import hmac
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from cti.clock import Clock
from cti.identity.models import AuditRow
from cti.identity.visitor import Visitor
from cti.store.engine import Store

PAGE = 2000
CHAIN_LOCK = 5_120_512
"""The number of PostgreSQL's advisory lock: one transaction at a time lengthens the chain."""


class Audit:
    """Writes entries and verifies the chain."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._key = store.cipher.derive("audit")

    async def write(
        self,
        session: AsyncSession,
        visitor: Visitor,
        action: str,
        subject: str,
        before: dict[str, Any] | None = None,
        after: dict[str, Any] | None = None,
    ) -> None:
        """Add an entry in the transaction of the change itself. `subject` is `kind:id`; numbers come masked."""
        if not self._store.is_sqlite:
            await session.execute(text(f"SELECT pg_advisory_xact_lock({CHAIN_LOCK})"))
        last = await session.scalar(select(AuditRow.hash).order_by(AuditRow.sequence.desc()).limit(1))
        row = AuditRow(
            at=self._clock.wall(),
            person=visitor.person,
            login=visitor.login,
            organisation=visitor.organisation,
            address=visitor.address,
            action=action,
            subject=subject,
            before=msgspec.json.encode(before or {}).decode(),
            after=msgspec.json.encode(after or {}).decode(),
            hash="",
        )
        row.hash = self._hash(row, last or "")
        session.add(row)
        await session.flush()

    async def verify(self) -> list[int]:
        """The sequences of entries that were changed, or before which some were removed or inserted; empty is good."""
        wrong: list[int] = []
        last = ""
        async for row in self._entries():
            if not hmac.compare_digest(row.hash, self._hash(row, last)):
                wrong.append(row.sequence)
            last = row.hash
        return wrong

    async def _entries(self) -> AsyncIterator[AuditRow]:
        after = 0
        while True:
            wanted = select(AuditRow).where(AuditRow.sequence > after).order_by(AuditRow.sequence).limit(PAGE)
            async with self._store.reading() as session:
                rows = (await session.scalars(wanted)).all()
            for row in rows:
                yield row
            if len(rows) < PAGE:
                return
            after = rows[-1].sequence

    def _hash(self, row: AuditRow, last: str) -> str:
        said = [last, _moment(row.at), row.person, row.login, row.organisation, row.address]
        content = msgspec.json.encode([*said, row.action, row.subject, row.before, row.after])
        return hmac.digest(self._key, content, "sha256").hex()


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")
