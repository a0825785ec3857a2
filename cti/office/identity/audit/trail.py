"""The audit: who did what to whom, before and after. Each hash, keyed by the master key, covers the one before.

`audit_proof` finds out whether the chain is whole.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import msgspec
import structlog
from sqlalchemy import bindparam, event, func, inspect, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value

from cti.base.clock import Clock
from cti.base.refusal import NotFound
from cti.base.visitor import Visitor
from cti.office.identity.audit.proof import Finding, Link, Proof, check
from cti.office.identity.audit.words import KINDS
from cti.office.identity.directory import within
from cti.office.identity.models import AuditHead, AuditRow
from cti.store import unasked
from cti.store.engine import Store
from cti.store.listing import Listed, listed, starts_with

log = structlog.get_logger(__name__)

PAGE = 500
"""Entries that are verified in one go, some 10 ms during which calls wait."""
CHAIN_LOCK = 5_120_512
"""The number of PostgreSQL's advisory lock for a chain whose end is lost: one transaction at a time begins it anew."""
PURPOSE, VALUES = "audit", "audit values"
HEAD_LOST = "audit.head_lost"
_HEAD = select(AuditHead).with_for_update().execution_options(populate_existing=True)
"""The chain's end, and nobody else lengthens the chain before the transaction is over. SQLite has one writer."""
_MOVED = (
    update(AuditHead)
    .where(AuditHead.id == 1)
    .values(sequence=bindparam("is_at"), entries=bindparam("has"), hash=bindparam("ends"), seal=bindparam("sealed_by"))
)
HELD = "audit head"
"""In a session's `info`."""
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


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that was done, to be written: see `Audit.write`."""

    action: str
    subject: str
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None


class Audit:
    """Writes entries, lists them and verifies the chain."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._cipher = store.cipher
        self.kinds = dict(KINDS)
        """Kinds of subjects with their Chinese names; whoever writes entries of another kind adds it."""
        self.fields: dict[str, Mapping[str, str]] = {}
        """What the fields of each kind of records are called."""
        self.named: Callable[[str], str] = lambda action: ""
        """Words for actions that files define, such as those of processes; empty for all others."""
        self._looks: dict[tuple[str, str, str, str], float] = {}
        self._highest = 0
        self.unsealed, self.seal_after, self.due = 0, 2**31, asyncio.Event()
        """Entries since the last seal, how many there may be, and whether that is reached (`seals`)."""
        self.on_fault: Callable[[str], None] = lambda text: log.error("the audit is not whole", what=text)
        """Told in words for people when the chain's end is gone or went back."""

    async def write(
        self,
        session: AsyncSession,
        visitor: Visitor,
        action: str,
        subject: str,
        before: dict[str, Any] | None = None,
        after: dict[str, Any] | None = None,
    ) -> int:
        """Add an entry in the transaction of the change itself. `subject` is `kind:id`; numbers come masked.

        Returns its number.
        """
        return await self.write_all(session, visitor, [Entry(action, subject, before, after)])

    async def write_all(self, session: AsyncSession, visitor: Visitor, entries: Sequence[Entry]) -> int:
        """Add several in this order; returns the number of the last, 0 without one."""
        if not entries:
            return 0
        if not self._store.is_sqlite:
            # What the entries are of is written before: nobody waits for that.
            await session.flush()
        head = self._held(session) or await self._head(session, visitor)
        rows = [
            AuditRow(
                at=self._clock.wall(),
                person=visitor.person,
                login=visitor.login,
                organisation=visitor.organisation,
                address=visitor.address,
                action=one.action,
                subject=one.subject,
                before=msgspec.json.encode(one.before or {}).decode(),
                after=msgspec.json.encode(one.after or {}).decode(),
                previous="",
                hash="",
            )
            for one in entries
        ]
        await self._append(session, head, rows)
        stored = partial(self._stored, rows[-1].sequence, len(rows))
        event.listen(session.sync_session, "after_commit", stored, once=True)
        return rows[-1].sequence

    def _stored(self, sequence: int, count: int, _session: object) -> None:
        self._highest = max(self._highest, sequence)
        self.unsealed += count
        if self.unsealed >= self.seal_after:
            self.due.set()

    async def _append(self, session: AsyncSession, head: AuditHead, rows: Sequence[AuditRow]) -> None:
        before = head.hash
        for row in rows:
            row.previous = before
            before = row.hash = self._cipher.mac(PURPOSE, _content(row))
        session.add_all(rows)
        await session.flush()
        for name, value in (("sequence", rows[-1].sequence), ("entries", head.entries + len(rows)), ("hash", before)):
            set_committed_value(head, name, value)
        set_committed_value(head, "seal", self._cipher.mac(PURPOSE, _end(head)))
        end = {"is_at": head.sequence, "has": head.entries, "ends": head.hash, "sealed_by": head.seal}
        await unasked.write(session, _MOVED, end)
        session.info[HELD] = head, session.sync_session.get_nested_transaction()

    @staticmethod
    def _held(session: AsyncSession) -> AuditHead | None:
        """The chain's end that an entry of this transaction has made: nobody else can have moved it since."""
        head, within = session.info.get(HELD, (None, None))
        if head is None or inspect(head).expired or head not in session:
            return None
        # Part of a transaction may be undone, and with it the entries that were added in it.
        return head if session.sync_session.get_nested_transaction() is within else None

    async def _head(self, session: AsyncSession, visitor: Visitor) -> AuditHead:
        """The chain's end. Where somebody took it away, work goes on from the last entry, and an entry tells of it."""
        with session.no_autoflush:
            head = (await session.scalars(_HEAD)).one_or_none()
            if head is None and not self._store.is_sqlite:
                # There is no row to wait for; somebody else may have found that, too, and made one meanwhile.
                await session.execute(text(f"SELECT pg_advisory_xact_lock({CHAIN_LOCK})"))
                head = (await session.scalars(_HEAD)).one_or_none()
        if head is None:
            last = await session.scalar(select(AuditRow).order_by(AuditRow.sequence.desc()).limit(1))
            count = await session.scalar(select(func.count()).select_from(AuditRow)) or 0
            end = (last.sequence, last.hash) if last is not None else (0, "")
            head = AuditHead(id=1, sequence=end[0], entries=count, hash=end[1], seal="", seals=0, sealed="")
            session.add(head)
            await session.flush()
            told = AuditRow(
                at=self._clock.wall(), person="", login="", organisation=visitor.organisation, address="",
                action=HEAD_LOST, subject="audit:head", before="{}", after="{}", previous="", hash="",
            )  # fmt: skip
            await self._append(session, head, [told])
            self.on_fault("审计链尾记录丢失，已从最后一条续写，请立即核查")
        elif head.sequence < self._highest:
            self.on_fault(f"审计链尾从第 {self._highest} 条退回到第 {head.sequence} 条，可能被回退，请立即核查")
            self._highest = head.sequence
        return head

    async def begin(self) -> None:
        """Seal the head of a chain from before there were seals; the house does it at each start."""
        async with self._store.writing() as session:
            head = await session.get(AuditHead, 1)
            if head is not None and not head.seal:
                head.seal = self._cipher.mac(PURPOSE, _end(head))

    async def end(self) -> AuditHead | None:
        """The chain's end as it is now; None when somebody took it away."""
        async with self._store.reading() as session:
            return await session.get(AuditHead, 1)

    async def note_seal(self, number: int, digest: str) -> None:
        """Remember at the chain's end the last seal that was signed."""
        async with self._store.writing() as session:
            head = (await session.scalars(_HEAD)).one_or_none()
            if head is not None and number > head.seals:
                head.seals, head.sealed = number, digest
                head.seal = self._cipher.mac(PURPOSE, _end(head))

    def digest(self, *what: str) -> str:
        """A keyed hash of what must not stand in the audit: who knows it can prove it, and nobody guesses it."""
        return self._cipher.mac(VALUES, msgspec.json.encode(what))

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

    async def newest(self, session: AsyncSession, action: str, subject: str) -> dict[str, Any] | None:
        """What the newest entry about a subject, of an action that begins so, said was after it; None without one."""
        wanted = select(AuditRow.after).where(AuditRow.subject == subject, AuditRow.action.startswith(action))
        found = await session.scalar(wanted.order_by(AuditRow.sequence.desc()).limit(1))
        after: dict[str, Any] | None = msgspec.json.decode(found) if found else None
        return after

    async def verify(self) -> Proof:
        """Go through the whole chain; an untouched one has no findings."""
        head, lost = await self.end(), list[Finding]()
        if head is None:
            return Proof(0, (Finding("head", 0, 0, "the record of the chain's end is gone"),))
        proof = await check(self._links(lost), Link(head.sequence, head.hash, head.hash, True))
        proof = Proof(proof.entries, (*lost, *proof.findings))
        sealed = self._cipher.is_mac(PURPOSE, _end(head), head.seal)
        if not sealed or (not proof.findings and head.entries != proof.entries):
            return Proof(proof.entries, (*proof.findings, Finding("head", head.sequence, head.sequence)))
        return proof

    async def _links(self, lost: list[Finding]) -> AsyncIterator[Link]:
        async for row in self._entries():
            if row.action == HEAD_LOST:
                told = f"the record of the chain's end was gone at {_moment(row.at)}"
                lost.append(Finding("head", row.sequence, row.sequence, told))
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
    seals = [head.seals, head.sealed] if head.seals else []
    return msgspec.json.encode(["head", head.sequence, head.entries, head.hash, *seals])


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")
