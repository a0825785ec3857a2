"""Imports of an old platform's recordings: see `cti.office.imports`."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.visitor import Visitor
from cti.office.identity.organisations import Organisations
from cti.office.imports.mapping import checked
from cti.office.imports.reader import TableReader
from cti.office.imports.service import ImportRuns, Origins
from cti.office.imports.table import ImportFaultLine
from cti.office.jobs.service import Jobs
from cti.office.parts import Files
from cti.office.records import Office, RecordQuery
from cti.office.records.parts import RecordPart
from cti.store.recordings.recordings import RecordingStore
from cti.store.recordings.search import RecordingSearch
from cti.telephony.queue_titles import QueueTitles
from recorder.archive import Archive
from recorder.importing.old_recording import OldRecording
from recorder.importing.taking import Around, Reader, Taking, folder_of
from recorder.importing.views import IMPORT, ImportFields, ImportView
from recorder.models import ImportedRow, RecordingImportFaultRow, RecordingImportRow
from recorder.retention import Retention


class Imports(ImportRuns[RecordingImportRow, ImportFields, ImportView]):
    """Imports, each a job in the background that can be gone on with; each organisation has sound below `root`."""

    table, fields, view, query = RecordingImportRow, ImportFields, ImportView, RecordQuery
    faults_table: ClassVar[type[ImportFaultLine]] = RecordingImportFaultRow
    counted: ClassVar[tuple[str, ...]] = ("good", "changed", "again", "bad")
    parts: ClassVar[tuple[RecordPart, ...]] = (Files(),)
    reader: ClassVar[type[TableReader[Any]]] = Reader
    origins: ClassVar[Origins] = Origins(
        ImportedRow, ImportedRow.batch, ImportedRow.recording, "条", "已保全或无法清理"
    )
    kind: ClassVar[str] = "recording_import"
    title: ClassVar[str] = "录音导入"
    see: ClassVar[str] = IMPORT
    edit_permission: ClassVar[str] = IMPORT
    export_permission: ClassVar[str] = IMPORT
    job_name: ClassVar[str] = "recorder.import"

    def __init__(
        self,
        office: Office,
        archive: Archive,
        retention: Retention,
        organisations: Organisations,
        queues: QueueTitles,
        jobs: Jobs,
        root: Path,
        area: str,
    ) -> None:
        super().__init__(office, self, jobs)
        self._archive, self._retention = archive, retention
        self._organisations, self._queues, self._area = organisations, queues, area
        self._unnamed: dict[str, Taking] = {}
        self.root = root

    async def values(
        self, session: AsyncSession, body: ImportFields, row: RecordingImportRow | None, organisation: str
    ) -> dict[str, Any]:
        """A folder that there is; a mapping that is left empty is that of the last import of the same platform."""
        await asyncio.to_thread(folder_of, self.root, organisation, body.folder)
        columns, words = checked(OldRecording, body.columns, body.words)
        said = {**body.model_dump(), "columns": columns, "words": words}
        if row is None and not body.columns and not body.words:
            mine = RecordingImportRow.organisation == organisation, RecordingImportRow.source == body.source
            wanted = select(RecordingImportRow).where(*mine, RecordingImportRow.removed_at.is_(None))
            last = await session.scalar(wanted.order_by(RecordingImportRow.id.desc()).limit(1))
            if last is not None:
                said |= {"columns": last.columns, "words": last.words}
        return self.began(said, row)

    async def folders(self, visitor: Visitor) -> list[str]:
        """Folders with sound that the visitor's organisation has on the server, relative to its own."""
        return await asyncio.to_thread(_folders, self.root / visitor.organisation)

    async def taking(self, visitor: Visitor, row: RecordingImportRow, heading: Sequence[str]) -> Taking:
        """With the organisations that the visitor reaches."""
        known = {
            name: one
            for one in await self._organisations.all(visitor)
            if not one.closed
            for name in (one.title, one.name)
        }
        queues = {title: name for name, title in self._queues.items()}
        search = RecordingSearch(self.office.store)
        around = Around(self.office.store, self._archive, search, self._area, known, queues)
        taking = Taking(around, row, folder_of(self.root, row.organisation, row.folder), heading)
        if not row.place:
            self._unnamed[row.id] = taking
        return taking

    async def ended(self, session: AsyncSession, row: RecordingImportRow) -> str:
        """How many files there are of which the table knows nothing; unknown when an engine died in between."""
        taking = self._unnamed.pop(row.id, None)
        left = 0 if taking is None else await asyncio.to_thread(taking.unnamed)
        return f"文件夹中另有 {left} 个录音文件没有对应的行" if left else ""

    async def take_back(self, visitor: Visitor, row: RecordingImportRow, keys: Sequence[str]) -> int:
        """Remove sound and keys of recordings, but of those that somebody holds."""
        store = RecordingStore(self.office.store)
        gone = await self._retention.remove([one for one in await store.of_ids(keys) if one.state == "stored"])
        over = [one.id for one in await store.of_ids(keys) if one.state == "removed"]
        async with self.changing() as session:
            await session.execute(delete(ImportedRow).where(ImportedRow.recording.in_(over)))
        return gone


def _folders(own: Path) -> list[str]:
    if not own.is_dir():
        return []
    return ["", *sorted(str(one.relative_to(own)) for one in (*own.glob("*"), *own.glob("*/*")) if one.is_dir())]
