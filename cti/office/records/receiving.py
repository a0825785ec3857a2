"""Takes an uploaded spreadsheet: as the body itself, or as the first file of a form (RFC 7578)."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import BodyPartReader, web

from cti.base.refusal import Conflict
from cti.base.visitor import Visitor

SHEET_LIMIT = 30_000_000
"""Bytes that a spreadsheet may have."""
SECONDS = 120.0
CHUNK = 65_536


_busy: set[str] = set()
"""People whose file is being worked on: one at a time each, in the whole engine."""


@asynccontextmanager
async def received(request: web.Request, visitor: Visitor) -> AsyncIterator[Path]:
    """The file, kept on disk for as long as it is needed. HTTP 413 when it is too large, 400 when none comes.

    Conflict while another file of the same person is being looked at or taken in.
    """
    if visitor.person in _busy:
        raise Conflict("importing", "您的上一个文件还在预览或导入，请等它完成后再试")
    _busy.add(visitor.person)
    try:
        async with _on_disk(request) as file:
            yield file
    finally:
        _busy.discard(visitor.person)


@asynccontextmanager
async def _on_disk(request: web.Request) -> AsyncIterator[Path]:
    if (request.content_length or 0) > SHEET_LIMIT:
        raise web.HTTPRequestEntityTooLarge(SHEET_LIMIT, request.content_length or 0)
    with tempfile.NamedTemporaryFile(prefix="hotline-sheet-", suffix=".xlsx") as file:
        size = 0
        try:
            async with asyncio.timeout(SECONDS):
                async for chunk in _chunks(request):
                    size += len(chunk)
                    if size > SHEET_LIMIT:
                        raise web.HTTPRequestEntityTooLarge(SHEET_LIMIT, size)
                    file.write(chunk)
        except TimeoutError:
            raise web.HTTPBadRequest from None
        file.flush()
        yield Path(file.name)


async def _chunks(request: web.Request) -> AsyncIterator[bytes]:
    if not request.content_type.startswith("multipart/"):
        async for chunk in request.content.iter_chunked(CHUNK):
            yield chunk
        return
    try:
        reader = await request.multipart()
        part = await reader.next()
    except ValueError:
        raise web.HTTPBadRequest from None
    if not isinstance(part, BodyPartReader):
        raise web.HTTPBadRequest
    while chunk := await part.read_chunk(CHUNK):
        yield chunk
