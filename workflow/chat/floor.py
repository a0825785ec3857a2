"""The supervisor's side: chats that go on within his reach, and what he does in them without being their agent."""

from __future__ import annotations

from datetime import datetime, timedelta

import pydantic

from cti.base.http.routes import Route
from cti.base.refusal import Conflict, NotAllowed, NotFound
from cti.base.visitor import Visitor
from cti.store.engine import Store
from workflow.chat.desk import SUPERVISE, ChatDesk
from workflow.chat.messages import Side
from workflow.chat.open_chat import OpenChat
from workflow.chat.queue_stay import SENT
from workflow.chat.states import ChatState
from workflow.chat.views import AfterQuery, DeskChat, HandOn, MessageView, WholeChat, Written, for_staff

FLOOR = "/api/chat-floor"
MOST = 500
LINE = 80
WRITERS: dict[Side, str] = {"citizen": "市民", "bot": "机器人", "agent": "座席"}


class FloorChat(DeskChat):
    """A chat that goes on: whom the citizen waits for since when, and who wrote last."""

    agent_name: str
    waiting_since: datetime | None
    last_by: str
    last_at: datetime | None
    last_text: str


class FloorChats(pydantic.BaseModel):
    """All within reach, those that wait first, the longest before the others."""

    items: list[FloorChat]


class ChatFloor:
    """The service. What it does stands in the audit."""

    def __init__(self, desk: ChatDesk, store: Store) -> None:
        self._desk, self._store = desk, store

    def now(self, visitor: Visitor) -> FloorChats:
        """Those that go on."""
        visitor.need(SUPERVISE)
        found = [self._shown(visitor, one) for one in self._desk.book.open if self._reaches(visitor, one)]
        return FloorChats(items=sorted(found, key=_order)[:MOST])

    async def whole(self, visitor: Visitor, id: str, after: int) -> WholeChat:
        """One that goes on, with what was written after a number. NotFound."""
        chat = self._need(visitor, id)
        shown = self._desk.shown(visitor, chat)
        return WholeChat(chat=shown, messages=[for_staff(one) for one in chat.after(after)], mine=False)

    async def whisper(self, visitor: Visitor, id: str, body: Written) -> MessageView:
        """Tell the agent something that the citizen does not read."""
        chat = self._need(visitor, id)
        written = await self._desk.book.write(
            chat, "staff", body.text, agent=visitor.agent_no or "", name=visitor.name,
            key=f"{visitor.person}-{body.key}",
        )  # fmt: skip
        return for_staff(written)

    async def join(self, visitor: Visitor, id: str, body: Written) -> MessageView:
        """Write to the citizen in a talk that stays its agent's."""
        self._need(visitor, id)
        return for_staff(await self._desk.join(visitor, id, body.text, body.key))

    async def take_over(self, visitor: Visitor, id: str) -> None:
        """The chat comes to the visitor, with all that was written. Conflict when he is not signed in."""
        self._need(visitor, id)
        if not visitor.agent_no:
            raise NotAllowed("no_agent", "您没有工号，不能接管会话")
        await self._send(visitor, id, HandOn(to=f"agent:{visitor.agent_no}"), "chat.taken_over")

    async def reassign(self, visitor: Visitor, id: str, body: HandOn) -> None:
        """It goes to another agent or queue, whoever has it now. Invalid."""
        await self._send(visitor, id, body, "chat.reassigned")

    async def _send(self, visitor: Visitor, id: str, body: HandOn, action: str) -> None:
        chat = self._need(visitor, id)
        if chat.agent and body.to == f"agent:{chat.agent}" and chat.state is ChatState.TALKING:
            raise Conflict("has_it", "该座席正在接待这个会话")
        self._desk.check_target(body.to, signed_in="请先签入并就绪，再接管会话" if action == "chat.taken_over" else "")
        if body.note:
            await self._desk.book.write(chat, "staff", body.note, agent=visitor.agent_no or "", name=visitor.name)
        talk = self._desk.offers.talk(id)
        if talk is not None:
            talk.end(body.to)
        else:
            chat.progress[SENT] = body.to
            chat.stir()
        async with self._store.writing() as session:
            await self._desk.audit.write(session, visitor, action, f"chat:{id}", after={"to": body.to})

    def _reaches(self, visitor: Visitor, chat: OpenChat) -> bool:
        scope = visitor.reach(SUPERVISE)
        return scope.agent is None and scope.covers(chat.organisation, chat.region)

    def _need(self, visitor: Visitor, id: str) -> OpenChat:
        visitor.need(SUPERVISE)
        chat = self._desk.book.find(id)
        if chat is None or not self._reaches(visitor, chat):
            raise NotFound("no_chat", "没有这个会话，或已结束")
        return chat

    def _shown(self, visitor: Visitor, chat: OpenChat) -> FloorChat:
        last = next((one for one in reversed(chat.messages) if one.side in WRITERS), None)
        waits = chat.unanswered_since
        if chat.place is not None:
            waits = self._desk.clock.wall() - timedelta(seconds=chat.place.waited)
        return FloorChat(
            **self._desk.shown(visitor, chat).model_dump(), waiting_since=waits,
            agent_name=self._desk.names(chat.agent) if chat.agent else "",
            last_by=WRITERS[last.side] if last is not None else "",
            last_at=last.at if last is not None else None, last_text=last.text[:LINE] if last is not None else "",
        )  # fmt: skip


def _order(one: FloorChat) -> tuple[bool, datetime, datetime]:
    return one.waiting_since is None, one.waiting_since or one.began_at, one.began_at


def routes(floor: ChatFloor) -> list[Route]:
    """The table."""
    one = f"{FLOOR}/{{id}}"

    async def now(visitor: Visitor) -> FloorChats:
        return floor.now(visitor)

    async def whole(visitor: Visitor, id: str, query: AfterQuery) -> WholeChat:
        return await floor.whole(visitor, id, query.after)

    async def whisper(visitor: Visitor, id: str, body: Written) -> MessageView:
        return await floor.whisper(visitor, id, body)

    async def join(visitor: Visitor, id: str, body: Written) -> MessageView:
        return await floor.join(visitor, id, body)

    async def take_over(visitor: Visitor, id: str) -> None:
        await floor.take_over(visitor, id)

    async def reassign(visitor: Visitor, id: str, body: HandOn) -> None:
        await floor.reassign(visitor, id, body)

    return [
        Route("GET", FLOOR, now, SUPERVISE, "正在进行的会话"),
        Route("GET", one, whole, SUPERVISE, "正在进行的会话的消息"),
        Route("POST", f"{one}/whispers", whisper, SUPERVISE, "悄悄提示座席"),
        Route("POST", f"{one}/join", join, SUPERVISE, "加入会话，回复市民"),
        Route("POST", f"{one}/take-over", take_over, SUPERVISE, "接管会话"),
        Route("POST", f"{one}/reassign", reassign, SUPERVISE, "改派会话"),
    ]
