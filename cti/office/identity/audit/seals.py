"""Seals of the audit: its head, signed and written beside the database, so that a whole chain made anew is noticed.

The file `audit-seals.jsonl` in the state directory has a line a seal. Each has a number and names the digest of the
line before, and the audit's head names the last: no line is taken away unseen. Whoever keeps a copy of the lines and of
the public key elsewhere (`seal_copies`) proves with both, without any secret, that what stood in the audit then still
stands there, whatever was done to database and files here.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec
import structlog
from sqlalchemy import select

from cti.base.ciphers.cipher import Cipher
from cti.base.ciphers.suites import SuiteName, suite_of
from cti.base.clock import Clock
from cti.base.settings import AuditSettings
from cti.office.identity.audit.proof import Finding
from cti.office.identity.audit.seal_copies import RETRY_SECONDS, SealCopies
from cti.office.identity.audit.trail import Audit
from cti.office.identity.models import AuditHead, AuditRow
from cti.store.engine import Store

log = structlog.get_logger(__name__)

FILE = "audit-seals.jsonl"
PURPOSE = "audit seals"


class Seal(msgspec.Struct, frozen=True):
    """The head of the audit at a time. `suite` names the signature's algorithm; key and signature are base64.

    `number` counts seals from 1 and `previous` is the SHA-256 of the line before; those of older versions have neither.
    """

    at: datetime
    sequence: int
    entries: int
    hash: str
    suite: SuiteName
    key: str
    signature: str = ""
    number: int = 0
    previous: str = ""

    def content(self) -> bytes:
        """The bytes that are signed: all of it but the signature."""
        place = [self.number, self.previous] if self.number else []
        said = [self.at.isoformat(), self.sequence, self.entries, self.hash, self.suite, self.key]
        return msgspec.json.encode([*said, *place])

    def is_genuine(self) -> bool:
        """Whether the signature is that of its key."""
        try:
            key, signature = base64.b64decode(self.key), base64.b64decode(self.signature)
        except ValueError:
            return False
        return suite_of(self.suite).is_signed(key, self.content(), signature)


@dataclass(frozen=True, slots=True)
class SealProof:
    """How many seals there are, and what contradicts them."""

    seals: int
    findings: tuple[Finding, ...]


class Seals:
    """Makes seals and holds the audit against them."""

    def __init__(self, store: Store, clock: Clock, audit: Audit, settings: AuditSettings) -> None:
        self._store = store
        self._clock = clock
        self._audit = audit
        self._every = settings.seal_minutes * 60
        self._path = store.data / FILE
        self.copies = SealCopies(settings, store.data, clock)
        audit.seal_after = settings.seal_entries

    async def add(self) -> Seal | None:
        """Seal the head as it is now; None when nothing was written since the last seal."""
        self._audit.unsealed = 0
        self._audit.due.clear()
        head = await self._audit.end()
        lines = await asyncio.to_thread(_lines, self._path)
        known = [_seal(line) for line in lines]
        if head is None or not head.entries or (known and known[-1].hash == head.hash):
            return None
        if known and head.sequence < known[-1].sequence:
            signed = known[-1].sequence
            self._audit.on_fault(f"审计链尾从第 {signed} 条退回到第 {head.sequence} 条，可能被回退，请立即核查")
        number = max(head.seals, *(one.number for one in known), 0) + 1
        previous = _digest(lines[-1]) if lines else ""
        seal = await asyncio.to_thread(_signed, self._store.cipher, self._clock.wall(), head, number, previous)
        line = msgspec.json.encode(seal)
        await asyncio.to_thread(_append, self._path, line)
        await self._audit.note_seal(number, _digest(line))
        return seal

    async def run(self) -> None:
        """Seal after so many entries or minutes, and send each seal to where copies are kept, until cancelled."""
        while True:
            wait = self._every
            try:
                await self.add()
                lines = await asyncio.to_thread(_lines, self._path)
                if not await self.copies.send([(_seal(line).number, line) for line in lines]):
                    wait = min(wait, RETRY_SECONDS)
            except Exception:
                # Whatever it is, the next time may be better, and nothing else seals the audit.
                log.exception("the audit is not sealed", file=str(self._path))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._audit.due.wait()

    async def verify(self, newest: int | None = None) -> SealProof:
        """Hold the audit against every seal: the entry that was the head then must still have its hash.

        `newest` looks at so many only: SM2 takes some 25 ms a seal.
        """
        lines = await asyncio.to_thread(_lines, self._path)
        every, head = [_seal(line) for line in lines], await self._audit.end()
        findings = [*_in_order(lines, every), *_to_the_end(lines, every, head)]
        seals = every[-newest if newest else 0 :]
        findings += await self._held_against(seals, head)
        return SealProof(len(seals), tuple(findings))

    async def verify_against(self, copy: Path) -> SealProof:
        """Hold audit and seals against a copy of the lines that was kept elsewhere: as they are, or in syslog's words.

        Every seal of the copy must stand in the file here as it is there.
        """
        lines = [line[line.find(b"{") :] for line in await asyncio.to_thread(_lines, copy) if b"{" in line]
        seals, here = [_seal(line) for line in lines], set(await asyncio.to_thread(_lines, self._path))
        findings = [
            Finding("seal", seal.number, seal.number, f"the seal of {seal.at:%Y-%m-%d %H:%M} is in the copy, not here")
            for line, seal in zip(lines, seals, strict=True)
            if line not in here and seal.key
        ]
        findings += await self._held_against(seals, await self._audit.end())
        return SealProof(len(seals), tuple(findings))

    async def _held_against(self, seals: list[Seal], head: AuditHead | None) -> list[Finding]:
        """That each is signed by this house, and that the entry that was the head then still has its hash."""
        ours = {_public(self._store.cipher.in_suite(name)) for name in {one.suite for one in seals}}
        genuine = await asyncio.to_thread(lambda: [one.key in ours and one.is_genuine() for one in seals])
        findings = []
        async with self._store.reading() as session:
            for seal, good in zip(seals, genuine, strict=True):
                wanted = select(AuditRow.hash).where(AuditRow.sequence == seal.sequence)
                if not good:
                    findings.append(Finding("seal", seal.number, seal.number, f"of {seal.at:%Y-%m-%d %H:%M}, altered"))
                elif head is not None and seal.sequence > head.sequence:
                    told = f"the seal of {seal.at:%Y-%m-%d %H:%M} says that there were more entries"
                    findings.append(Finding("rolled_back", head.sequence, seal.sequence, told))
                elif await session.scalar(wanted) != seal.hash:
                    told = f"differs from the seal of {seal.at:%Y-%m-%d %H:%M}"
                    findings.append(Finding("changed", seal.sequence, seal.sequence, told))
        return findings


def _public(cipher: Cipher) -> str:
    return base64.b64encode(cipher.suite.public_key(cipher.private_key(PURPOSE))).decode()


def _in_order(lines: list[bytes], seals: list[Seal]) -> list[Finding]:
    """What is missing between the lines."""
    found, before, line_before = [], 0, b""
    for line, seal in zip(lines, seals, strict=True):
        if seal.number:
            if seal.number != before + 1:
                found.append(Finding("seal", before + 1, seal.number - 1, "missing"))
            elif line_before and seal.previous != _digest(line_before):
                found.append(Finding("seal", seal.number, seal.number, "does not follow the line before it"))
            before = seal.number
        line_before = line
    return found


def _to_the_end(lines: list[bytes], seals: list[Seal], head: AuditHead | None) -> list[Finding]:
    """What is missing at the end, by what the audit's head knows."""
    if head is None or not head.seals:
        return []
    last = max((one.number for one in seals), default=0)
    if last < head.seals:
        return [Finding("seal", last + 1, head.seals, "missing at the end")]
    mine = next((line for line, one in zip(lines, seals, strict=True) if one.number == head.seals), b"")
    return (
        [] if _digest(mine) == head.sealed else [Finding("seal", head.seals, head.seals, "not the one that was made")]
    )


def _digest(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()


def _signed(cipher: Cipher, at: datetime, head: AuditHead, number: int, previous: str) -> Seal:
    bare = Seal(
        at, head.sequence, head.entries, head.hash, cipher.suite.name, _public(cipher), number=number, previous=previous
    )  # fmt: skip
    signature = cipher.suite.sign(cipher.private_key(PURPOSE), bare.content())
    return msgspec.structs.replace(bare, signature=base64.b64encode(signature).decode())


def _lines(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines() if path.exists() else []


def _seal(line: bytes) -> Seal:
    try:
        return msgspec.json.decode(line, type=Seal)
    except msgspec.DecodeError:
        # A line that is none was altered: it stands for a seal that proves nothing.
        return Seal(datetime.min, 0, 0, "", "international", "")


def _append(path: Path, line: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "ab") as file:
        file.write(line + b"\n")
        file.flush()
        os.fsync(file.fileno())
