"""The audit: who did what to whom, before and after. Each hash, keyed by the master key, covers the one before.

`audit_proof` finds out whether the chain is whole.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from cti.clock import Clock
from cti.identity.audit_proof import Finding, Link, Proof, check
from cti.identity.audit_words import KINDS
from cti.identity.directory import within
from cti.identity.models import AuditHead, AuditRow
from cti.identity.visitor import Visitor
from cti.refusal import NotFound
from cti.store.engine import Store
from cti.store.listing import Listed, listed, starts_with

PAGE = 500
"""Entries that are verified in one go, some 10 ms during which calls wait."""
CHAIN_LOCK = 5_120_512
"""The number of PostgreSQL's advisory lock: one transaction at a time lengthens the chain."""
PURPOSE = "audit"
LOOKS = timedelta(minutes=10)
"""Looks of one person at one thing within this time are one entry."""
LOOKS_KNOWN = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """What is looked for; empty is all. `action` and `subject` are beginnings, `until` is exclusive."""

    login: str = ""
    action: str = ""
    subject: str = ""
    address: str = ""
    since: datetime | None = None
    until: datetime | None = None


class Audit:
    """Writes entries, lists them and verifies the chain."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._cipher = store.cipher
        self.kinds = dict(KINDS)
        """Kinds of subjects with their Chinese names; whoever writes entries of another kind adds it."""
        self._looks: dict[tuple[str, str, str, str], float] = {}

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
        head = (await session.scalars(select(AuditHead).execution_options(populate_existing=True))).one()
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
            previous=head.hash,
            hash="",
        )
        row.hash = self._cipher.mac(PURPOSE, _content(row))
        session.add(row)
        await session.flush()
        head.sequence, head.entries, head.hash = row.sequence, head.entries + 1, row.hash
        head.seal = self._cipher.mac(PURPOSE, _end(head))
        await session.flush()

    async def begin(self) -> None:
        """Seal the head of a chain from before there were seals; the house does it at each start."""
        async with self._store.writing() as session:
            head = await session.get_one(AuditHead, 1)
            if not head.seal:
                head.seal = self._cipher.mac(PURPOSE, _end(head))

    async def look(self, visitor: Visitor, action: str, subject: str, after: dict[str, Any] | None = None) -> None:
        """Note that somebody looked at what is sensitive; the same look again within `LOOKS` is not noted twice."""
        key, now = (visitor.person or visitor.login, action, subject, str(after)), self._clock.now()
        if self._looks.get(key, now - 1) >= now:
            return
        if len(self._looks) >= LOOKS_KNOWN:
            self._looks = {one: until for one, until in self._looks.items() if until >= now}
        async with self._store.writing() as session:
            await self.write(session, visitor, action, subject, after=after)
        self._looks[key] = now + LOOKS.total_seconds()

    async def note(self, visitor: Visitor, action: str, subject: str, after: dict[str, Any] | None = None) -> None:
        """An entry of its own for what changes nothing, such as an export."""
        async with self._store.writing() as session:
            await self.write(session, visitor, action, subject, after=after)

    async def find(self, visitor: Visitor, wanted: AuditFilter, page: int = 1, size: int = 50) -> Listed[AuditRow]:
        """Entries of people within reach, the newest first."""
        visitor.need("audit.see")
        limits = within(visitor, "audit.see", AuditRow.organisation, AuditRow.person)
        for column, start in ((AuditRow.action, wanted.action), (AuditRow.subject, wanted.subject)):
            if start:
                limits.append(starts_with(column, start))
        if wanted.login:
            limits.append(AuditRow.login == wanted.login.lower())
        if wanted.address:
            limits.append(AuditRow.address == wanted.address)
        if wanted.since:
            limits.append(AuditRow.at >= wanted.since)
        if wanted.until:
            limits.append(AuditRow.at < wanted.until)
        async with self._store.reading() as session:
            return await listed(session, AuditRow, limits, [AuditRow.sequence.desc()], page, size)

    async def one(self, visitor: Visitor, sequence: int) -> AuditRow:
        """One entry; NotFound also for those of people out of reach."""
        visitor.need("audit.see")
        async with self._store.reading() as session:
            row = await session.scalar(
                select(AuditRow).where(
                    AuditRow.sequence == sequence, *within(visitor, "audit.see", AuditRow.organisation, AuditRow.person)
                )
            )
        if row is None:
            raise NotFound("no_entry", "审计记录不存在")
        return row

    async def verify(self) -> Proof:
        """Go through the whole chain; an untouched one has no findings."""
        async with self._store.reading() as session:
            head = await session.get(AuditHead, 1)
        if head is None:
            return Proof(0, (Finding("head", 0, 0),))
        proof = await check(self._links(), Link(head.sequence, head.hash, head.hash, True))
        sealed = self._cipher.is_mac(PURPOSE, _end(head), head.seal)
        if not sealed or (not proof.findings and head.entries != proof.entries):
            return Proof(proof.entries, (*proof.findings, Finding("head", head.sequence, head.sequence)))
        return proof

    async def _links(self) -> AsyncIterator[Link]:
        async for row in self._entries():
            genuine = self._cipher.is_mac(PURPOSE, _content(row), row.hash)
            yield Link(row.sequence, row.previous, row.hash, genuine, f"{row.action} {row.subject} by {row.login}")

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


def _content(row: AuditRow) -> bytes:
    said = [row.previous, _moment(row.at), row.person, row.login, row.organisation, row.address]
    return msgspec.json.encode([*said, row.action, row.subject, row.before, row.after])


def _end(head: AuditHead) -> bytes:
    return msgspec.json.encode(["head", head.sequence, head.entries, head.hash])


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")
