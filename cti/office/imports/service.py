"""Imports that run behind everything else: tried, done, stopped, gone on with after an engine's death, taken back.

A module's own is a subclass: `reader` says what a row is, `taking` how rows become its records, `forgotten` how they go
again. What people do is in `acts`, what the console shows in `describing`, mappings of columns and words in `mapping`.
"""

from __future__ import annotations

import asyncio
import tempfile
from abc import abstractmethod
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Protocol

import structlog
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from cti.base.ciphers.key_sources import KeyProblem
from cti.base.refusal import Conflict, Invalid, Refusal
from cti.base.visitor import Visitor
from cti.office.files.reading import pieces_of
from cti.office.files.service import Files
from cti.office.identity.directory import visitor_of
from cti.office.imports.acts import FAULTS_KEPT, F, ImportActs, R, V
from cti.office.imports.reader import TableReader
from cti.office.imports.views import AT_WORK, BUSY, GIVEN_UP, Cells, Fault, Read
from cti.office.jobs.kinds import Hopeless, JobKind
from cti.office.sheets import reading
from cti.store.columns import Base

log = structlog.get_logger(__name__)

BATCH = 50
"""Rows that are stored together, if a module says nothing else; others write in between."""
HOURS = 12


@dataclass(frozen=True, slots=True)
class Origins:
    """The table that says of which row of which import something came: `batch` is the import, `key` another column.

    What of them cannot be taken back `stay`s, in words behind a number and its `unit`.
    """

    table: type[Base]
    batch: InstrumentedAttribute[Any]
    key: InstrumentedAttribute[str]
    unit: str
    stay: str


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


class ImportRuns(ImportActs[R, F, V]):
    """Each import is a job that can be gone on with. `records` is the service of what is imported."""

    reader: ClassVar[type[TableReader[Any]]]
    """What a row of the table is."""
    origins: ClassVar[Origins]
    batch: ClassVar[int] = BATCH
    rest: ClassVar[float] = 0.0
    """For each second of work so many seconds in which others have the processor, and the database."""

    @property
    def job(self) -> JobKind:
        """What does the work; taken up again after an engine's death where it was."""
        hours = HOURS * 3600.0
        return JobKind(self.job_name, self.title, self.work, tries=5, timeout=hours, given_up=self.given_up)

    @abstractmethod
    async def taking(self, visitor: Visitor, row: R, heading: Sequence[str]) -> Taking:
        """Whoever makes records of the rows of a file with this heading. Invalid for one that lacks a column."""

    async def forgotten(self, session: AsyncSession, row: R, origin: Any) -> str:
        """Remove what came of a row, with its `origin`, as if it had never come; returns its id.

        Empty for what somebody has worked on since, which stays. A module has this, or a `take_back` of its own.
        """
        raise NotImplementedError

    def rows_in(self, file: Path) -> AsyncGenerator[Cells]:
        """The rows of a file, the heading first; a module may take files of other sorts than tables."""
        return reading.read(file, seconds=None)

    async def size_of(self, file: Path) -> str:
        """How much there is in a file, in words; of a module's own sort by the module. Invalid for what is none."""
        count = -1
        async for _ in reading.read(file, seconds=None):
            count += 1
        return f"共 {max(count, 0)} 行"

    async def stored(self, ids: Sequence[str]) -> None:
        """Hears of the records that were made or changed, once that is stored."""

    async def ended(self, session: AsyncSession, row: R) -> str:
        """What is said of an import that has gone through its file."""
        return ""

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
            self.tell([row.id])

    async def take_all_back(self, visitor: Visitor, id: str) -> None:
        """Remove what it made; says at the end what stayed."""
        origins, gone, after = self.origins, 0, ""
        mine = origins.batch == id
        while True:
            async with self.office.store.reading() as session:
                row = await session.get_one(self.table, id)
                wanted = select(origins.key).where(mine, origins.key > after).order_by(origins.key).limit(BATCH)
                keys = list(await session.scalars(wanted))
            if row.state != "undoing":
                return
            if not keys:
                break
            after = keys[-1]
            gone += await self.take_back(visitor, row, keys)
            await self.changed([id])
            await asyncio.sleep(0)
        async with self.office.store.reading() as session:
            left = await session.scalar(select(func.count()).select_from(origins.table).where(mine)) or 0
        stay = f"，{left} {origins.unit}{origins.stay}，保留" if left else ""
        await self._end(id, "undone", f"已撤销 {gone} {origins.unit}{stay}")

    async def take_back(self, visitor: Visitor, row: R, keys: Sequence[str]) -> int:
        """Remove what came of some rows; returns how much is gone."""
        origins = self.origins
        async with self._records.changing() as session:
            wanted = select(origins.table).where(origins.batch == row.id, origins.key.in_(keys))
            some = (await session.scalars(wanted.order_by(origins.key))).all()
            back = [gone for one in some if (gone := await self.forgotten(session, row, one))]
            await self._records.audit(session, visitor, "import_undone", "", after={"import": row.id, "ids": back})
        return len(back)

    async def go_through(self, visitor: Visitor, id: str) -> None:
        """Look at all rows of the file, or take them over, from where it was."""
        try:
            async with self._plain(id) as file:
                await self._count_rows(id, file)
                await self._rows(visitor, id, file)
        except Refusal as refusal:
            await self._end(id, "failed", refusal.detail)
        except (OSError, KeyProblem) as error:
            # A full disk or a lost key is no fault of a row: whoever mended it begins again, and nothing comes twice.
            log.error("an import cannot go on", kind=self.kind, id=id, reason=str(error))
            await self._end(id, "failed", f"已导入的保留，排除故障后可再次导入：{error}")

    async def _count_rows(self, id: str, file: Path) -> None:
        """Say how many there are, so that people see how far it is."""
        said = await self.size_of(file)
        async with self.office.store.writing() as session:
            row = await session.get_one(self.table, id, with_for_update=True)
            row.message = said
        await self.changed([id])

    async def _rows(self, visitor: Visitor, id: str, file: Path) -> None:
        taking: Taking | None = None
        clock = self.office.clock
        # Whoever reads the file ends with the last row that is wanted of it.
        async with aclosing(self.rows_in(file)) as rows, aclosing(batches(rows, self.batch)) as found:
            async for batch in found:
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

    @asynccontextmanager
    async def _plain(self, id: str) -> AsyncIterator[Path]:
        """The file, opened for as long as it is read."""
        files = self.office.need(Files)
        async with self.office.store.reading() as session:
            row = await files.one(session, self.kind, id, await self._file(session, id))
        path = await files.content(row)
        # What reads it goes by the ending; that of a text is told by its content.
        with tempfile.NamedTemporaryFile(prefix="hotline-import-", suffix=".xlsx") as plain:
            async for piece in pieces_of(path, self.office.store.cipher):
                await asyncio.to_thread(plain.write, piece)
            plain.flush()
            yield Path(plain.name)


async def batches(rows: AsyncGenerator[Cells], size: int = BATCH) -> AsyncGenerator[list[Cells]]:
    """Rows in portions."""
    batch: list[Cells] = []
    async for one in rows:
        batch.append(one)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
