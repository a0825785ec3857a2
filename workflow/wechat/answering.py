"""What is written to readers in chats is sent to them (客服消息): in order, each once, also by the next engine."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from sqlalchemy import select, update

from cti.base.refusal import Conflict, Refusal
from cti.office.files.reading import pieces_of
from cti.office.files.service import Files
from cti.office.records import Office
from workflow.chat.book import Book
from workflow.chat.messages import Message
from workflow.chat.open_chat import OpenChat
from workflow.chat.service import Chats
from workflow.wechat.models import WechatTalkRow
from workflow.wechat.speaking.account import Media, OfficialAccount
from workflow.wechat.speaking.errors import WechatError

log = structlog.get_logger(__name__)

CHANNEL = "wechat"
SIDES = ("bot", "agent", "house")
"""Whose words he reads."""
PAUSES = (1.0, 3.0, 10.0, 30.0, 60.0, 120.0)
"""Seconds before each further try of one message."""
SHOWN = ("image/jpeg", "image/png")
PICTURE_BYTES = 10 * 1024 * 1024

Link = Callable[[str, str], str]
"""Where a file (chat, file) is read for a while."""


class Answering:
    """Sends. One task a chat, which ends when all is sent."""

    def __init__(
        self, office: Office, book: Book, account: OfficialAccount, link: Link,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:  # fmt: skip
        self._pause = pause
        self._office, self._store, self._book, self._account, self._link = office, office.store, book, account, link
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._more: set[str] = set()
        """Chats of which something was told while their task ran."""

    async def talks(self, chat: str, openid: str) -> None:
        """A chat goes on with a reader."""
        async with self._store.writing() as session:
            if await session.get(WechatTalkRow, chat) is None:
                session.add(WechatTalkRow(chat=chat, openid=openid, sent=0, over=False))
        self.look(chat)

    def told(self, chat: OpenChat, message: Message | None) -> None:
        """Something was written, or a chat ended."""
        if chat.channel == CHANNEL and (chat.is_over or (message is not None and message.side in SIDES)):
            self.look(chat.id)

    def look(self, chat: str) -> None:
        """Send what is not sent yet."""
        if chat in self._tasks:
            self._more.add(chat)
            return
        task = self._tasks[chat] = asyncio.create_task(self._through(chat), name=f"answer {chat} in WeChat")
        task.add_done_callback(lambda _: self._done(chat))

    def _done(self, chat: str) -> None:
        del self._tasks[chat]
        if chat in self._more:
            self._more.discard(chat)
            self.look(chat)

    async def start(self) -> None:
        """Go on with what the engine before has left."""
        async with self._store.reading() as session:
            for chat in await session.scalars(select(WechatTalkRow.chat).where(WechatTalkRow.over.is_(False))):
                self.look(chat)

    async def stop(self) -> None:
        """Leave the rest to the next engine."""
        self._more.clear()
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def settled(self) -> None:
        """Wait until all that was told is sent."""
        while self._tasks:
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)
            await asyncio.sleep(0)

    async def _through(self, chat: str) -> None:
        try:
            async with self._store.reading() as session:
                row = await session.get(WechatTalkRow, chat)
            if row is None or row.over:
                return
            # Looked at first: nothing is written in one that is over.
            over = self._book.find(chat) is None
            for one in (await self._book.messages(chat))[row.sent :]:
                if one.side in SIDES:
                    await self._given(chat, row.openid, one)
                await self._keep(chat, sent=one.number)
            if over:
                await self._keep(chat, over=True)
        except Exception:
            log.exception("a chat is not answered in WeChat", chat=chat)

    async def _keep(self, chat: str, **values: object) -> None:
        async with self._store.writing() as session:
            await session.execute(update(WechatTalkRow).where(WechatTalkRow.chat == chat).values(**values))

    async def _given(self, chat: str, openid: str, message: Message) -> None:
        """Send one, with patience; what cannot be sent is told to the staff in the chat."""
        for pause in (*PAUSES, None):
            try:
                await self._send(chat, openid, message)
                return
            except WechatError as error:
                if not error.later or pause is None:
                    log.warning("a reader is not sent a message", chat=chat, number=message.number, code=error.code)
                    await self._not_sent(chat, message, error)
                    return
            await self._pause(pause)

    async def _send(self, chat: str, openid: str, message: Message) -> None:
        if message.kind == "buttons" and (choices := message.data.get("choices")):
            offered = [(f"{message.number}-{one['value']}", str(one["title"])) for one in choices]
            await self._account.send_choices(openid, message.text, offered)
        elif message.kind == "file":
            await self._send_file(chat, openid, message)
        elif message.text:
            await self._account.send_text(openid, message.text)

    async def _send_file(self, chat: str, openid: str, message: Message) -> None:
        files, id = self._office.need(Files), str(message.data.get("file", ""))
        if message.data.get("type") not in SHOWN or int(message.data.get("size", 0)) > PICTURE_BYTES:
            await self._account.send_text(openid, f"文件：{message.text}\n{self._link(chat, id)}")
            return
        try:
            async with self._store.reading() as session:
                row = await files.one(session, Chats.kind, chat, id)
            path = await files.content(row)
        except Refusal as refusal:
            await self._account.send_text(openid, f"{message.text}：{refusal.detail}")
            return
        content = b"".join([piece async for piece in pieces_of(path, self._store.cipher, 0, row.size)])
        await self._account.send_image(openid, Media(row.name, row.type, content))

    async def _not_sent(self, chat: str, message: Message, error: WechatError) -> None:
        if (there := self._book.find(chat)) is None:
            return
        words = message.text[:30] + ("…" if len(message.text) > 30 else "")
        try:
            await self._book.write(there, "staff", f"微信没有送达“{words}”：{error}", key=f"unsent-{message.number}")
        except Conflict:
            log.info("the chat ended meanwhile", chat=chat)
