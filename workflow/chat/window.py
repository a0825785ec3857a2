"""The citizen's window: opened from a site, written in, read, and opened again from the same browser."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence

from cti.base.clock import Clock
from cti.base.rates import Rate
from cti.base.refusal import Conflict, NotFound, NotSignedIn
from cti.base.visitor import Visitor
from cti.office.files.service import Files
from cti.office.records import Office
from workflow.chat.book import Book
from workflow.chat.entrances import Entrances
from workflow.chat.messages import Message
from workflow.chat.models import EntranceRow
from workflow.chat.open_chat import OpenChat
from workflow.chat.service import Chats
from workflow.chat.settings import ChatSettings
from workflow.chat.states import ChatState, EndReason
from workflow.chat.views import CitizenChat, CitizenWritten, Entered, Entering, MessageView, Place, for_citizen
from workflow.chat.writers import Writer, Writers

TYPING_SECONDS = 6.0
HEARTBEAT = 15.0
"""Seconds between two signs of life of a window that is open."""
BOT, WAITING = "智能客服", "正在排队"


class Window:
    """The service of the public site. `begun` leads a new chat through its flow."""

    def __init__(
        self, office: Office, book: Book, entrances: Entrances, writers: Writers, settings: ChatSettings,
        begun: Callable[[OpenChat], object], names: Callable[[str], str],
    ) -> None:  # fmt: skip
        self._office, self._book, self._entrances, self._writers = office, book, entrances, writers
        self._begun, self._names = begun, names
        self._clock: Clock = office.clock
        self._rate = Rate(office.clock, settings.per_minute / 60, settings.per_minute)

    # ── opening ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def enter(self, key: str, token: str, body: Entering) -> Entered:
        """Open the window: the chat that he has, else a new one. Another browser gets a token."""
        entrance = await self._entrances.of(key)
        writer, new = await self._writer(entrance.id, token)
        chat = await self._opened(entrance, writer, "web", body.name)
        return Entered(token=new, title=entrance.title, chat=self.shown(chat, 0))

    async def enter_by(self, channel: str, key: str, token: str, name: str = "", number: str = "") -> OpenChat:
        """The chat of who writes by another channel, such as WeChat, else a new one. What follows names `token`."""
        entrance = await self._entrances.of(key)
        return await self._opened(entrance, await self._writers.known(entrance.id, token, name, number), channel)

    async def _opened(self, entrance: EntranceRow, writer: Writer, channel: str, name: str = "") -> OpenChat:
        chat = self._book.of_writer(writer.id)
        if chat is None:
            chat = await self._book.begin(
                organisation=entrance.organisation, region=entrance.region, entrance=entrance.id, channel=channel,
                flow=entrance.flow, writer=writer.id, name=name or writer.name, number=writer.number,
            )  # fmt: skip
            if entrance.welcome:
                await self._book.write(chat, "house", entrance.welcome)
            self._begun(chat)
        return chat

    async def _writer(self, entrance: str, token: str) -> tuple[Writer, str]:
        if token:
            try:
                writer = await self._writers.of(token)
            except NotSignedIn:
                writer = None
            if writer is not None and writer.entrance == entrance:
                await self._writers.seen(writer)
                return writer, ""
        return await self._writers.new(entrance)

    async def _chat(self, key: str, token: str, *, over: bool = False) -> OpenChat:
        """The chat of who has the token, with `over` also one that just ended. Conflict: there is none any more."""
        entrance = await self._entrances.of(key)
        writer = await self._writers.of(token)
        chat = self._book.of_writer(writer.id) or (self._book.over_of(writer.id) if over else None)
        if chat is None or writer.entrance != entrance.id:
            raise Conflict("chat_over", "会话已结束，请重新发起")
        return chat

    # ── writing ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def write(self, key: str, token: str, body: CitizenWritten) -> MessageView:
        """A message, or a button pressed."""
        chat = await self._chat(key, token)
        self._rate.take(chat.writer)
        data = {"chosen": body.chosen, "of": body.of} if body.chosen and _offers(chat, body.of, body.chosen) else None
        return _told(await self._book.write(chat, "citizen", body.text, data=data, key=f"c-{body.key}"))

    async def place(self, key: str, token: str, body: Place) -> MessageView:
        """Where he is, or where it is."""
        chat = await self._chat(key, token)
        self._rate.take(chat.writer)
        data = {"latitude": body.latitude, "longitude": body.longitude}
        written = await self._book.write(
            chat, "citizen", body.text or "［位置］", kind="place", data=data, key=f"c-{body.key}"
        )
        return _told(written)

    async def read(self, key: str, token: str, number: int) -> None:
        """He has read up to a number."""
        await self._book.read(await self._chat(key, token), "citizen", number)

    async def types(self, key: str, token: str) -> None:
        """He is typing."""
        self._book.types(await self._chat(key, token), "citizen", self._clock.now() + TYPING_SECONDS)

    async def end(self, key: str, token: str) -> None:
        """He ends it."""
        await self._book.end(await self._chat(key, token), EndReason.CITIZEN)

    # ── files ────────────────────────────────────────────────────────────────────────────────────────────────────

    async def uploader(self, key: str, token: str) -> Visitor:
        """Who uploads: his own uploads and nothing else are his."""
        chat = await self._chat(key, token)
        return Visitor(chat.writer, "", "市民", None, chat.organisation, chat.region)

    async def send_files(self, key: str, token: str, uploads: Sequence[str]) -> list[MessageView]:
        """What was uploaded goes into the chat, each file as a message."""
        chat = await self._chat(key, token)
        self._rate.take(chat.writer)
        visitor = await self.uploader(key, token)
        async with self._office.store.writing() as session:
            rows = await self._office.need(Files).link(session, visitor, Chats.kind, chat.id, uploads)
        sent: list[MessageView] = []
        for row in rows:
            data = {"file": row.id, "type": row.type, "size": row.size}
            written = await self._book.write(chat, "citizen", row.name, kind="file", data=data, key=f"f-{row.id}")
            sent.append(_told(written))
        return sent

    async def chat_of_file(self, key: str, token: str, file: str) -> str:
        """The id of his chat, in which a file was sent that he may have. NotFound."""
        chat = await self._chat(key, token, over=True)
        if not any(one.data.get("file") == file and not one.is_inside for one in chat.messages):
            raise NotFound("no_file", "没有这个文件")
        return chat.id

    # ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def since(self, key: str, token: str, after: int, wait: float) -> CitizenChat:
        """What came after a number; waits so many seconds for something, for browsers that cannot hold a stream."""
        chat = await self._chat(key, token, over=True)
        if chat.last <= after and wait > 0 and not chat.is_over:
            await chat.stirred(self._clock, wait)
        return self.shown(chat, after)

    async def follow(self, key: str, token: str, after: int) -> AsyncIterator[CitizenChat | None]:
        """All that happens after a number as it happens, until the chat is over; None is a sign of life."""
        chat = await self._chat(key, token, over=True)
        return self._follow(chat, after)

    async def _follow(self, chat: OpenChat, after: int) -> AsyncIterator[CitizenChat | None]:
        chat.present += 1
        try:
            shown: CitizenChat | None = None
            while True:
                new = self.shown(chat, after)
                yield None if shown is not None and new == shown.model_copy(update={"messages": []}) else new
                shown, after = new, max(after, chat.last)
                if chat.is_over:
                    return
                await chat.stirred(self._clock, HEARTBEAT)
        finally:
            chat.present -= 1

    def shown(self, chat: OpenChat, after: int) -> CitizenChat:
        """The window's state, and the messages after a number."""
        typing = max(chat.typing.get("agent", 0.0), chat.typing.get("bot", 0.0)) > self._clock.now()
        place = chat.place
        return CitizenChat(
            id=chat.id, state=chat.state.value, with_whom=self._with_whom(chat),
            position=place.position if place is not None and chat.state is ChatState.WAITING else None,
            agent_read=chat.agent_read, typing=typing,
            messages=[one for one in map(for_citizen, chat.after(after)) if one is not None],
        )  # fmt: skip

    def _with_whom(self, chat: OpenChat) -> str:
        if chat.state is ChatState.TALKING:
            return self._names(chat.agent)
        return {ChatState.BOT: BOT, ChatState.WAITING: WAITING}.get(chat.state, "")


def _offers(chat: OpenChat, number: int, value: str) -> bool:
    """Whether that message has such a button."""
    if not 0 < number <= chat.last:
        return False
    return any(one.get("value") == value for one in chat.messages[number - 1].data.get("choices", ()))


def _told(message: Message) -> MessageView:
    found = for_citizen(message)
    assert found is not None
    return found
