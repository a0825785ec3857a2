"""The chats that go on, and the one place where anything is written in them: stored before anybody is told.

Whoever writes or moves a chat names the turn that he had. The database decides by it, so that a bot or an agent who
has lost the chat meanwhile writes nothing more into it, whatever he has not heard of yet.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import structlog
from sqlalchemy import Table, insert, select, update

from cti.base.ids import new_id
from cti.base.refusal import Conflict
from cti.office.records import Office
from cti.store.columns import placed
from workflow.chat.answering import answering
from workflow.chat.messages import Kind, Message, Side
from workflow.chat.models import ChatRow, MessageRow
from workflow.chat.open_chat import OpenChat
from workflow.chat.states import ChatState, EndReason, check

log = structlog.get_logger(__name__)

HAS_LEFT = "left"
"""Where a chat's progress says that a message was left."""
OVER = 2000
"""Chats that ended a short while ago, in memory."""

# Tables, not their classes, where many write: no session has a row of them that would have to follow.
_CHATS, _MESSAGES = cast(Table, ChatRow.__table__), cast(Table, MessageRow.__table__)

Told = Callable[[OpenChat, Message | None], object]
"""Hears each message, and None when something else of a chat is another now."""


class NotYours(Conflict):
    """Somebody else has the chat by now, or it is over: nothing was written."""

    def __init__(self) -> None:
        super().__init__("chat_moved", "会话已转给别人或已结束，内容没有发出")


class Book:
    """All chats that go on."""

    def __init__(self, office: Office) -> None:
        self._office, self._store, self._clock = office, office.store, office.clock
        self._open: dict[str, OpenChat] = {}
        self._over: OrderedDict[str, OpenChat] = OrderedDict()
        """By writer, the last that ended: who was away then still reads how."""
        self._by_writer: dict[str, str] = {}
        self._told: list[Told] = []

    def on_told(self, told: Told) -> Callable[[], None]:
        """Call `told` with all that happens; returns the undo."""
        self._told.append(told)
        return lambda: self._told.remove(told)

    @property
    def open(self) -> Sequence[OpenChat]:
        """All that go on."""
        return tuple(self._open.values())

    def find(self, id: str) -> OpenChat | None:
        """One that goes on."""
        return self._open.get(id)

    def of_writer(self, writer: str) -> OpenChat | None:
        """The one that a writer has now, the newest."""
        return self._open.get(self._by_writer.get(writer, ""))

    def over_of(self, writer: str) -> OpenChat | None:
        """The last of a writer, if it ended a short while ago."""
        return self._over.get(writer)

    def _keep(self, chat: OpenChat) -> None:
        self._open[chat.id] = chat
        self._by_writer[chat.writer] = chat.id

    def _forget(self, chat: OpenChat) -> None:
        del self._open[chat.id]
        if self._by_writer.get(chat.writer) == chat.id:
            del self._by_writer[chat.writer]
        self._over[chat.writer] = chat
        self._over.move_to_end(chat.writer)
        if len(self._over) > OVER:
            self._over.popitem(last=False)

    # ── from the table ───────────────────────────────────────────────────────────────────────────────────────────

    async def load(self, progress: Mapping[str, dict[str, Any]]) -> list[OpenChat]:
        """Take up the chats that went on when the engine before died; `progress` is where their flows were."""
        async with self._store.reading() as session:
            rows = (await session.scalars(select(ChatRow).where(ChatRow.state != ChatState.ENDED))).all()
            for row in rows:
                chat = _opened(row)
                self._keep(chat)
                chat.progress = progress.get(row.id, {})
                wanted = select(MessageRow).where(MessageRow.chat == row.id).order_by(MessageRow.number)
                for one in await session.scalars(wanted):
                    chat.messages.append(message_of(one))
                    chat.keys[one.key] = one.number
        return list(self._open.values())

    async def messages(self, chat: str) -> list[Message]:
        """All messages of a chat, also of one that is over."""
        if (found := self._open.get(chat)) is not None:
            return list(found.messages)
        async with self._store.reading() as session:
            wanted = select(MessageRow).where(MessageRow.chat == chat).order_by(MessageRow.number)
            return [message_of(one) for one in await session.scalars(wanted)]

    # ── what happens ─────────────────────────────────────────────────────────────────────────────────────────────

    async def begin(
        self, *, organisation: str, region: str, entrance: str, channel: str, flow: str, writer: str, name: str = "",
        number: str = "",
    ) -> OpenChat:  # fmt: skip
        """A new chat."""
        now = self._clock.wall()
        chat = OpenChat(
            new_id(), organisation, region, entrance, channel, flow, writer, began_at=now, name=name, number=number
        )
        row = ChatRow(
            id=chat.id, organisation=organisation, region=region, created_by="", created_at=now, updated_at=now,
            version=1, entrance=entrance, channel=channel, flow=flow, writer=writer, name=name, number=number,
            number_index=number, number_last_four=number, began_at=now, state=chat.state, turn=0, last=0,
            citizen_read=0, agent_read=0, queue="", agent="", waited=None, satisfaction="", end_reason="", text="",
            left=False, first_answer=None, answers=0, answer_seconds=0.0,
        )  # fmt: skip
        async with self._store.writing() as session:
            session.add(row)
        self._keep(chat)
        self._tell(chat, None)
        return chat

    async def write(
        self, chat: OpenChat, side: Side, text: str, *, kind: Kind = "text", agent: str = "", name: str = "",
        data: Mapping[str, Any] | None = None, key: str = "", turn: int | None = None,
    ) -> Message:  # fmt: skip
        """Write a message, once for a `key`; with a `turn` only while it lasts. NotYours, and nothing is written."""
        async with chat.lock:
            if key and (there := chat.keys.get(key)) is not None:
                return chat.messages[there - 1]
            number, now = chat.last + 1, self._clock.wall()
            message = Message(number, now, side, kind, text, agent, name, data or {})
            limits = [ChatRow.id == chat.id, ChatRow.state != ChatState.ENDED]
            if turn is not None:
                limits.append(ChatRow.turn == turn)
            values: dict[str, Any] = {"last": number, "updated_at": now, **_read_by(side, number)}
            id, key = f"{chat.id}-{number:06}", key or f"#{number}"
            async with self._store.writing() as session:
                counted = update(_CHATS).where(*limits).values(**values).returning(ChatRow.id)
                if await session.scalar(counted) is None:
                    raise NotYours
                told = placed(MessageRow.told, message.told(), id)
                row = {"id": id, "chat": chat.id, "number": number, "at": now, "side": side, "key": key, "told": told}
                await session.execute(insert(_MESSAGES), [row])
            chat.messages.append(message)
            chat.keys[key] = number
            chat.typing.pop(side, None)
            self._note_read(chat, side, number)
            self._tell(chat, message)
        return message

    async def move(
        self, chat: OpenChat, state: ChatState, *, turn: int, agent: str | None = None, **values: Any
    ) -> int:
        """Give the chat to its next owner; returns his turn. NotYours when `turn` is over, IllegalMove.

        `values` are other columns that change with it, such as `queue`, `answered_at`, `waited`.
        """
        async with chat.lock:
            if self.find(chat.id) is None:
                raise NotYours
            check(chat.state, state)
            new = {"state": state, "turn": turn + 1, "updated_at": self._clock.wall(), **values}
            if agent is not None:
                new["agent"] = agent
            limits = (ChatRow.id == chat.id, ChatRow.turn == turn, ChatRow.state != ChatState.ENDED)
            async with self._store.writing() as session:
                moved = update(ChatRow).where(*limits).values(**new).returning(ChatRow.turn)
                if await session.scalar(moved) is None:
                    raise NotYours
            chat.state, chat.turn = state, turn + 1
            for name, value in new.items():
                if name in ("agent", "queue", "answered_at", "waited"):
                    setattr(chat, name, value)
            if chat.is_over:
                chat.end_reason = EndReason(values["end_reason"])
                self._forget(chat)
            self._tell(chat, None)
        return turn + 1

    async def end(self, chat: OpenChat, reason: EndReason, *, turn: int | None = None) -> None:
        """It is over; nothing when it is already. NotYours when `turn` is over."""
        if chat.is_over:
            return
        now = self._clock.wall()
        words = "\n".join(one.text for one in chat.messages if one.side in ("citizen", "agent") and one.text)
        held, told = chat.turn if turn is None else turn, answering(chat.messages)
        await self.move(
            chat, ChatState.ENDED, turn=held, ended_at=now, end_reason=reason, text=words,
            left=bool(chat.progress.get(HAS_LEFT)), first_answer=told.first, answers=told.answers,
            answer_seconds=told.seconds,
        )  # fmt: skip

    async def read(self, chat: OpenChat, side: Side, number: int) -> None:
        """The citizen or his agent has read up to a number."""
        number = min(number, chat.last)
        before = (chat.citizen_read, chat.agent_read)
        self._note_read(chat, side, number)
        if (chat.citizen_read, chat.agent_read) == before:
            return
        async with self._store.writing() as session:
            wanted = update(ChatRow).where(ChatRow.id == chat.id)
            await session.execute(wanted.values(citizen_read=chat.citizen_read, agent_read=chat.agent_read))
        self._tell(chat, None)

    async def rate(self, chat: OpenChat, key: str, score: int) -> None:
        """The citizen's rating of the last talk."""
        chat.satisfaction = key
        async with self._store.writing() as session:
            await session.execute(update(ChatRow).where(ChatRow.id == chat.id).values(satisfaction=key, score=score))
        self._tell(chat, None)

    def types(self, chat: OpenChat, side: Side, until: float) -> None:
        """A side is typing, until a second of the clock unless it says so again."""
        chat.typing[side] = until
        self._tell(chat, None)

    @staticmethod
    def _note_read(chat: OpenChat, side: Side, number: int) -> None:
        if side == "citizen":
            chat.citizen_read = max(chat.citizen_read, number)
        elif side in ("agent", "bot"):
            chat.agent_read = max(chat.agent_read, number)

    def _tell(self, chat: OpenChat, message: Message | None) -> None:
        chat.stir()
        for told in tuple(self._told):
            try:
                told(chat, message)
            except Exception:
                log.exception("not told of a chat", chat=chat.id)


def _read_by(side: Side, number: int) -> dict[str, Any]:
    """Who writes has read what stands before."""
    return {"citizen": {"citizen_read": number}, "agent": {"agent_read": number}}.get(side, {})


def message_of(row: MessageRow) -> Message:
    """A message as it is stored."""
    return Message.kept(row.number, row.at, row.side, row.told)  # type: ignore[arg-type] # one of the sides


def _opened(row: ChatRow) -> OpenChat:
    return OpenChat(
        row.id, row.organisation, row.region, row.entrance, row.channel, row.flow, row.writer, row.began_at, row.name,
        row.number, ChatState(row.state), row.turn, row.queue, row.agent, row.answered_at, row.waited or 0.0,
        row.satisfaction, row.citizen_read, row.agent_read,
    )  # fmt: skip


def closed(row: ChatRow) -> OpenChat:
    """A chat that is over, as one reads it; its messages are asked for apart."""
    return _opened(row)
