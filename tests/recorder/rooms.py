"""What tests of recordings stand on: an archive with its keys, and sealed sound as people hear it."""

from __future__ import annotations

import io
import wave
from pathlib import Path

from cti.base.clock import Clock, LoopClock
from cti.store.engine import Store
from cti.store.recordings import Recording
from cti.testing.tables import migrated
from recorder.archive import Archive
from recorder.keys import Keys
from tests.office import ROOT


async def an_archive(store: Store, folder: Path, clock: Clock | None = None) -> Archive:
    """Below `folder`, with keys of the store."""
    await migrated(store, [ROOT / "recorder"])
    keys = Keys(store, clock or LoopClock())
    await keys.open()
    folder.mkdir(parents=True, exist_ok=True)
    return Archive(folder, keys)


async def heard(archive: Archive, recording: Recording) -> wave.Wave_read:
    """Its sound, opened."""
    sound = await archive.sound(recording)
    whole = b"".join([piece async for piece in sound.pieces(0, sound.size)])
    assert len(whole) == sound.size
    return wave.open(io.BytesIO(whole))
