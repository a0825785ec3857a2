"""Files that agents send and WeChat does not carry are read by a link: of one file, for its reader, for seven days."""

from __future__ import annotations

from collections.abc import Callable

import pydantic
from aiohttp import web

from cti.base.http.routes import PUBLIC, Exchange, Query, Route
from cti.base.refusal import NotFound
from cti.office.files.reading import pieces_of
from cti.office.files.service import Files
from cti.office.files.serving import give
from cti.office.records import Office
from workflow.chat.book import Book
from workflow.chat.service import Chats
from workflow.wechat.settings import WechatSettings

AT = "/wechat/files"
SECONDS = 7 * 86_400
PURPOSE = "wechat_file"


class LinkQuery(Query):
    """Until when (Unix time), and what only we can have made."""

    until: int = pydantic.Field(default=0, ge=0, le=9_999_999_999)
    key: str = pydantic.Field(default="", max_length=64)


class LinkedFiles:
    """Makes the links, and the route behind them."""

    def __init__(self, office: Office, settings: Callable[[], WechatSettings], book: Book) -> None:
        self._office, self._settings, self._book = office, settings, book

    def link(self, chat: str, file: str) -> str:
        """Where it is read from now on."""
        until = int(self._office.clock.wall().timestamp()) + SECONDS
        key = self._office.store.cipher.mac(PURPOSE, _said(chat, file, until))
        return f"{self._settings().site}{AT}/{chat}/{file}?until={until}&key={key}"

    def routes(self) -> list[Route]:
        """One."""
        return [Route("GET", f"{AT}/{{chat}}/{{file}}", self.file, PUBLIC, "微信会话中的文件", outside=True)]

    async def file(self, chat: str, file: str, query: LinkQuery, exchange: Exchange) -> web.StreamResponse:
        """The file. NotFound alike for a link that is over, made up, or of what the reader was not sent."""
        store, files = self._office.store, self._office.need(Files)
        genuine = store.cipher.is_mac(PURPOSE, _said(chat, file, query.until), query.key)
        if not genuine or query.until < self._office.clock.wall().timestamp():
            raise _gone()
        messages = await self._book.messages(chat)
        if not any(one.data.get("file") == file and not one.is_inside for one in messages):
            raise _gone()
        async with store.reading() as session:
            row = await files.one(session, Chats.kind, chat, file)
        path = await files.content(row)
        return await give(
            exchange.request, row.name, row.type, row.size, row.sha256,
            lambda start, end: pieces_of(path, store.cipher, start, end), inline=False,
        )  # fmt: skip


def _said(chat: str, file: str, until: int) -> bytes:
    return f"{chat}/{file}/{until}".encode()


def _gone() -> NotFound:
    return NotFound("no_file", "没有这个文件，或链接已过期")
