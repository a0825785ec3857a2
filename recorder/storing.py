"""Recordings in a storage service that speaks S3: sent after the talk, and here until it has confirmed all of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import structlog

from cti.base.settings import S3Settings
from cti.office.files.blobs import LOCAL, REMOTE, Blobs, StorageProblem
from cti.office.files.service import Alarm
from cti.store.recordings.recordings import Recording, RecordingStore

log = structlog.get_logger(__name__)

AT_ONCE = 20
ALARM = "recordings_storage"


class Depot(Blobs):
    """The recordings' folder and the storage service; keys are paths whose slashes are hyphens, as ids have none."""

    def __init__(self, data: Path, s3: Callable[[], S3Settings]) -> None:
        super().__init__(data, s3)
        self._folder = data / "recordings"

    def path(self, blob: str) -> Path:
        """Where it lies in the folder."""
        return self._folder / blob.replace("-", "/")

    async def fetched(self, blob: str) -> Path | None:
        """What the service has now, not what was fetched before; None when it has nothing. StorageProblem."""
        await asyncio.to_thread(self.scratch("looked_at", blob).unlink, missing_ok=True)
        return await self._fetch(blob, "looked_at")


def blob_of(recording: Recording) -> str:
    """The key of a recording."""
    return recording.path.replace("/", "-")


async def move_some(recordings: RecordingStore, depot: Depot, alarm: Alarm) -> bool:
    """Send some; whether there may be more. While the service is away they stay here, and an alarm tells of it.

    Only what is proved goes: its original is gone, and nothing will be written into it any more.
    """
    if not depot.has_remote:
        return False
    rows = await recordings.proved_in(LOCAL, AT_ONCE)
    for row in rows:
        try:
            sent = await depot.send(blob_of(row))
        except StorageProblem as problem:
            log.error("recordings stay here until the storage service can be reached", reason=str(problem))
            alarm(ALARM, f"录音对象存储不可用，录音暂存本机，将自动重试：{problem}")
            return False
        if not sent:
            await recordings.change(row.id, fault="missing", place="lost")
            continue
        await recordings.change(row.id, place=REMOTE)
        await asyncio.to_thread(depot.path(blob_of(row)).unlink, missing_ok=True)
    if rows:
        alarm(ALARM, "")
    return len(rows) == AT_ONCE
