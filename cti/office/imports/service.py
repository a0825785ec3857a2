"""Imports that run behind everything else: tried, done, stopped, gone on with after an engine's death, taken back.

A module's own is a subclass: `taking` says how rows of a file become its records, `take_back` how they go again.
"""

from __future__ import annotations

import asyncio
import tempfile
from abc import abstractmethod
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC
from pathlib import Path
from typing import Any, ClassVar, Protocol, TypeVar

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Body, Paged
from cti.base.refusal import Conflict, Invalid, Refusal
from cti.base.visitor import Visitor
from cti.office.files.reading import pieces_of
from cti.office.files.service import Files as FileService
from cti.office.identity.directory import visitor_of
from cti.office.imports.table import ImportFaultLine, ImportRun
from cti.office.imports.views import (
    AFTER,
    AT_WORK,
    BEGUN,
    BUSY,
    GIVEN_UP,
    STATES,
    Cells,
    Fault,
    ImportFault,
    ImportRunView,
    Read,
)
from cti.office.jobs.kinds import Hopeless, JobKind
from cti.office.jobs.service import Jobs
from cti.office.records.office import Office
from cti.office.records.query import RecordQuery
from cti.office.records.service import Records
from cti.office.sheets import reading, writing

R = TypeVar("R", bound=ImportRun)
F = TypeVar("F", bound=Body)
V = TypeVar("V", bound=ImportRunView)

BATCH = 50
"""Rows that are stored together, if a module says nothing else; others write in between."""
FAULTS_KEPT = 20_000
"""Errors of an import that can be looked at; all are counted."""
HOURS = 12


class Taking(Protocol):
    """One reading of one file."""

    async def look(self, session: AsyncSession, rows: Sequence[Cells]) -> Sequence[Read]:
        """What would become of some rows; nothing is stored."""
        ...

    async def prepare(self, rows: Sequence[Cells]) -> None:
        """Read what can be read of some rows before others have to wait for the transaction that takes them."""
        ...

    async def take(self, session: AsyncSession, rows: Sequence[Cells]) -> tuple[Sequence[Read], Sequence[str]]:
        """Store some rows; returns also the ids of the records that were made or changed.

        What is refused is refused before anything is stored.
        """
        ...


class ImportRuns(Records[R, F, V, RecordQuery]):
    """Each import is a job that can be gone on with. `records` is the service of what is imported.

    A module's own has `Files` among its parts: the file that is read.
    """

    faults_table: ClassVar[type[ImportFaultLine]]
    counted: ClassVar[tuple[str, ...]] = ("good", "bad", "again")
    """The columns that count what became of rows."""
    undoable: ClassVar[tuple[str, ...]] = ("good",)
    """Those by which there is something to take back."""
    batch: ClassVar[int] = BATCH
    rest: ClassVar[float] = 0.0
    """For each second of work so many seconds in which others have the processor, and the database."""
    job_name: ClassVar[str]

    def __init__(self, office: Office, records: Records[Any, Any, Any, Any], jobs: Jobs) -> None:
        super().__init__(office)
        self._records, self._jobs = records, jobs

    @property
    def job(self) -> JobKind:
        """What does the work; taken up again after an engine's death where it was."""
        title, hours = f"导入{self._records.title}", HOURS * 3600.0
        return JobKind(self.job_name, title, self.work, tries=5, timeout=hours, given_up=self.given_up)

    @abstractmethod
    async def taking(self, visitor: Visitor, row: R, heading: Sequence[str]) -> Taking:
        """Whoever makes records of the rows of a file with this heading. Invalid for one that lacks a column."""

    @abstractmethod
    async def take_back(self, visitor: Visitor, row: R) -> str:
        """Remove its records, but those that somebody has worked on since; returns what is said of it."""

    async def stored(self, ids: Sequence[str]) -> None:
        """Hears of the records that were made or changed, once that is stored."""

    async def ended(self, session: AsyncSession, row: R) -> str:
        """What is said of an import that has gone through its file."""
        return ""

    # ── what people do ───────────────────────────────────────────────────────────────────────────────────────────

    def began(self, said: dict[str, Any], row: R | None) -> dict[str, Any]:
        """What an import is made of, for `values`. Conflict while it is at work."""
        if row is not None:
            if row.state in BUSY:
                raise Conflict("busy", "正在处理，请等它结束")
            return said
        counts = dict.fromkeys((*self.counted, "place", "faults"), 0)
        return {**said, **counts, "state": "new", "dry": True, "message": "", "begun_at": None, "ended_at": None}

    def offered(self, row: R, writes: bool) -> list[str]:
        """What fits its state."""
        acts = [name for name, states in AFTER.items() if row.state in states] if writes else []
        if "undo" in acts and (row.dry or not self._has_made(row)):
            acts.remove("undo")
        return [*(one for one in super().offered(row, writes) if row.state not in BUSY), *acts]

    async def check_removed(self, session: AsyncSession, row: R) -> None:
        """What was imported is taken back first, or stays known as imported."""
        if row.state in BUSY or (self._has_made(row) and not row.dry and row.state != "undone"):
            raise Conflict("imported", f"已导入{self._records.title}，请先撤销导入")

    async def begin(self, visitor: Visitor, id: str, act: str) -> V:
        """Try it, do it, stop or take back. Conflict where it does not fit, Invalid without a file."""
        visitor.need(self.edit_permission)
        async with self.changing() as session:
            row = await self.row(session, visitor, id, lock=True)
            if act not in self.offered(row, True):
                raise Conflict("not_now", f"{STATES[row.state]}，不能进行此操作")
            if act in ("look", "take"):
                await self._file(session, id)
                await session.execute(delete(self.faults_table).where(self.faults_table.batch == id))
                for key in (*self.counted, "place", "faults"):
                    setattr(row, key, 0)
                row.dry, row.begun_at, row.ended_at, row.message = act == "look", self.office.clock.wall(), None, ""
            row.state = BEGUN[act]
            if act == "stop" and id not in [one["import"] for one in await self._jobs.open(session, self.job_name)]:
                # Its job ended while nobody heard of it.
                row.state, row.ended_at = "stopped", self.office.clock.wall()
            await session.flush()
            await self.audit(session, visitor, act, id)
            if act != "stop":
                await self._jobs.add(session, self.job_name, self._said(row, visitor))
            (found,) = await self.shown_all(session, visitor, [row])
        self._jobs.look()
        await self.changed([id])
        return found

    async def faults(self, visitor: Visitor, id: str, page: int, size: int) -> Paged[ImportFault]:
        """What is wrong in which row."""
        visitor.need(self.see)
        async with self.office.store.reading() as session:
            row = await self.row(session, visitor, id)
            rows = await self._faults(session, id, size, (page - 1) * size)
        return Paged(items=rows, total=min(row.faults, FAULTS_KEPT), page=page, size=size)

    async def faults_sheet(self, visitor: Visitor, id: str) -> bytes:
        """The same as a spreadsheet."""
        visitor.need(self.see)
        async with self.office.store.reading() as session:
            await self.row(session, visitor, id)
            rows = await self._faults(session, id, FAULTS_KEPT, 0)
        return await writing.write(("行", "列", "错误"), [(one.row, one.field, one.detail) for one in rows])

    async def _faults(self, session: AsyncSession, id: str, size: int, offset: int) -> list[ImportFault]:
        table = self.faults_table
        rows = await session.scalars(
            select(table).where(table.batch == id).order_by(table.place).limit(size).offset(offset)
        )
        return [ImportFault(id=str(one.place), row=one.row, field=one.field, detail=one.detail) for one in rows]

    def _has_made(self, row: R) -> bool:
        return any(getattr(row, key) for key in self.undoable)

    # ── the work ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def work(self, data: Mapping[str, Any]) -> None:
        """As the person who asked, with the rights that he has now.

        A job that was given up and is tried again goes on where it was, unless somebody began anew meanwhile.
        """
        id = str(data["import"])
        async with self.office.store.writing() as session:
            row = await session.get(self.table, id, with_for_update=True)
            visitor = await visitor_of(session, str(data["person"]))
            if row is None or visitor is None:
                raise Hopeless("who asked for it is not there any more")
            if row.state not in BUSY:
                if row.state not in GIVEN_UP or data != self._said(row, visitor, data.get("state", "")):
                    raise Hopeless(f"the import is {row.state}: it is begun on its own page")
                row.state, row.message, row.ended_at = data["state"], "", None
            undoing = row.state == "undoing"
        await (self.take_all_back(visitor, id) if undoing else self.go_through(visitor, id))

    async def given_up(self, session: AsyncSession, data: Mapping[str, Any], reason: str) -> None:
        """Nobody is at it any more, so people can begin it again."""
        row = await session.get(self.table, str(data["import"]), with_for_update=True)
        if row is not None and row.state in BUSY:
            row.state = "failed" if row.state == "undoing" else "stopped"
            row.message, row.ended_at = reason[:400], self.office.clock.wall()

    @staticmethod
    def _said(row: R, visitor: Visitor, state: str = "") -> dict[str, Any]:
        """What a job is told: which beginning of which import it is about, and the state in which it works."""
        begun = row.begun_at.astimezone(UTC).isoformat() if row.begun_at is not None else ""
        return {"import": row.id, "person": visitor.person, "begun": begun, "state": state or row.state}

    async def take_all_back(self, visitor: Visitor, id: str) -> None:
        """Remove what it made; says at the end what stayed."""
        async with self.office.store.reading() as session:
            row = await session.get_one(self.table, id)
        await self._end(id, "undone", await self.take_back(visitor, row))

    async def go_through(self, visitor: Visitor, id: str) -> None:
        """Look at all rows of the file, or take them over, from where it was."""
        try:
            async with self._plain(id) as file:
                await self._rows(visitor, id, file)
        except Refusal as refusal:
            await self._end(id, "failed", refusal.detail)

    async def _rows(self, visitor: Visitor, id: str, file: Path) -> None:
        taking: Taking | None = None
        clock = self.office.clock
        async for batch in batches(file, self.batch):
            began = clock.now()
            if taking is None:
                heading = batch.pop(0)[1]
                async with self.office.store.reading() as session:
                    row = await session.get_one(self.table, id)
                taking = await self.taking(visitor, row, heading)
            if not await self._some(visitor, id, taking, batch):
                return
            # Others write in between.
            await asyncio.sleep((clock.now() - began) * self.rest)
        if taking is None:
            raise Invalid("sheet", "表格是空的", "file")
        async with self.office.store.reading() as session:
            row = await session.get_one(self.table, id)
            said = await self.ended(session, row)
        await self._end(id, "looked" if row.dry else "done", said)

    async def _some(self, visitor: Visitor, id: str, taking: Taking, batch: Iterable[Cells]) -> bool:
        """Some rows; False when it is to stop."""
        async with self.office.store.reading() as session:
            row = await session.get_one(self.table, id)
        if row.state not in AT_WORK:
            # Given up by who looks after jobs, on whichever engine, it says so already.
            if row.state == "stopping":
                await self._end(id, "stopped", "")
            return False
        todo = [one for one in batch if one[0] > row.place]
        if not todo:
            return True
        if row.dry:
            # Reads only: nobody waits for it.
            async with self.office.store.reading() as session:
                looked = await taking.look(session, todo)
            async with self._records.changing() as session:
                await self._count(session, id, looked)
            await self.changed([id])
            return True
        try:
            ids = await self._store(visitor, id, taking, todo)
        except Conflict:
            # What the database finds out spoils one row, not those beside it.
            ids = [made for one in todo for made in await self._alone(visitor, id, taking, one)]
        await self.stored(ids)
        await self.changed([id])
        return True

    async def _store(self, visitor: Visitor, id: str, taking: Taking, rows: Sequence[Cells]) -> Sequence[str]:
        await taking.prepare(rows)
        async with self._records.changing() as session:
            read, ids = await taking.take(session, rows)
            await self._records.audit(session, visitor, "imported", "", after={"import": id, "ids": list(ids)})
            await self._count(session, id, read)
        return ids

    async def _alone(self, visitor: Visitor, id: str, taking: Taking, row: Cells) -> Sequence[str]:
        try:
            return await self._store(visitor, id, taking, [row])
        except Conflict as refusal:
            async with self._records.changing() as session:
                await self._count(session, id, [Read(row[0], [Fault("", refusal.detail)])])
        return []

    async def _count(self, session: AsyncSession, id: str, read: Sequence[Read]) -> None:
        """What became of rows, and how far it is with them."""
        kept = await session.get_one(self.table, id, with_for_update=True)
        for one in read:
            setattr(kept, one.became, getattr(kept, one.became) + 1)
            for fault in one.faults:
                if kept.faults < FAULTS_KEPT:
                    said = {"field": fault.field[:60], "detail": fault.detail[:400]}
                    session.add(self.faults_table(batch=id, place=kept.faults, row=one.number, **said))  # type: ignore[call-arg]
                kept.faults += 1
        kept.place = read[-1].number

    async def _end(self, id: str, state: str, message: str) -> None:
        async with self.office.store.writing() as session:
            row = await session.get_one(self.table, id, with_for_update=True)
            row.state, row.message, row.ended_at = state, message[:400], self.office.clock.wall()
        await self.changed([id])

    async def _file(self, session: AsyncSession, id: str) -> str:
        found = await self.office.need(FileService).of(session, self.kind, id)
        if len(found) != 1:
            raise Invalid("file", "请上传一个表格（.xlsx 或 .csv），且只上传一个", "files")
        return found[0].id

    @asynccontextmanager
    async def _plain(self, id: str) -> AsyncIterator[Path]:
        """The file, opened for as long as it is read."""
        files = self.office.need(FileService)
        async with self.office.store.reading() as session:
            row = await files.one(session, self.kind, id, await self._file(session, id))
        path = await files.content(row)
        # What reads it goes by the ending; that of a text is told by its content.
        with tempfile.NamedTemporaryFile(prefix="hotline-import-", suffix=".xlsx") as plain:
            async for piece in pieces_of(path, self.office.store.cipher):
                await asyncio.to_thread(plain.write, piece)
            plain.flush()
            yield Path(plain.name)


async def batches(file: Path, size: int = BATCH) -> AsyncIterator[list[Cells]]:
    """The rows in portions, the heading first."""
    batch: list[Cells] = []
    async for one in reading.read(file, seconds=None):
        batch.append(one)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
