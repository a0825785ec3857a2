"""Files on their way: sealed as they come, resumed where they stopped, linked when the record is saved.

The browser makes a token for each file. It tells `begin`, sends the bytes to `receive` from the offset that it is told,
and names the token when it saves; what nobody saves is gone after a day.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import hashlib
import os
import shutil
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path
from typing import IO, Self

import pydantic
import structlog
from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.ciphers.cipher import Cipher
from cti.base.ciphers.sealed_files import SealedFile, SealedWriter
from cti.base.clock import Clock
from cti.base.ids import new_id
from cti.base.refusal import Conflict, Invalid, NotFound, Refusal, TooMany
from cti.base.settings import FileSettings
from cti.base.visitor import Visitor
from cti.office.files.blobs import Blobs
from cti.office.files.content import HEAD, plain_name, right_name, sort_of, type_of
from cti.office.files.models import UploadRow
from cti.store.engine import Store, is_outage

log = structlog.get_logger(__name__)

BLOCK = 512 * 1024
"""Bytes that are sealed in one go, off the loop."""
MOST_WAITING = 100
"""Uploads of one person that are linked to nothing yet."""
MOST_OPEN = 64
"""Files that stay open between two requests."""
SPARE_BYTES = 256 * 1024 * 1024
"""Room that an upload must leave: calls are recorded on the same disk."""
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
Token = r"^[0-9A-Za-z_-]{16,40}$"  # noqa: S105 # the form of one


class UploadView(pydantic.BaseModel):
    """An upload: how much of it is here, and what it is once all of it is."""

    token: str
    name: str
    size: int
    received: int
    done: bool
    type: str
    sort: str


class _Sealing:
    """The file of an upload while it grows. Blocking."""

    def __init__(self, file: IO[bytes], writer: SealedWriter, digest: hashlib._Hash, received: int) -> None:
        self.file, self._writer, self.digest, self.received = file, writer, digest, received

    @classmethod
    def open(cls, path: Path, cipher: Cipher) -> Self:
        """A new one, or one that an engine before has left."""
        digest = hashlib.sha256()
        try:
            file = path.open("r+b")
        except FileNotFoundError:
            path.touch(mode=0o600)
            file = path.open("r+b")
            return cls(file, SealedWriter(file, cipher), digest, 0)
        writer = SealedWriter.resume(file, cipher, digest.update)
        return cls(file, writer, digest, writer.written)

    def write(self, data: bytes) -> None:
        self._writer.write(data)
        self.digest.update(data)
        self.received += len(data)

    def close(self) -> None:
        self._writer.close()
        self.file.flush()
        os.fsync(self.file.fileno())
        self.file.close()


class Uploads:
    """Takes them in. `tell_full` hears that the disk is full."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        blobs: Blobs,
        settings: Callable[[], FileSettings],
        tell_full: Callable[[], None] = lambda: None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._blobs = blobs
        self._settings = settings
        self._tell_full = tell_full
        self._open: dict[str, _Sealing] = {}
        self._busy: set[str] = set()

    def close(self) -> None:
        """The engine stops: what came stays, and is resumed."""
        while self._open:
            self._open.popitem()[1].file.close()

    async def begin(self, visitor: Visitor, token: str, name: str, size: int) -> UploadView:
        """A new upload; the one that is there when its browser asks once more. Invalid, Conflict, TooMany."""
        limit = self._settings().max_mb * 1024 * 1024
        if size > limit:
            raise Invalid("too_large", f"文件超过 {self._settings().max_mb} MB 上限", "size")
        if await asyncio.to_thread(lambda: shutil.disk_usage(self._store.data).free) < size + SPARE_BYTES:
            self._tell_full()
            raise _full()
        async with self._store.writing() as session:
            row = await session.get(UploadRow, token)
            if row is None:
                own = select(func.count()).select_from(UploadRow).where(UploadRow.person == visitor.person)
                if (await session.scalar(own) or 0) >= MOST_WAITING:
                    raise TooMany("uploads", f"未保存的附件已有 {MOST_WAITING} 个，请先保存", 60.0)
                row = UploadRow(
                    token=token, person=visitor.person, name=plain_name(name), size=size, blob=new_id(), type="",
                    sha256="", begun_at=self._clock.wall(),
                )  # fmt: skip
                session.add(row)
            elif row.person != visitor.person or row.size != size:
                raise Conflict("token", "上传标识已被使用，请重新选择文件")
        return await self._view(row)

    async def state(self, visitor: Visitor, token: str) -> UploadView:
        """How far it is. NotFound for others' too."""
        return await self._view(await self._own(visitor, token))

    async def receive(self, visitor: Visitor, token: str, offset: int, pieces: AsyncIterator[bytes]) -> UploadView:
        """Take in bytes from `offset` on; what came before an interruption stays. Conflict with `received` when that is
        not where it stopped, `disk_full` when nothing more can be written: then nothing of it is left.
        """
        row = await self._own(visitor, token)
        if row.sha256:
            return await self._view(row)
        if token in self._busy:
            raise Conflict("uploading", "该文件正在上传")
        self._busy.add(token)
        try:
            sealing = await self._sealing(row)
            if offset != sealing.received:
                more = {"received": sealing.received}
                raise Conflict("offset", "上传位置不一致，请从已接收处继续", more=more)
            try:
                await self._take_in(sealing, row.size, pieces)
            except ConnectionError:
                # Where all of it is here, it does not matter that the connection is not.
                if sealing.received < row.size:
                    raise
            if sealing.received == row.size:
                row = await self._finish(row, sealing)
        except OSError as error:
            if error.errno not in FULL:
                raise
            log.error("an upload does not fit on the disk", size=row.size, reason=str(error))
            self._tell_full()
            await self._make_room(row)
            raise _full() from error
        finally:
            self._busy.discard(token)
        return await self._view(row)

    async def _take_in(self, sealing: _Sealing, size: int, pieces: AsyncIterator[bytes]) -> None:
        waiting = bytearray()
        try:
            async for piece in pieces:
                if sealing.received + len(waiting) + len(piece) > size:
                    raise Invalid("too_long", "收到的内容比声明的大小多")
                waiting += piece
                if len(waiting) >= BLOCK:
                    data = bytes(waiting)
                    waiting.clear()
                    await asyncio.to_thread(sealing.write, data)
        finally:
            # The connection may be gone: what came is kept all the same.
            if waiting:
                await asyncio.to_thread(sealing.write, bytes(waiting))

    async def _finish(self, row: UploadRow, sealing: _Sealing) -> UploadRow:
        self._open.pop(row.token, None)
        path = self._incoming(row)
        await asyncio.to_thread(sealing.close)
        type = await asyncio.to_thread(self._type_of, path, row.name)
        if sort_of(type) not in self._settings().sorts:
            await self._drop(row)
            raise Invalid("type", "不支持该类型的文件（按内容识别，与文件名无关）", "file")
        await asyncio.to_thread(self._blobs.settle, row.blob, path)
        async with self._store.writing() as session:
            kept = await session.get(UploadRow, row.token)
            if kept is None:
                raise NotFound("no_upload", "上传不存在或已过期")
            kept.type, kept.sha256, kept.name = type, sealing.digest.hexdigest(), right_name(kept.name, type)
        return kept

    def _type_of(self, path: Path, name: str) -> str:
        def whole() -> IO[bytes]:
            return SealedFile(path.open("rb"), self._store.cipher)  # type: ignore[return-value] # a raw stream of bytes

        with whole() as file:
            head = file.read(HEAD)
        return type_of(head, name, whole)

    async def drop(self, visitor: Visitor, token: str) -> None:
        """Forget an upload that is not linked; nothing when there is none."""
        try:
            row = await self._own(visitor, token)
        except NotFound:
            return
        if token in self._busy:
            raise Conflict("uploading", "该文件正在上传，请先停止")
        await self._drop(row)

    async def whole(self, visitor: Visitor, token: str) -> UploadRow:
        """One of the visitor's uploads, all of which is here. NotFound, Conflict."""
        row = await self._own(visitor, token)
        if not row.sha256:
            raise Conflict("uploading", "该文件还没有上传完成")
        return row

    async def take(self, session: AsyncSession, visitor: Visitor, tokens: Iterable[str]) -> list[UploadRow]:
        """The uploads of these tokens, no longer there for anybody else, in the caller's transaction. Invalid when one
        is not whole, not there, or not his: then nothing may be saved.
        """
        wanted = list(dict.fromkeys(tokens))
        own = (UploadRow.token.in_(wanted), UploadRow.person == visitor.person, UploadRow.sha256 != "")
        rows = {
            row.token: row for row in (await session.scalars(select(UploadRow).where(*own).with_for_update())).all()
        }
        if lost := len(wanted) - len(rows):
            raise Invalid("files", f"有 {lost} 个附件没有上传完成或已失效，请重新上传", "files")
        await session.execute(delete(UploadRow).where(UploadRow.token.in_(wanted)))
        return [rows[token] for token in wanted]

    async def sweep(self, begun_before: object) -> None:
        """Remove uploads that nobody has saved."""
        async with self._store.reading() as session:
            rows = (await session.scalars(select(UploadRow).where(UploadRow.begun_at < begun_before))).all()
        for row in rows:
            if row.token not in self._busy:
                await self._drop(row)

    async def _make_room(self, row: UploadRow) -> None:
        # Its content goes first: the database may lie on the disk that is full. It is not whole, so nobody links it.
        if (sealing := self._open.pop(row.token, None)) is not None:
            with contextlib.suppress(OSError):
                sealing.file.close()
        await asyncio.to_thread(self._blobs.drop, row.blob)
        try:
            await self._drop(row)
        except Exception as problem:
            if not is_outage(problem):
                raise
            log.error("an upload that did not fit is forgotten later", token=row.token, reason=str(problem))

    async def _drop(self, row: UploadRow) -> None:
        if (sealing := self._open.pop(row.token, None)) is not None:
            sealing.file.close()
        async with self._store.writing() as session:
            gone = await session.scalars(
                delete(UploadRow).where(UploadRow.token == row.token).returning(UploadRow.token)
            )
            dropped = gone.first() is not None
        if dropped:
            await asyncio.to_thread(self._blobs.drop, row.blob)

    async def _own(self, visitor: Visitor, token: str) -> UploadRow:
        async with self._store.reading() as session:
            row = await session.get(UploadRow, token)
        if row is None or row.person != visitor.person:
            raise NotFound("no_upload", "上传不存在或已过期")
        return row

    def _incoming(self, row: UploadRow) -> Path:
        return self._blobs.scratch("incoming", row.blob)

    async def _sealing(self, row: UploadRow) -> _Sealing:
        found = self._open.pop(row.token, None)
        if found is None:
            found = await asyncio.to_thread(_Sealing.open, self._incoming(row), self._store.cipher)
        while len(self._open) >= MOST_OPEN:
            idle = next((token for token in self._open if token not in self._busy), None)
            if idle is None:
                break
            self._open.pop(idle).file.close()
        self._open[row.token] = found
        return found

    async def _view(self, row: UploadRow) -> UploadView:
        received = row.size if row.sha256 else 0
        if not row.sha256:
            if (known := self._open.get(row.token)) is not None:
                received = known.received
            elif self._incoming(row).is_file():
                received = (await self._sealing(row)).received
        return UploadView(
            token=row.token, name=row.name, size=row.size, received=received, done=bool(row.sha256), type=row.type,
            sort=sort_of(row.type) if row.type else "",
        )  # fmt: skip


def _full() -> Refusal:
    return Conflict("disk_full", "服务器存储空间不足，文件没有保存。请联系管理员，腾出空间后再上传")
