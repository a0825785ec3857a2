"""Routes of uploads: one's own, until a record takes them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from aiohttp import web

from cti.base.http.routes import SIGNED_IN, Exchange, Route
from cti.base.visitor import Visitor
from cti.office.files.content import ENDINGS, sort_of
from cti.office.files.service import Files
from cti.office.files.uploads import UploadView
from cti.office.files.views import NewUpload, Offset, UploadLimits

PAUSE_SECONDS = 30.0
"""How long an upload may bring nothing."""


def routes(files: Files) -> list[Route]:
    """All routes: path, handler and permission of each."""

    async def limits(visitor: Visitor) -> UploadLimits:
        settings = files.settings
        endings = [one for type, some in ENDINGS.items() if sort_of(type) in settings.sorts for one in some]
        return UploadLimits(
            max_bytes=settings.max_mb * 1024 * 1024, per_record=settings.per_record, accept=",".join(endings)
        )

    async def begin(visitor: Visitor, body: NewUpload) -> UploadView:
        return await files.uploads.begin(visitor, body.token, body.name, body.size)

    async def state(visitor: Visitor, token: str) -> UploadView:
        return await files.uploads.state(visitor, token)

    async def receive(visitor: Visitor, token: str, query: Offset, exchange: Exchange) -> UploadView:
        return await files.uploads.receive(visitor, token, query.offset, pieces_of_body(exchange.request))

    async def drop(visitor: Visitor, token: str) -> None:
        await files.uploads.drop(visitor, token)

    return [
        Route("GET", "/api/uploads", limits, SIGNED_IN, "附件上传限制"),
        Route("POST", "/api/uploads", begin, SIGNED_IN, "开始上传附件", 201),
        Route("GET", "/api/uploads/{token}", state, SIGNED_IN, "附件上传进度"),
        Route("PATCH", "/api/uploads/{token}", receive, SIGNED_IN, "上传附件内容"),
        Route("DELETE", "/api/uploads/{token}", drop, SIGNED_IN, "取消附件上传"),
    ]


async def pieces_of_body(request: web.Request) -> AsyncIterator[bytes]:
    """The body as it comes; HTTP 400 when it stops for too long."""
    while True:
        try:
            piece = await asyncio.wait_for(request.content.readany(), PAUSE_SECONDS)
        except TimeoutError:
            raise web.HTTPBadRequest from None
        if not piece:
            return
        yield piece
