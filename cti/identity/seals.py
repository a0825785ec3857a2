"""Seals of the audit: its head, signed and written beside the database, so that a whole chain made anew is noticed.

The file `audit-seals.jsonl` in the state directory has a line a seal. Whoever keeps a copy of it and of the public key
elsewhere proves with both, without any secret, that what stood in the audit then still stands there.
"""

from __future__ import annotations

import asyncio
import base64
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec
import structlog
from sqlalchemy import select

from cti.clock import Clock
from cti.identity.audit_proof import Finding
from cti.identity.models import AuditHead, AuditRow
from cti.store.cipher import Cipher
from cti.store.engine import Store
from cti.store.suites import SuiteName, suite_of

log = structlog.get_logger(__name__)

FILE = "audit-seals.jsonl"
EVERY_SECONDS = 6 * 3600.0
PURPOSE = "audit seals"


class Seal(msgspec.Struct, frozen=True):
    """The head of the audit at a time. `suite` names the signature's algorithm; key and signature are base64."""

    at: datetime
    sequence: int
    entries: int
    hash: str
    suite: SuiteName
    key: str
    signature: str = ""

    def content(self) -> bytes:
        """What is signed."""
        return msgspec.json.encode([self.at.isoformat(), self.sequence, self.entries, self.hash, self.suite, self.key])

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

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._path = store.data / FILE

    async def add(self) -> Seal | None:
        """Seal the head as it is now; None when nothing was written since the last seal."""
        async with self._store.reading() as session:
            head = await session.get(AuditHead, 1)
        known = await asyncio.to_thread(_read, self._path)
        if head is None or not head.entries or (known and known[-1].hash == head.hash):
            return None
        seal = await asyncio.to_thread(_signed, self._store.cipher, self._clock.wall(), head)
        await asyncio.to_thread(_append, self._path, seal)
        return seal

    async def run(self) -> None:
        """Seal from time to time, until cancelled."""
        while True:
            try:
                await self.add()
            except OSError:
                log.exception("the audit is not sealed", file=str(self._path))
            await asyncio.sleep(EVERY_SECONDS)

    async def verify(self, newest: int | None = None) -> SealProof:
        """Hold the audit against every seal: the entry that was the head then must still have its hash.

        `newest` looks at so many only: SM2 takes some 25 ms a seal.
        """
        seals = (await asyncio.to_thread(_read, self._path))[-newest if newest else 0 :]
        ours = {_public(self._store.cipher.in_suite(name)) for name in {one.suite for one in seals}}
        genuine = await asyncio.to_thread(lambda: [one.key in ours and one.is_genuine() for one in seals])
        findings = []
        async with self._store.reading() as session:
            for seal, good in zip(seals, genuine, strict=True):
                wanted = select(AuditRow.hash).where(AuditRow.sequence == seal.sequence)
                if not good:
                    findings.append(Finding("head", seal.sequence, seal.sequence, f"seal of {seal.at:%Y-%m-%d %H:%M}"))
                elif await session.scalar(wanted) != seal.hash:
                    told = f"differs from the seal of {seal.at:%Y-%m-%d %H:%M}"
                    findings.append(Finding("changed", seal.sequence, seal.sequence, told))
        return SealProof(len(seals), tuple(findings))


def _public(cipher: Cipher) -> str:
    return base64.b64encode(cipher.suite.public_key(cipher.private_key(PURPOSE))).decode()


def _signed(cipher: Cipher, at: datetime, head: AuditHead) -> Seal:
    bare = Seal(at, head.sequence, head.entries, head.hash, cipher.suite.name, _public(cipher))
    signature = cipher.suite.sign(cipher.private_key(PURPOSE), bare.content())
    return msgspec.structs.replace(bare, signature=base64.b64encode(signature).decode())


def _read(path: Path) -> list[Seal]:
    if not path.exists():
        return []
    decoder = msgspec.json.Decoder(Seal)
    found = []
    for line in path.read_bytes().splitlines():
        try:
            found.append(decoder.decode(line))
        except msgspec.DecodeError:
            # A line that is none was altered: it stands for a seal that proves nothing.
            found.append(Seal(datetime.min, 0, 0, "", "international", ""))
    return found


def _append(path: Path, seal: Seal) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "ab") as file:
        file.write(msgspec.json.encode(seal) + b"\n")
        file.flush()
        os.fsync(file.fileno())
