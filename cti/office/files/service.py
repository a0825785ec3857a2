"""Files of records: linked, listed, removed and given out. Whoever calls has asked whether the record may be seen."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pydantic
import structlog
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.clock import Clock
from cti.base.ids import new_id
from cti.base.refusal import Conflict, Invalid, NotFound
from cti.base.settings import FileSettings
from cti.base.visitor import Visitor
from cti.office.files.blobs import LOCAL, REMOTE, Blobs, StorageProblem
from cti.office.files.content import plain_name, right_name
from cti.office.files.models import FileRow, UploadRow
from cti.office.files.previews import Previews
from cti.office.files.reading import pieces_of
from cti.office.files.scanning import Clamd, Scanner, ScannerProblem
from cti.office.files.uploads import Uploads
from cti.office.files.views import Counts, FileView, PageCount, TextPreview
from cti.store.engine import Store

log = structlog.get_logger(__name__)

Alarm = Callable[[str, str], None]
"""Raises an alarm: its stable name, and what it says to people; empty words end it."""


@dataclass(frozen=True, slots=True)
class RemovedFile:
    """A file that was removed from a record of a kind."""

    id: str
    kind: str
    record: str


Held = Callable[[AsyncSession, Sequence[RemovedFile]], Awaitable[set[str]]]
"""Which of these files are still needed, by their ids."""
FULL, MISSING, SCANNER, STORAGE = "files_disk_full", "files_missing", "files_scanner", "files_storage"
AT_ONCE = 20
"""Files that are looked after in one go."""
WORDS = {
    "pending": "正在进行病毒扫描，请稍后",
    "failed": "病毒扫描未完成，将自动重试",
    "infected": "发现病毒，已禁止打开",
}


class Files:
    """The service. `settings` may be set while it runs."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        settings: FileSettings | None = None,
        alarm: Alarm = lambda name, text: None,
        scanner: Callable[[str], Scanner] = Clamd,
    ) -> None:
        self._store = store
        self._clock = clock
        self.settings = settings or FileSettings()
        self._is_let_out = False
        """Whether files that waited for a scanner wait no longer, since there is none: asked once."""
        self.held: list[Held] = []
        """Say which removed files somebody still needs: their contents stay."""
        self._alarm = alarm
        self._scanner = scanner
        self.blobs = Blobs(store.data, lambda: self.settings.s3)
        self.previews = Previews(self.blobs, store.cipher)
        full = "存放附件的磁盘空间不足，上传已被拒绝，请尽快清理"
        self.uploads = Uploads(store, clock, self.blobs, lambda: self.settings, lambda: alarm(FULL, full))

    def take_settings(self, settings: pydantic.BaseModel) -> None:
        """Go by other settings from now on."""
        assert isinstance(settings, FileSettings)
        self.settings = settings
        self._is_let_out = False

    # ── of a record ──────────────────────────────────────────────────────────────────────────────────────────────

    async def link(
        self, session: AsyncSession, visitor: Visitor, kind: str, record: str, tokens: Sequence[str]
    ) -> list[FileRow]:
        """Make uploads files of a record, in the transaction of what it is saved with: all of them or none. Invalid."""
        most = self.settings.per_record
        mine = (FileRow.kind == kind, FileRow.record == record, FileRow.removed_at.is_(None))
        count = await session.scalar(select(func.count()).select_from(FileRow).where(*mine)) or 0
        if count + len(set(tokens)) > most:
            raise Invalid("too_many", f"附件最多 {most} 个，已有 {count} 个", "files")
        now = self._clock.wall()
        scan = "pending" if self.settings.scanner else "off"
        rows = [
            FileRow(
                id=new_id(), kind=kind, record=record, name=one.name, type=one.type, size=one.size, sha256=one.sha256,
                blob=one.blob, place=LOCAL, scan=scan, found="", person=visitor.person, by=visitor.name, added_at=now,
                removed_by="",
            )
            for one in await self.uploads.take(session, visitor, tokens)
        ]  # fmt: skip
        session.add_all(rows)
        await session.flush()
        return rows

    async def of(
        self, session: AsyncSession, kind: str, record: str, *, removed: bool = False, person: str = ""
    ) -> list[FileView]:
        """The files of a record, in the order in which they came; or those that were removed from it.

        With a `person` those alone that he has sent.
        """
        gone = FileRow.removed_at.is_not(None) if removed else FileRow.removed_at.is_(None)
        wanted = select(FileRow).where(FileRow.kind == kind, FileRow.record == record, gone)
        if person:
            wanted = wanted.where(FileRow.person == person)
        rows = (await session.scalars(wanted.order_by(FileRow.added_at, FileRow.id))).all()
        there = await asyncio.to_thread(lambda: {row.blob: self.blobs.path(row.blob).is_file() for row in rows})
        return [self.shown(row, there[row.blob]) for row in rows]

    async def records_with(self, session: AsyncSession, kind: str, sha256: str) -> list[str]:
        """Records of the kind that have a file with this content."""
        same = FileRow.kind == kind, FileRow.sha256 == sha256, FileRow.removed_at.is_(None)
        return list(await session.scalars(select(FileRow.record).where(*same).order_by(FileRow.id)))

    async def counts(self, session: AsyncSession, kind: str, records: Iterable[str]) -> dict[str, int]:
        """How many files records have."""
        wanted = (
            select(FileRow.record, func.count())
            .where(FileRow.kind == kind, FileRow.record.in_(list(records)), FileRow.removed_at.is_(None))
            .group_by(FileRow.record)
        )
        return dict((await session.execute(wanted)).tuples().all())

    async def one(self, session: AsyncSession, kind: str, record: str, file: str, *, lock: bool = False) -> FileRow:
        """A file of a record, removed ones too. NotFound."""
        wanted = select(FileRow).where(FileRow.id == file, FileRow.kind == kind, FileRow.record == record)
        row = await session.scalar(wanted.with_for_update() if lock else wanted)
        if row is None:
            raise NotFound("no_file", "附件不存在")
        return row

    def shown(self, row: FileRow, there: bool = True) -> FileView:
        """The file for people; `there` is whether the folder has its content."""
        return FileView.of(row, self._blocked(row, there))

    def _blocked(self, row: FileRow, there: bool) -> str:
        if row.missing_at is not None or (row.place == LOCAL and not there):
            return "文件内容丢失，请联系管理员"
        if row.scan == "infected":
            return f"{WORDS['infected']}（{row.found}）"
        if row.scan in ("pending", "failed") and self.settings.unscanned == "refuse":
            return WORDS[row.scan]
        return ""

    def rename(self, row: FileRow, name: str) -> None:
        """Another name for a file of a locked record."""
        row.name = right_name(plain_name(name), row.type)

    def remove(self, visitor: Visitor, row: FileRow) -> None:
        """Take it out of the list; its content stays for some days."""
        row.removed_at, row.removed_by = self._clock.wall(), visitor.name

    async def bring_back(self, session: AsyncSession, kind: str, record: str, files: Sequence[str]) -> None:
        """Files that were removed from a record are its again."""
        own = FileRow.id.in_(files), FileRow.kind == kind, FileRow.record == record
        await session.execute(update(FileRow).where(*own).values(removed_at=None, removed_by=""))

    # ── contents ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def content(self, row: FileRow) -> Path:
        """The sealed content of a file that may be opened. Conflict says why not; what is lost is an alarm."""
        try:
            path = await self.blobs.find(row.blob, row.place)
        except StorageProblem as error:
            log.error("the storage of files cannot be reached", reason=str(error))
            raise Conflict("storage", "附件存储服务暂时不可用，请稍后再试") from error
        if (path is None) != (row.missing_at is not None):
            await self._note_missing(row.id, path is None)
            row.missing_at = self._clock.wall() if path is None else None
        if path is None:
            log.error("the content of a file is gone", file=row.id, blob=row.blob, place=row.place)
            self._alarm(MISSING, f"附件“{row.name}”的内容丢失，请从备份恢复")
        if words := self._blocked(row, path is not None):
            raise Conflict("blocked", words)
        assert path is not None
        return path

    async def _note_missing(self, id: str, missing: bool) -> None:
        at = self._clock.wall() if missing else None
        async with self._store.writing() as session:
            await session.execute(update(FileRow).where(FileRow.id == id).values(missing_at=at))

    async def picture(self, row: FileRow, what: str, page: int = 1) -> tuple[PageCount, bytes]:
        """A thumbnail, or a page large, as JPEG. Conflict when there can be none."""
        path = await self.content(row)
        about, drawn = await self.previews.of(row.blob, row.type, row.size, path, what, page)
        return PageCount(pages=about["pages"]), drawn

    async def text(self, row: FileRow) -> TextPreview:
        """A document to read. Conflict when there can be none."""
        return await self._text(row, await self.content(row))

    async def text_of_upload(self, row: UploadRow) -> TextPreview:
        """The same of an upload that is whole (`Uploads.whole`), before it is linked to anything."""
        return await self._text(row, self.blobs.path(row.blob))

    async def _text(self, row: FileRow | UploadRow, path: Path) -> TextPreview:
        about, drawn = await self.previews.of(row.blob, row.type, row.size, path, "text")
        counts = Counts(**about.get("counts") or {})
        match about["kind"]:
            case "html":
                return TextPreview(kind="html", cut=about["cut"], html=drawn.decode(), counts=counts)
            case "sheets":
                return TextPreview(kind="sheets", cut=about["cut"], sheets=msgspec.json.decode(drawn, type=list[Any]))
        return TextPreview(kind="text", cut=about["cut"], text=drawn.decode(), counts=counts)

    # ── looked after ─────────────────────────────────────────────────────────────────────────────────────────────

    async def scan_some(self) -> bool:
        """Have files looked at that wait for it; whether there may be more."""
        address = self.settings.scanner
        if address is None:
            if self._is_let_out:
                return False
            # Whoever takes the scanner away wants his files.
            async with self._store.writing() as session:
                waiting = FileRow.scan.in_(("pending", "failed"))
                await session.execute(update(FileRow).where(waiting).values(scan="off"))
            self._is_let_out = True
            return False
        rows = await self._some(FileRow.scan.in_(("pending", "failed")))
        for row in rows:
            state, found = "clean", ""
            try:
                path = await self.blobs.find(row.blob, row.place)
                if path is None:
                    continue
                verdict = await self._scanner(address).scan(pieces_of(path, self._store.cipher))
                if verdict.found:
                    state, found = "infected", verdict.found
                    log.warning("a virus was found", file=row.id, record=f"{row.kind}:{row.record}", virus=found)
            except (ScannerProblem, StorageProblem) as problem:
                state, found = "failed", str(problem)
                log.error("a file was not scanned", file=row.id, reason=found)
                self._alarm(SCANNER, f"病毒扫描服务不可用，新附件暂不能打开：{problem}")
            await self._set(row, {"scan": state, "found": found})
            if state == "failed":
                return False
        if rows:
            self._alarm(SCANNER, "")
        return len(rows) == AT_ONCE

    async def move_some(self) -> bool:
        """Move contents to S3, where there is one; whether there may be more."""
        if not self.blobs.has_remote:
            return False
        rows = await self._some(FileRow.place == LOCAL, FileRow.missing_at.is_(None))
        for row in rows:
            try:
                sent = await self.blobs.send(row.blob)
            except StorageProblem as problem:
                log.error("files stay here until the storage service can be reached", reason=str(problem))
                self._alarm(STORAGE, f"附件对象存储不可用，附件暂存本机：{problem}")
                return False
            if not sent:
                await self._note_missing(row.id, True)
                self._alarm(MISSING, f"附件“{row.name}”的内容丢失，请从备份恢复")
                continue
            await self._set(row, {"place": REMOTE})
            await asyncio.to_thread(self.blobs.path(row.blob).unlink, missing_ok=True)
        if rows:
            self._alarm(STORAGE, "")
        return len(rows) == AT_ONCE

    async def sweep(self) -> None:
        """Remove what nobody saved in a day, and what was removed long enough ago."""
        now = self._clock.wall()
        await self.uploads.sweep(now - timedelta(days=1))
        until, after = now - timedelta(days=self.settings.keep_removed_days), ""
        while rows := await self._removed(until, after):
            removed = [RemovedFile(row.id, row.kind, row.record) for row in rows]
            async with self._store.reading() as session:
                held = {id for ask in self.held for id in await ask(session, removed)}
            for row in rows:
                if row.id not in held and not await self._destroy(row):
                    return
            after = rows[-1].id

    async def _removed(self, until: datetime, after: str) -> list[FileRow]:
        wanted = select(FileRow).where(FileRow.removed_at < until, FileRow.id > after)
        async with self._store.reading() as session:
            return list((await session.scalars(wanted.order_by(FileRow.id).limit(AT_ONCE))).all())

    async def purge(self, session: AsyncSession, kind: str, records: Iterable[str]) -> None:
        """Records are gone for good: their files are removed, and their contents with the next sweep."""
        long_ago = datetime.min.replace(year=2000, tzinfo=self._clock.wall().tzinfo)
        mine = (FileRow.kind == kind, FileRow.record.in_(list(records)))
        await session.execute(update(FileRow).where(*mine).values(removed_at=long_ago))

    async def _destroy(self, row: FileRow) -> bool:
        try:
            await self.blobs.remove(row.blob, row.place)
        except StorageProblem as problem:
            log.error("a removed file stays until the storage service can be reached", reason=str(problem))
            return False
        async with self._store.writing() as session:
            if (gone := await session.get(FileRow, row.id)) is not None:
                await session.delete(gone)
        return True

    async def _some(self, *limits: Any) -> list[FileRow]:
        async with self._store.reading() as session:
            wanted = select(FileRow).where(*limits).order_by(FileRow.added_at, FileRow.id).limit(AT_ONCE)
            return list((await session.scalars(wanted)).all())

    async def _set(self, row: FileRow, values: dict[str, Any]) -> None:
        async with self._store.writing() as session:
            await session.execute(update(FileRow).where(FileRow.id == row.id).values(**values))
