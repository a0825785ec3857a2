"""Routes of the public site by which citizens write, and the window's page and script.

Whoever writes shows the token of his browser in a header: a page in a frame of another site has no cookies.
"""

from __future__ import annotations

from html import escape

import pydantic
from aiohttp import web

from cti.base.http.routes import PUBLIC, Exchange, Query, Route
from cti.office.files.api import pieces_of_body
from cti.office.files.reading import pieces_of
from cti.office.files.service import Files
from cti.office.files.serving import give
from cti.office.files.uploads import UploadView
from cti.office.files.views import NewUpload, Offset
from cti.office.records import Office
from cti.web.public_site import LOCATES, embedded
from workflow.chat.entrances import Entrances
from workflow.chat.service import Chats
from workflow.chat.views import (
    AfterQuery,
    CitizenChat,
    CitizenWritten,
    Entered,
    Entering,
    MessageView,
    Place,
    ReadTo,
    SentFiles,
)
from workflow.chat.window import Window

OUTSIDE = "/chat"
API = f"{OUTSIDE}/api/{{key}}"
TOKEN = "X-Chat-Token"  # noqa: S105 # a header's name
FILES = "chat-window"
"""Where the window's own files are on the public site."""
MOST_WAIT = 25.0


class SinceQuery(AfterQuery):
    """How long to wait for something new, in seconds."""

    wait: float = pydantic.Field(default=0.0, ge=0, le=MOST_WAIT)


class FileQuery(Query):
    """Whether it is shown in the page."""

    inline: bool = False


class PublicChatApi:
    """The window for everybody, by the key of an entrance."""

    def __init__(self, office: Office, window: Window, entrances: Entrances, loader: str, page: str) -> None:
        self._office, self._window, self._entrances = office, window, entrances
        self._loader, self._page = loader, page

    def routes(self) -> list[Route]:
        """Those of the public site."""
        return [
            Route("GET", f"{OUTSIDE}/widget.js", self.loader, PUBLIC, "在线咨询的嵌入脚本", outside=True),
            Route("GET", f"{OUTSIDE}/window/{{key}}", self.page, PUBLIC, "在线咨询窗口", outside=True),
            Route("POST", f"{API}/enter", self.enter, PUBLIC, "打开在线咨询", outside=True),
            Route("GET", f"{API}/messages", self.since, PUBLIC, "在线咨询的新消息", outside=True),
            Route("GET", f"{API}/stream", self.stream, PUBLIC, "在线咨询的实时消息", outside=True),
            Route("POST", f"{API}/messages", self.write, PUBLIC, "发送消息", outside=True),
            Route("POST", f"{API}/places", self.place, PUBLIC, "发送位置", outside=True),
            Route("POST", f"{API}/read", self.read, PUBLIC, "消息已读", outside=True),
            Route("POST", f"{API}/typing", self.types, PUBLIC, "正在输入", outside=True),
            Route("POST", f"{API}/end", self.end, PUBLIC, "结束在线咨询", outside=True),
            Route("POST", f"{API}/uploads", self.begin_upload, PUBLIC, "开始上传文件", 201, outside=True),
            Route("PATCH", f"{API}/uploads/{{token}}", self.upload, PUBLIC, "上传文件内容", outside=True),
            Route("POST", f"{API}/files", self.send_files, PUBLIC, "发送文件", outside=True),
            Route("GET", f"{API}/files/{{file}}", self.file, PUBLIC, "在线咨询中的文件", outside=True),
        ]

    async def loader(self) -> web.Response:
        """The script of the tag: any page may load it, the frame that it makes asks who may show it."""
        return embedded(web.Response(text=self._loader, content_type="text/javascript", charset="utf-8"), [])

    async def page(self, key: str) -> web.Response:
        """The page in the frame."""
        row = await self._entrances.of(key)
        text = self._page.replace("{key}", escape(row.key, quote=True)).replace("{title}", escape(row.title))
        response = embedded(web.Response(text=text, content_type="text/html", charset="utf-8"), row.sites)
        response[LOCATES] = True
        return response

    async def enter(self, key: str, body: Entering, exchange: Exchange) -> Entered:
        """Open the window."""
        return await self._window.enter(key, _token(exchange), body)

    async def since(self, key: str, query: SinceQuery, exchange: Exchange) -> CitizenChat:
        """What is new."""
        return await self._window.since(key, _token(exchange), query.after, query.wait)

    async def stream(self, key: str, query: AfterQuery, exchange: Exchange) -> web.StreamResponse:
        """All that happens as it happens: a JSON object a line, an empty line is a sign of life."""
        told = await self._window.follow(key, _token(exchange), query.after)
        response = web.StreamResponse(headers={"Content-Type": "application/x-ndjson", "X-Accel-Buffering": "no"})
        await response.prepare(exchange.request)
        try:
            async for one in told:
                await response.write(b"\n" if one is None else one.model_dump_json().encode() + b"\n")
        except ConnectionError:
            pass
        finally:
            await told.aclose()  # type: ignore[attr-defined] # it is a generator
        return response

    async def write(self, key: str, body: CitizenWritten, exchange: Exchange) -> MessageView:
        """A message."""
        return await self._window.write(key, _token(exchange), body)

    async def place(self, key: str, body: Place, exchange: Exchange) -> MessageView:
        """A place."""
        return await self._window.place(key, _token(exchange), body)

    async def read(self, key: str, body: ReadTo, exchange: Exchange) -> None:
        """Read up to a number."""
        await self._window.read(key, _token(exchange), body.number)

    async def types(self, key: str, exchange: Exchange) -> None:
        """Typing."""
        await self._window.types(key, _token(exchange))

    async def end(self, key: str, exchange: Exchange) -> None:
        """He has done."""
        await self._window.end(key, _token(exchange))

    async def begin_upload(self, key: str, body: NewUpload, exchange: Exchange) -> UploadView:
        """A file is on its way."""
        visitor = await self._window.uploader(key, _token(exchange))
        return await self._office.need(Files).uploads.begin(visitor, body.token, body.name, body.size)

    async def upload(self, key: str, token: str, query: Offset, exchange: Exchange) -> UploadView:
        """Its bytes."""
        visitor = await self._window.uploader(key, _token(exchange))
        pieces = pieces_of_body(exchange.request)
        return await self._office.need(Files).uploads.receive(visitor, token, query.offset, pieces)

    async def send_files(self, key: str, body: SentFiles, exchange: Exchange) -> list[MessageView]:
        """What was uploaded goes into the chat."""
        return await self._window.send_files(key, _token(exchange), body.uploads)

    async def file(self, key: str, file: str, query: FileQuery, exchange: Exchange) -> web.StreamResponse:
        """A file of the chat."""
        chat = await self._window.chat_of_file(key, _token(exchange), file)
        files = self._office.need(Files)
        async with self._office.store.reading() as session:
            row = await files.one(session, Chats.kind, chat, file)
        path = await files.content(row)
        return await give(
            exchange.request, row.name, row.type, row.size, row.sha256,
            lambda start, end: pieces_of(path, self._office.store.cipher, start, end), inline=query.inline,
        )  # fmt: skip


def _token(exchange: Exchange) -> str:
    return exchange.request.headers.get(TOKEN, "")
