"""What tests of recordings stand on: an archive with keys, a house around it, and sealed sound as people hear it."""

from __future__ import annotations

import io
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from cti.base.bus import Bus
from cti.base.clock import Clock, LoopClock, VirtualClock
from cti.base.ids import new_id
from cti.office.identity.directory import Organisation
from cti.office.identity.models import AuditRow
from cti.office.identity.service import Identity
from cti.store.calls import StoredCalls
from cti.store.engine import Store
from cti.store.recordings.recordings import Recording, RecordingStore
from cti.telephony.queue_titles import QueueTitles
from cti.testing.tables import migrated
from recorder.about import Abouts
from recorder.archive import Archive
from recorder.keys import Keys
from tests.office import ROOT, cheap_passwords


async def an_archive(store: Store, folder: Path, clock: Clock | None = None) -> Archive:
    """Below `folder`, with keys of the store."""
    await migrated(store, [ROOT / "recorder"])
    keys = Keys(store, clock or LoopClock())
    await keys.open()
    folder.mkdir(parents=True, exist_ok=True)
    return Archive(folder, keys)


@dataclass
class RecordingHouse:
    """A city with people, an audit and an archive, on virtual time."""

    store: Store
    archive: Archive
    clock: VirtualClock
    identity: Identity

    @property
    def rows(self) -> RecordingStore:
        """The table of recordings."""
        return RecordingStore(self.store)

    async def recorded(self, spoken: bytes = b"said" * 800, **said: object) -> Recording:
        """One that was sealed now; `said` stands in its row whatever it would be."""
        raw = self.archive.folder / f"{new_id()}.raw"
        raw.write_bytes(spoken)
        row = Recording(new_id(), "c", "city", "320400", "1001", "", "", self.clock.wall(), "recording")
        first = {key: one for key, one in said.items() if key in ("id", "call", "organisation", "started_at", "kind")}
        row = await self.archive.take_in(replace(row, **first), raw)  # type: ignore[arg-type] # columns of a row
        raw.unlink()
        row = replace(row, **said)  # type: ignore[arg-type] # the same
        await self.rows.add(row)
        return row

    def abouts(self, calls: StoredCalls | None = None) -> Abouts:
        """What is known of recordings beside their rows; a queue `general` is called 综合."""
        one = self.identity
        queues = QueueTitles(lambda: {"general": "综合"})
        return Abouts(
            self.store, calls or StoredCalls(self.store), queues, one.people, one.organisations, one.disclosure, ""
        )

    async def audited(self) -> list[AuditRow]:
        """The entries of the audit."""
        async with self.store.reading() as session:
            return list(await session.scalars(select(AuditRow).order_by(AuditRow.sequence)))


@asynccontextmanager
async def a_house(
    store: Store, folder: Path, at: datetime = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
) -> AsyncIterator[RecordingHouse]:
    """With the archive below `folder`."""
    clock = VirtualClock(at)
    archive = await an_archive(store, folder, clock)
    city = Organisation("city", "市", "320400", None)
    identity = await Identity.open(store, Bus(), clock, city, passwords=cheap_passwords())
    try:
        yield RecordingHouse(store, archive, clock, identity)
    finally:
        identity.close()


async def heard(archive: Archive, recording: Recording) -> wave.Wave_read:
    """Its sound, opened."""
    sound = await archive.sound(recording)
    whole = b"".join([piece async for piece in sound.pieces(0, sound.size)])
    assert len(whole) == sound.size
    return wave.open(io.BytesIO(whole))
