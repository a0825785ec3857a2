"""Files as a part of records: `parts: ClassVar = (AttachedFiles(),)`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import pydantic
from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Exchange, Route
from cti.base.refusal import Conflict, NotAllowed, NotFound
from cti.base.visitor import Visitor
from cti.office.files.models import FileRow
from cti.office.files.reading import pieces_of
from cti.office.files.service import Files as FileService
from cti.office.files.serving import give
from cti.office.files.views import (
    ContentQuery,
    FileList,
    FileName,
    FileView,
    NewFiles,
    PageCount,
    RemovedQuery,
    TextPreview,
    Tokens,
)
from cti.office.records.parts import Fields, RecordPart
from cti.office.screens.description import Column, Field, Tab
from cti.office.timeline.audited import Audited
from cti.office.timeline.sources import TimelineSource

if TYPE_CHECKING:
    from cti.office.records.parts import Service

SOURCE = Audited(
    "file",
    "附件",
    {
        "added": lambda said: f"上传附件“{said['name']}”",
        "removed": lambda said: f"删除附件“{said['name']}”",
        "restored": lambda said: f"恢复附件“{said['name']}”",
        "renamed": lambda said: f"附件改名为“{said['name']}”",
    },
    {"removed": "ring"},
)


class Files(RecordPart):
    """Files of each record, as many and as large as the house's settings say."""

    name: ClassVar[str] = "files"

    def shown(self) -> Fields:
        """How many a record has."""
        return {"file_count": (int, pydantic.Field(default=0, title="附件"))}

    def filled(self) -> Fields:
        """Uploads that the record is made with."""
        return {"files": (Tokens, pydantic.Field(default=[], max_length=100, title="附件"))}

    async def beside(
        self, session: AsyncSession, service: Service, visitor: Visitor, ids: Sequence[str]
    ) -> Mapping[str, Mapping[str, Any]]:
        """How many files each record has."""
        found = await service.office.need(FileService).counts(session, _kind(service), ids)
        return {id: {"file_count": count} for id, count in found.items()}

    async def made(self, session: AsyncSession, service: Service, visitor: Visitor, id: str, filled: Any) -> None:
        """Link them with the record."""
        if filled["files"]:
            await _link(session, service, visitor, id, filled["files"])

    async def purge(self, session: AsyncSession, service: Service, ids: Iterable[str]) -> None:
        """The files of purged records go with them."""
        await service.office.need(FileService).purge(session, service.kind, ids)

    def sources(self, service: Service) -> Sequence[TimelineSource]:
        """Who added and removed which."""
        return (SOURCE,)

    def tabs(self, service: type[Service], base: str) -> tuple[Tab, ...]:
        """The list with its uploads."""
        return (
            Tab(
                name="files", title="附件", kind="component", component="files", source=f"{base}/{{id}}/files",
                edit=service.part_permission or service.edit_permission,
            ),
        )  # fmt: skip

    def columns(self) -> tuple[Column, ...]:
        """How many files it has, where a list has room for it."""
        return (Column(key="file_count", title="附件", kind="number", width=80, hidden=True),)

    def form(self, base: str) -> tuple[Field, ...]:
        """Uploads in the form of a new record."""
        return (Field(key="files", title="附件", kind="files", only_new=True),)

    def routes(self, service: Service, base: str) -> list[Route]:
        """All below `base/{id}/files`."""
        see, title = service.see, service.title
        edit = service.part_permission or service.edit_permission
        office = service.office
        one = f"{base}/{{id}}/files/{{file}}"

        async def listing(visitor: Visitor, id: str, query: RemovedQuery) -> FileList:
            files = office.need(FileService)
            async with office.store.reading() as session:
                record = await service.part_of(session, visitor, id)
                every = await files.of(session, _kind(service), id, removed=query.removed)
                if service.keeps_files and not query.removed:
                    gone = await files.of(session, _kind(service), id, removed=True)
                    every += [one.model_copy(update={"removed": False, "removed_by": ""}) for one in gone]
                found = [_for(service, visitor, record, one) for one in every if service.sees_file(record, one.id)]
            return FileList(items=found, most=files.settings.per_record)

        async def add(visitor: Visitor, id: str, body: NewFiles) -> FileList:
            files = office.need(FileService)
            async with service.changing() as session:
                record = await service.part_of(session, visitor, id, change=True, permission=service.part_permission)
                await _link(session, service, visitor, id, body.tokens)
                found = [_for(service, visitor, record, one) for one in await files.of(session, service.kind, id)]
            await service.changed([id])
            return FileList(items=found, most=files.settings.per_record)

        async def own(session: AsyncSession, visitor: Visitor, id: str, file: str) -> FileRow:
            record = await service.part_of(session, visitor, id, change=True, permission=service.part_permission)
            row = await office.need(FileService).one(session, service.kind, id, file, lock=True)
            if not service.may_change_file(visitor, record, row.person):
                raise NotAllowed("not_yours", "只能修改或删除自己上传的附件")
            return row

        async def rename(visitor: Visitor, id: str, file: str, body: FileName) -> FileView:
            files = office.need(FileService)
            async with service.changing() as session:
                row = await own(session, visitor, id, file)
                before = row.name
                files.rename(row, body.name)
                if row.name != before:
                    after = {"file": file, "name": row.name}
                    await _note(session, service, visitor, "renamed", id, after, {"name": before})
                return files.shown(row)

        async def remove(visitor: Visitor, id: str, file: str) -> None:
            files = office.need(FileService)
            async with service.changing() as session:
                row = await own(session, visitor, id, file)
                if row.removed_at is None:
                    files.remove(visitor, row)
                    await _note(session, service, visitor, "removed", id, _said(row))
            await service.changed([id])

        async def restore(visitor: Visitor, id: str, file: str) -> None:
            files = office.need(FileService)
            async with service.changing() as session:
                row = await own(session, visitor, id, file)
                there = (await files.counts(session, service.kind, [id])).get(id, 0)
                if row.removed_at is not None and there >= files.settings.per_record:
                    raise Conflict("too_many", f"附件最多 {files.settings.per_record} 个，请先删除其他附件")
                if row.removed_at is not None:
                    row.removed_at, row.removed_by = None, ""
                    await _note(session, service, visitor, "restored", id, _said(row))
            await service.changed([id])

        async def found(visitor: Visitor, id: str, file: str) -> FileRow:
            async with office.store.reading() as session:
                record = await service.part_of(session, visitor, id)
                if not service.sees_file(record, file):
                    raise NotFound("no_file", "附件不存在")
                return await office.need(FileService).one(session, _kind(service), id, file)

        async def content(
            visitor: Visitor, id: str, file: str, query: ContentQuery, exchange: Exchange
        ) -> web.StreamResponse:
            row = await found(visitor, id, file)
            path = await office.need(FileService).content(row)
            if not exchange.request.headers.get("Range", "").startswith("bytes=") or not query.inline:
                look = {"file": file, "name": row.name, "inline": query.inline}
                await office.audit.look(visitor, "file.downloaded", f"{service.kind}:{id}", look)
            cipher = office.store.cipher
            return await give(
                exchange.request, row.name, row.type, row.size, row.sha256,
                lambda start, end: pieces_of(path, cipher, start, end), inline=query.inline,
            )  # fmt: skip

        async def thumbnail(visitor: Visitor, id: str, file: str) -> web.Response:
            _, drawn = await office.need(FileService).picture(await found(visitor, id, file), "thumbnail")
            return _picture(drawn)

        async def page(visitor: Visitor, id: str, file: str, page: int) -> web.Response:
            _, drawn = await office.need(FileService).picture(await found(visitor, id, file), "page", page)
            return _picture(drawn)

        async def pages(visitor: Visitor, id: str, file: str) -> PageCount:
            about, _ = await office.need(FileService).picture(await found(visitor, id, file), "page", 1)
            return about

        async def text(visitor: Visitor, id: str, file: str) -> TextPreview:
            return await office.need(FileService).text(await found(visitor, id, file))

        return [
            Route("GET", f"{base}/{{id}}/files", listing, see, f"{title}的附件"),
            Route("POST", f"{base}/{{id}}/files", add, edit, f"为{title}添加附件"),
            Route("PUT", one, rename, edit, f"{title}的附件改名"),
            Route("DELETE", one, remove, edit, f"删除{title}的附件"),
            Route("POST", f"{one}/restore", restore, edit, f"恢复{title}的附件"),
            Route("GET", f"{one}/content", content, see, f"下载{title}的附件"),
            Route("GET", f"{one}/thumbnail", thumbnail, see, f"{title}的附件缩略图"),
            Route("GET", f"{one}/pages", pages, see, f"{title}的附件页数"),
            Route("GET", f"{one}/pages/{{page}}", page, see, f"{title}的附件页面"),
            Route("GET", f"{one}/text", text, see, f"{title}的附件文字"),
        ]


def _picture(drawn: bytes) -> web.Response:
    return web.Response(body=drawn, content_type="image/jpeg", headers={"Cache-Control": "private, max-age=3600"})


def _for(service: Service, visitor: Visitor, record: Any, file: FileView) -> FileView:
    return file.model_copy(update={"changeable": service.may_change_file(visitor, record, file.person)})


def _said(row: FileRow) -> dict[str, Any]:
    return {"file": row.id, "name": row.name, "size": row.size, "type": row.type, "sha256": row.sha256}


def _kind(service: Service) -> str:
    return service.files_of or service.kind


async def _link(session: AsyncSession, service: Service, visitor: Visitor, id: str, tokens: Sequence[str]) -> None:
    rows = await service.office.need(FileService).link(session, visitor, service.kind, id, tokens)
    for row in rows:
        await _note(session, service, visitor, "added", id, _said(row))
    await service.happened(session, visitor, "files", id, f"为{service.title}上传了 {len(rows)} 个附件")


async def _note(
    session: AsyncSession,
    service: Service,
    visitor: Visitor,
    verb: str,
    id: str,
    after: dict[str, Any],
    before: dict[str, Any] | None = None,
) -> None:
    await service.office.audit.write(session, visitor, f"file.{verb}", f"{service.kind}:{id}", before, after)
