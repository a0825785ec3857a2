"""Takes rows of an old platform's table over with their sound, or looks whether it could."""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pydantic
from sqlalchemy.ext.asyncio import AsyncSession
from ulid import ULID

from cti.base.numbers.number import Number
from cti.base.refusal import Invalid
from cti.office.identity.directory import Organisation
from cti.office.imports.reader import TableReader
from cti.office.imports.views import Cells, Fault, Read
from cti.store.engine import Store
from cti.store.recordings.recordings import Recording, RecordingStore
from cti.store.recordings.search import RecordingSearch
from recorder.archive import Archive
from recorder.importing.decoding import DEMUXERS, NoSound, decode, look
from recorder.importing.imported import facts_of, known_of
from recorder.importing.old_recording import OldRecording
from recorder.models import ImportedRow, RecordingImportRow


@dataclass(slots=True)
class OldRow(Read):
    """A row that was read: what it says, where its sound lies, whose it is, and what was taken over of it before."""

    old: OldRecording | None = None
    path: Path | None = None
    owner: Organisation | None = None
    known: ImportedRow | None = None
    sealed: Recording | None = None

    def judge(self) -> None:
        """What becomes of it."""
        if self.faults or self.old is None:
            self.became = "bad"
        elif self.known is None:
            self.became = "good"
        else:
            self.became = "again" if self.known.said == self.old.model_dump_json() else "changed"


@dataclass(slots=True)
class Around:
    """What an import stands on. `organisations` are those within reach by title and name, `queues` names by titles."""

    store: Store
    archive: Archive
    search: RecordingSearch
    area: str
    organisations: Mapping[str, Organisation]
    queues: Mapping[str, str]


class Reader(TableReader[OldRecording]):
    """Reads the rows of one table of recordings."""

    model: ClassVar[type[pydantic.BaseModel]] = OldRecording
    key: ClassVar[str] = "old"


class Taking:
    """One reading of one table, whose sound lies below `folder`."""

    def __init__(self, around: Around, batch: RecordingImportRow, folder: Path, heading: Sequence[str]) -> None:
        """Invalid as `TableReader`."""
        self._around, self._batch, self._folder = around, batch, folder.resolve()
        self._reader = Reader(heading, batch.columns, batch.words)
        self._named: set[Path] = set()
        self._ready: list[OldRow] = []

    async def look(self, session: AsyncSession, rows: Sequence[Cells]) -> Sequence[Read]:
        """What would become of some rows, and whether their files are sound."""
        return await self.read(session, rows, sound=True)

    async def prepare(self, rows: Sequence[Cells]) -> None:
        """Seal the sound of new rows before anything is stored: nobody waits for it."""
        async with self._around.store.reading() as session:
            read = await self.read(session, rows, sound=False)
        await self.seal(read)

    async def take(self, session: AsyncSession, rows: Sequence[Cells]) -> tuple[Sequence[Read], Sequence[str]]:
        """Keep the rows that were sealed."""
        ready, ids = self._ready, list[str]()
        for row in ready:
            if row.became in ("good", "changed"):
                ids.append(await self._keep(session, row))
        return ready, ids

    async def read(self, session: AsyncSession, rows: Sequence[Cells], *, sound: bool) -> list[OldRow]:
        """What rows say and what is wrong with them; with `sound` also whether their files are sound."""
        found = list[OldRow]()
        for number, cells in rows:
            old, faults = self._reader.row(number, cells)
            found.append(OldRow(number, faults, old=old))
        olds = [one.old.old for one in found if one.old is not None]
        known = await known_of(session, self._batch.organisation, self._batch.source, olds)
        for one in found:
            if one.old is not None:
                one.known = known.get(one.old.old)
                one.faults += await self._wrong(one, one.old, sound=sound)
            one.judge()
        return found

    async def _wrong(self, row: OldRow, old: OldRecording, *, sound: bool) -> list[Fault]:
        faults = list[Fault]()

        def wrong(key: str, detail: str) -> None:
            faults.append(Fault(self._reader.titles[key], detail))

        row.owner = self._around.organisations.get(old.organisation or self._batch.organisation)
        if row.owner is None:
            wrong("organisation", f"没有机构“{old.organisation[:40]}”，或不在您的管理范围内")
        row.path = self._path(old)
        self._named.add(row.path)
        if not row.path.is_relative_to(self._folder):
            wrong("file", f"“{old.file[:40]}”不在录音文件夹内")
        elif not await asyncio.to_thread(row.path.is_file):
            wrong("file", f"没有文件“{old.file[:80]}”")
        elif sound and row.known is None:
            try:
                await asyncio.to_thread(look, row.path)
            except (NoSound, OSError) as error:
                wrong("file", f"“{old.file[:80]}”{error}")
        return faults

    def _path(self, old: OldRecording) -> Path:
        """Old platforms write paths of their own machines: `D:\\rec\\2024\\1.wav`."""
        said, prefix = old.file.replace("\\", "/"), self._batch.prefix.replace("\\", "/")
        return (self._folder / said.removeprefix(prefix).lstrip("/")).resolve()

    async def seal(self, rows: Sequence[OldRow]) -> None:
        """Seal the sound of new ones, to be kept by `take`; what is wrong with it becomes the row's fault.

        OSError, KeyProblem: nothing is kept.
        """
        for row in rows:
            if row.became == "good":
                await self._seal(row)
                row.judge()
        self._ready = list(rows)

    async def _seal(self, row: OldRow) -> None:
        assert row.old is not None and row.owner is not None and row.path is not None, "it has no faults"
        archive, old = self._around.archive, row.old
        live = archive.folder / "live"
        live.mkdir(parents=True, exist_ok=True)
        # Nobody can open it by a name, and it is gone with this process.
        with tempfile.TemporaryFile(dir=live) as plain:
            try:
                sides = await asyncio.to_thread(decode, row.path, plain, agent_first=self._batch.agent_first)
            except NoSound as error:
                row.faults.append(Fault(self._reader.titles["file"], f"“{old.file[:80]}”{error}"))
                return
            recording = Recording(
                id=_id_of(self._batch, old), call="", organisation=row.owner.name, region=row.owner.region,
                agent=old.agent, leg="", path="", started_at=old.started_at, state="recording", channels=sides,
                kind=old.kind,
            )  # fmt: skip
            row.sealed = await archive.take_in(recording, plain)

    async def _keep(self, session: AsyncSession, row: OldRow) -> str:
        """A new one, or what an earlier import said of one is replaced."""
        assert row.old is not None and row.owner is not None, "it has no faults"
        old = row.old
        if row.known is not None:
            id = row.known.recording
            about = {"agent": old.agent, "kind": old.kind, "started_at": old.started_at}
            about |= {"organisation": row.owner.name, "region": row.owner.region}
            await RecordingStore.change_with(session, id, **about)
            kept = await session.get_one(ImportedRow, id, with_for_update=True)
            kept.said, kept.batch = old.model_dump_json(), self._batch.id
        else:
            assert row.sealed is not None, "its sound was sealed"
            id = row.sealed.id
            await RecordingStore.put_with(session, row.sealed)
            session.add(
                ImportedRow(
                    recording=id, owner=self._batch.organisation, source=self._batch.source, old=old.old,
                    batch=self._batch.id, said=old.model_dump_json(),
                )
            )  # fmt: skip
        digits = Number.parse(old.number, area=self._around.area).digits if old.number else ""
        found_by = old.model_copy(update={"queue": self._around.queues.get(old.queue, old.queue)})
        await self._around.search.say_with(session, {id: facts_of(self._batch.source, found_by, digits)})
        return id

    def unnamed(self) -> int:
        """How many files of sound lie there of which no row told. Blocking."""
        return sum(1 for one in _sounds(self._folder) if one not in self._named)


def _sounds(folder: Path) -> Iterator[Path]:
    return (one for one in folder.rglob("*") if one.suffix.lower() in DEMUXERS and one.is_file())


def _id_of(batch: RecordingImportRow, old: OldRecording) -> str:
    """The same at every try: an engine that was killed in the middle is followed by one that makes the same again."""
    at = max(int(old.started_at.timestamp() * 1000), 0)
    name = "\0".join((batch.organisation, batch.source, old.old))
    return str(ULID(at.to_bytes(6) + hashlib.sha256(name.encode()).digest()[:10]))


def folder_of(root: Path, organisation: str, folder: str) -> Path:
    """Where an import's sound lies: below its organisation's folder, which is made. Invalid when it leaves that."""
    own = (root / organisation).resolve()
    own.mkdir(parents=True, exist_ok=True, mode=0o700)
    found = (own / folder).resolve()
    if not found.is_relative_to(own) or not found.is_dir():
        raise Invalid("no_folder", f"服务器上没有文件夹 {organisation}/{folder}", "folder")
    return found
