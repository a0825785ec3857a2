"""What people do with imports: say which file, try it, do it, stop it, take it back, see what was wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from typing import Any, ClassVar, TypeVar

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Body, Paged
from cti.base.refusal import Conflict, Invalid
from cti.base.visitor import Visitor
from cti.office.files.service import Files as FileService
from cti.office.imports.live import ImportsLive
from cti.office.imports.table import ImportFaultLine, ImportRun
from cti.office.imports.views import AFTER, BEGUN, BUSY, STATES, ImportFault, ImportRunView
from cti.office.jobs.service import Jobs
from cti.office.records.office import Office
from cti.office.records.query import RecordQuery
from cti.office.records.service import Records
from cti.office.sheets import writing

R = TypeVar("R", bound=ImportRun)
F = TypeVar("F", bound=Body)
V = TypeVar("V", bound=ImportRunView)

FAULTS_KEPT = 20_000
"""Errors of an import that can be looked at; all are counted."""


class ImportActs(Records[R, F, V, RecordQuery]):
    """Imports as records with acts of their own. `records` is the service of what is imported.

    A module's own has `Files` among its parts: the table that is read.
    """

    faults_table: ClassVar[type[ImportFaultLine]]
    counted: ClassVar[tuple[str, ...]] = ("good", "again", "bad")
    """The columns that count what became of rows, as they are shown."""
    undoable: ClassVar[tuple[str, ...]] = ("good",)
    """Those by which there is something to take back."""
    file_title: ClassVar[str] = "一个表格（.xlsx 或 .csv）"
    """What is read."""
    job_name: ClassVar[str]

    def __init__(self, office: Office, records: Records[Any, Any, Any, Any], jobs: Jobs) -> None:
        super().__init__(office)
        self._records, self._jobs = records, jobs

    async def changed(self, ids: Sequence[str]) -> None:
        """Also those who look at imports."""
        await super().changed(ids)
        self.tell(ids)

    def tell(self, ids: Sequence[str]) -> None:
        """Those who look at imports, where the house has pages."""
        if (live := self.office.foundations.get(ImportsLive)) is not None:
            for id in ids:
                live.tell(id, self.see)

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
            raise Conflict("imported", "已导入，请先撤销导入")

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

    async def _file(self, session: AsyncSession, id: str) -> str:
        found = await self.office.need(FileService).of(session, self.kind, id)
        if len(found) != 1:
            raise Invalid("file", f"请上传{self.file_title}，且只上传一个", "files")
        return found[0].id

    @staticmethod
    def _said(row: R, visitor: Visitor, state: str = "") -> dict[str, Any]:
        """What a job is told: which beginning of which import it is about, and the state in which it works."""
        begun = row.begun_at.astimezone(UTC).isoformat() if row.begun_at is not None else ""
        return {"import": row.id, "person": visitor.person, "begun": begun, "state": state or row.state}
