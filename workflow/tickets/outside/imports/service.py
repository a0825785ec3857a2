"""Imports of an old system's tickets: tried, done in the background, stopped, gone on with, taken back."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

import pydantic
import structlog
from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Body, Paged
from cti.base.refusal import Conflict, Invalid, Refusal
from cti.base.visitor import Visitor
from cti.office.files.reading import pieces_of
from cti.office.files.service import Files as FileService
from cti.office.identity.directory import visitor_of
from cti.office.jobs.kinds import Hopeless, JobKind
from cti.office.jobs.service import Jobs
from cti.office.parts import Files
from cti.office.records import Office, RecordQuery, Records, RecordView
from cti.office.records.parts import RecordPart
from cti.office.screens import form
from cti.office.screens.description import Tone
from cti.office.sheets import reading, writing
from workflow.tickets.models import ImportFaultRow, ImportMappingRow, ImportRow, OutsideRow
from workflow.tickets.outside.imports.mappings import IMPORT, ImportMappings
from workflow.tickets.outside.imports.old_ticket import Fault, Reader
from workflow.tickets.outside.imports.taking import Cells, Read, Taking, take_back
from workflow.tickets.service import Tickets

log = structlog.get_logger(__name__)

JOB = "tickets.import"
BATCH = 50
"""Rows that are stored together; others write in between."""
FAULTS_KEPT = 20_000
"""Errors of an import that can be looked at; all are counted."""
STATES = {
    "new": "未开始", "looking": "试导入中", "looked": "已试导入", "working": "导入中", "done": "已导入",
    "stopping": "正在停止", "stopped": "已停止", "failed": "失败", "undoing": "撤销中", "undone": "已撤销",
}  # fmt: skip
TONES: dict[str, Tone] = {
    "looking": "talk", "working": "talk", "undoing": "talk", "stopping": "break", "stopped": "break", "done": "ready",
    "failed": "ring",
}  # fmt: skip
BUSY = ("looking", "working", "stopping", "undoing")
AFTER: Mapping[str, tuple[str, ...]] = {
    "look": ("new", "looked", "failed", "stopped", "done", "undone"),
    "take": ("new", "looked", "failed", "stopped", "done", "undone"),
    "stop": ("looking", "working"),
    "undo": ("done", "stopped", "failed"),
}
"""What can be done in which state."""
BEGUN = {"look": "looking", "take": "working", "stop": "stopping", "undo": "undoing"}


class ImportFields(Body):
    """What is said of an import."""

    title: str = pydantic.Field(min_length=2, max_length=120, title="名称")
    mapping: str | None = pydantic.Field(
        default=None, max_length=26, title="导入对照",
        json_schema_extra=form(
            kind="choice", options_from="/api/tickets/import_mappings/choices", help="空则列名须与模板相同"
        ),
    )  # fmt: skip


class ImportView(RecordView):
    """An import and how far it is."""

    title: str = pydantic.Field(title="名称", json_schema_extra=form(width=220))
    mapping: str | None = pydantic.Field(title="导入对照编号")
    mapping_title: str = pydantic.Field(default="", title="导入对照", json_schema_extra=form(none="同模板"))
    state: str = pydantic.Field(title="状态", json_schema_extra=form(kind="choice", options=STATES, tones=TONES))
    place: int = pydantic.Field(title="处理到第几行", json_schema_extra=form(width=110))
    good: int = pydantic.Field(title="成功", json_schema_extra=form(width=80))
    again: int = pydantic.Field(title="此前已导入", json_schema_extra=form(width=110))
    bad: int = pydantic.Field(title="有误", json_schema_extra=form(width=80))
    message: str = pydantic.Field(title="说明")
    begun_at: datetime | None = pydantic.Field(title="开始时间")
    ended_at: datetime | None = pydantic.Field(title="结束时间")


class ImportFault(pydantic.BaseModel):
    """What is wrong in a row of the file."""

    id: str
    row: int = pydantic.Field(title="行", json_schema_extra=form(width=90))
    field: str = pydantic.Field(title="列", json_schema_extra=form(width=200))
    detail: str = pydantic.Field(title="错误")


class Imports(Records[ImportRow, ImportFields, ImportView, RecordQuery]):
    """Imports, each a job in the background that can be gone on with."""

    table, fields, view, query = ImportRow, ImportFields, ImportView, RecordQuery
    kind: ClassVar[str] = "ticket_import"
    title: ClassVar[str] = "历史工单导入"
    see: ClassVar[str] = IMPORT
    edit_permission: ClassVar[str] = IMPORT
    export_permission: ClassVar[str] = IMPORT
    parts: ClassVar[tuple[RecordPart, ...]] = (Files(),)

    def __init__(self, office: Office, tickets: Tickets, mappings: ImportMappings, jobs: Jobs) -> None:
        super().__init__(office)
        self._tickets, self._mappings, self._jobs = tickets, mappings, jobs

    @property
    def job(self) -> JobKind:
        """What does the work; taken up again after an engine's death where it was."""
        return JobKind(JOB, "导入历史工单", self.work, tries=5, timeout=12 * 3600.0)

    # ── what people do ───────────────────────────────────────────────────────────────────────────────────────────

    async def values(
        self, session: AsyncSession, body: ImportFields, row: ImportRow | None, organisation: str
    ) -> dict[str, Any]:
        """A mapping that there is; nothing is changed while it is at work."""
        if body.mapping:
            known = await session.get(ImportMappingRow, body.mapping)
            if known is None or known.organisation != organisation or known.removed_at is not None:
                raise Invalid("no_mapping", "没有这个导入对照", "mapping")
        said: dict[str, Any] = {"title": body.title, "mapping": body.mapping or None}
        if row is not None:
            if row.state in BUSY:
                raise Conflict("busy", "正在处理，请等它结束")
            return said
        counts = dict.fromkeys(("place", "good", "bad", "again", "faults"), 0)
        return {**said, **counts, "state": "new", "dry": True, "message": "", "begun_at": None, "ended_at": None}

    async def complete(
        self, session: AsyncSession, visitor: Visitor, rows: Sequence[ImportRow], views: Sequence[ImportView]
    ) -> None:
        """And how their mappings are called."""
        await super().complete(session, visitor, rows, views)
        wanted = select(ImportMappingRow.id, ImportMappingRow.title)
        found = await session.execute(wanted.where(ImportMappingRow.id.in_([row.mapping or "" for row in rows])))
        titles = dict(found.tuples().all())
        for view in views:
            view.mapping_title = titles.get(view.mapping or "", "")

    def offered(self, row: ImportRow, writes: bool) -> list[str]:
        """What fits its state."""
        acts = [name for name, states in AFTER.items() if row.state in states] if writes else []
        if "undo" in acts and (row.dry or not row.good):
            acts.remove("undo")
        return [*(one for one in super().offered(row, writes) if row.state not in BUSY), *acts]

    async def check_removed(self, session: AsyncSession, row: ImportRow) -> None:
        """What was imported is taken back first, or stays known as imported."""
        if row.state in BUSY or (row.good and not row.dry and row.state != "undone"):
            raise Conflict("imported", "已导入工单，请先撤销导入")

    async def begin(self, visitor: Visitor, id: str, act: str) -> ImportView:
        """Try it, do it, stop or take back. Conflict where it does not fit, Invalid without a file."""
        visitor.need(IMPORT)
        async with self.changing() as session:
            row = await self.row(session, visitor, id, lock=True)
            if act not in self.offered(row, True):
                raise Conflict("not_now", f"{STATES[row.state]}，不能进行此操作")
            if act in ("look", "take"):
                await self._file(session, id)
                await session.execute(delete(ImportFaultRow).where(ImportFaultRow.batch == id))
                row.place = row.good = row.bad = row.again = row.faults = 0
                row.dry, row.begun_at, row.ended_at, row.message = act == "look", self.office.clock.wall(), None, ""
            row.state = BEGUN[act]
            await session.flush()
            await self.audit(session, visitor, act, id)
            if act != "stop":
                await self._jobs.add(session, JOB, {"import": id, "person": visitor.person})
            (found,) = await self.shown_all(session, visitor, [row])
        self._jobs.look()
        return found

    async def faults(self, visitor: Visitor, id: str, page: int, size: int) -> Paged[ImportFault]:
        """What is wrong in which row."""
        visitor.need(IMPORT)
        async with self.office.store.reading() as session:
            row = await self.row(session, visitor, id)
            rows = await self._faults(session, id, size, (page - 1) * size)
        return Paged(items=rows, total=min(row.faults, FAULTS_KEPT), page=page, size=size)

    async def faults_sheet(self, visitor: Visitor, id: str) -> bytes:
        """The same as a spreadsheet."""
        visitor.need(IMPORT)
        async with self.office.store.reading() as session:
            await self.row(session, visitor, id)
            rows = await self._faults(session, id, FAULTS_KEPT, 0)
        return await writing.write(("行", "列", "错误"), [(one.row, one.field, one.detail) for one in rows])

    async def _faults(self, session: AsyncSession, id: str, size: int, offset: int) -> list[ImportFault]:
        wanted = select(ImportFaultRow).where(ImportFaultRow.batch == id).order_by(ImportFaultRow.place)
        rows = await session.scalars(wanted.limit(size).offset(offset))
        return [ImportFault(id=str(one.place), row=one.row, field=one.field, detail=one.detail) for one in rows]

    # ── the work ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def work(self, data: Mapping[str, Any]) -> None:
        """As the person who asked, with the rights that he has now."""
        id = str(data["import"])
        async with self.office.store.reading() as session:
            row = await session.get(ImportRow, id)
            visitor = await visitor_of(session, str(data["person"]))
            if row is None or visitor is None:
                raise Hopeless("who asked for it is not there any more")
            undoing = row.state == "undoing"
        await (self.take_all_back(visitor, id) if undoing else self.go_through(visitor, id))

    async def go_through(self, visitor: Visitor, id: str) -> None:
        """Look at all rows of the file, or take them over, from where it was."""
        try:
            async with self._plain(id) as file:
                await self._rows(visitor, id, file)
        except Refusal as refusal:
            await self._end(id, "failed", refusal.detail)

    async def _rows(self, visitor: Visitor, id: str, file: Path) -> None:
        taking: Taking | None = None
        async for batch in _batches(file):
            if taking is None:
                taking = await self._taking(visitor, id, batch.pop(0)[1])
            if not await self._some(visitor, id, taking, batch):
                return
            # Others write in between.
            await asyncio.sleep(0)
        if taking is None:
            raise Invalid("sheet", "表格是空的", "file")
        async with self.office.store.reading() as session:
            row = await session.get_one(ImportRow, id)
        await self._end(id, "looked" if row.dry else "done", "")

    async def _taking(self, visitor: Visitor, id: str, heading: Sequence[str]) -> Taking:
        await self._tickets.titles.refresh()
        async with self.office.store.reading() as session:
            row = await session.get_one(ImportRow, id)
            mapping = await session.get(ImportMappingRow, row.mapping) if row.mapping else None
        columns = {one["field"]: one["column"] for one in mapping.columns} if mapping is not None else {}
        words = {(one["field"], one["theirs"]): one["ours"] for one in mapping.words} if mapping is not None else {}
        owner = replace(visitor, organisation=row.organisation, region=row.region)
        system = f"import:{row.organisation}:{row.mapping or ''}"
        return Taking(self._tickets, owner, system, id, Reader(columns, words, heading))

    async def _some(self, visitor: Visitor, id: str, taking: Taking, batch: Iterable[Cells]) -> bool:
        """Some rows; False when it is to stop."""
        async with self.office.store.reading() as session:
            row = await session.get_one(ImportRow, id)
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
            async with self._tickets.changing() as session:
                await self._count(session, id, looked)
            return True
        try:
            await self._store(visitor, id, taking, todo)
        except Conflict:
            # What the database finds out spoils one row, not those beside it.
            for one in todo:
                await self._alone(visitor, id, taking, one)
        self._tickets.cases.done()
        return True

    async def _store(self, visitor: Visitor, id: str, taking: Taking, rows: Sequence[Cells]) -> None:
        async with self._tickets.changing() as session:
            read = await taking.take(session, rows)
            ids = [one.row.id for one in read if one.row is not None]
            await self._tickets.audit(session, visitor, "imported", "", after={"import": id, "ids": ids})
            await self._count(session, id, read)

    async def _alone(self, visitor: Visitor, id: str, taking: Taking, row: Cells) -> None:
        try:
            await self._store(visitor, id, taking, [row])
        except Conflict as refusal:
            async with self._tickets.changing() as session:
                await self._count(session, id, [Read(row[0], None, [Fault("", refusal.detail)])])

    @staticmethod
    async def _count(session: AsyncSession, id: str, read: Sequence[Read]) -> None:
        """What became of rows, and how far it is with them."""
        kept = await session.get_one(ImportRow, id, with_for_update=True)
        for one in read:
            setattr(kept, one.became, getattr(kept, one.became) + 1)
            for fault in one.faults:
                if kept.faults < FAULTS_KEPT:
                    said = {"field": fault.field[:60], "detail": fault.detail[:400]}
                    session.add(ImportFaultRow(batch=id, place=kept.faults, row=one.number, **said))
                kept.faults += 1
        kept.place = read[-1].number

    async def take_all_back(self, visitor: Visitor, id: str) -> None:
        """Remove its tickets, but those that somebody has worked on since."""
        gone = stayed = 0
        async with self.office.store.reading() as session:
            since = (await session.get_one(ImportRow, id)).begun_at
        assert since is not None, "it has begun before it is taken back"
        after = ""
        while True:
            async with self._tickets.changing() as session:
                wanted = select(OutsideRow).where(OutsideRow.batch == id, OutsideRow.id > after)
                rows = (await session.scalars(wanted.order_by(OutsideRow.id).limit(BATCH))).all()
                if not rows:
                    break
                after = rows[-1].id
                back = [one.ticket for one in rows if await take_back(session, self._tickets, one, since)]
                gone, stayed = gone + len(back), stayed + len(rows) - len(back)
                await self._tickets.audit(session, visitor, "import_undone", "", after={"import": id, "ids": back})
            await asyncio.sleep(0)
        async with self.office.store.reading() as session:
            left = await session.scalar(select(func.count()).where(OutsideRow.batch == id)) or 0
        said = f"，{left} 张已有后续办理，保留" if left else ""
        await self._end(id, "undone", f"已撤销 {gone} 张{said}")

    async def _end(self, id: str, state: str, message: str) -> None:
        async with self.office.store.writing() as session:
            row = await session.get_one(ImportRow, id, with_for_update=True)
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


async def _batches(file: Path) -> AsyncIterator[list[Cells]]:
    """The rows in portions, the heading first."""
    batch: list[Cells] = []
    async for one in reading.read(file, seconds=None):
        batch.append(one)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
