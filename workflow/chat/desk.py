"""What agents do with chats: take, write, read, hand on, end; and who may see one that goes on."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from acd.service import Acd
from cti.base.clock import Clock
from cti.base.numbers.number import Number
from cti.base.refusal import Conflict, Invalid, NotAllowed, NotFound
from cti.base.visitor import Visitor
from cti.office.identity.masking import shown_name, shown_number
from cti.telephony.queue_titles import QueueTitles
from workflow.chat.book import Book, closed
from workflow.chat.messages import Message
from workflow.chat.models import ChatRow
from workflow.chat.offers import Offers, Talk
from workflow.chat.open_chat import OpenChat
from workflow.chat.service import Chats
from workflow.chat.states import ChatState
from workflow.chat.views import AskedChat, DeskChat, MyChats, WholeChat, for_staff

TALK, SUPERVISE = "chat.talk", "chat.supervise"
TYPING_SECONDS = 6.0
FIRST = 80


class ChatDesk:
    """The service of those who write to citizens."""

    def __init__(
        self, book: Book, offers: Offers, chats: Chats, acd: Acd, queues: QueueTitles, clock: Clock,
        names: Callable[[str], str],
    ) -> None:  # fmt: skip
        self.book, self.offers, self._chats, self._acd = book, offers, chats, acd
        self._queues, self.clock, self.names = queues, clock, names
        self.audit = chats.office.audit

    # ── looking ──────────────────────────────────────────────────────────────────────────────────────────────────

    def mine(self, visitor: Visitor) -> MyChats:
        """What the visitor has and is asked to take."""
        agent = visitor.agent_no or ""
        if not agent or not visitor.may(TALK):
            return MyChats(asked=[], mine=[])
        now = self.clock.now()
        asked = [
            AskedChat(
                id=one.chat.id, name=shown_name(visitor, one.chat.name), queue_title=self._queue(one.chat),
                waited=round((self.clock.wall() - one.chat.began_at).total_seconds(), 1),
                seconds=round(max(one.offer.deadline - now, 0.0), 1), first=_first(one.chat),
            )
            for one in self.offers.asked_of(agent)
        ]  # fmt: skip
        talks = sorted(self.offers.talks_of(agent), key=lambda one: one.chat.id)
        return MyChats(asked=asked, mine=[self.shown(visitor, one.chat) for one in talks])

    async def whole(self, visitor: Visitor, id: str, after: int) -> WholeChat:
        """A chat that the visitor may read, with its messages after a number."""
        chat = await self._readable(visitor, id)
        mine = self._talk_of(visitor, id) is not None
        messages = chat.after(after) if chat.messages else (await self.book.messages(id))[after:]
        return WholeChat(chat=self.shown(visitor, chat), messages=[for_staff(one) for one in messages], mine=mine)

    def sees(self, visitor: Visitor, chat: OpenChat) -> bool:
        """Whether the visitor may read a chat that goes on."""
        agent = visitor.agent_no or ""
        if agent and (chat.agent == agent or any(one.chat is chat for one in self.offers.asked_of(agent))):
            return visitor.may(TALK)
        scope = visitor.reach(self._chats.see)
        return scope.covers(chat.organisation, chat.region) and scope.agent is None

    async def _readable(self, visitor: Visitor, id: str) -> OpenChat:
        chat = self.book.find(id)
        if chat is not None:
            if not self.sees(visitor, chat):
                raise NotFound("no_chat", "没有这个会话")
            return chat
        async with self._chats.office.store.reading() as session:
            wanted = select(ChatRow).where(ChatRow.id == id, *self._chats.readable(visitor))
            row = await session.scalar(wanted)
        if row is None:
            raise NotFound("no_chat", "没有这个会话")
        return closed(row)

    def shown(self, visitor: Visitor, chat: OpenChat) -> DeskChat:
        """A chat as the desk shows it."""
        now = self.clock.now()
        number = shown_number(visitor, Number.parse(chat.number)) if chat.number else ""
        return DeskChat(
            id=chat.id, channel=chat.channel, name=shown_name(visitor, chat.name), number=number,
            state=chat.state.value, queue=chat.queue,
            queue_title=self._queue(chat), agent=chat.agent, began_at=chat.began_at, answered_at=chat.answered_at,
            last=chat.last, unread=len(chat.written_by("citizen", chat.agent_read)), citizen_read=chat.citizen_read,
            here=chat.present > 0, typing=chat.typing.get("citizen", 0.0) > now,
            unanswered_since=chat.unanswered_since, handed=chat.progress.get("handed", {}), entrance=chat.entrance,
        )  # fmt: skip

    def _queue(self, chat: OpenChat) -> str:
        return self._queues.get(chat.queue, chat.queue)

    # ── acting ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def take(self, visitor: Visitor, id: str) -> WholeChat:
        """The visitor takes a chat that he is asked to take; Conflict when it went to somebody else meanwhile."""
        agent = self._agent(visitor)
        self._need_open(visitor, id, asked=True)
        await self.offers.answer(id, agent, takes=True)
        return await self.whole(visitor, id, 0)

    async def decline(self, visitor: Visitor, id: str) -> None:
        """He does not take it: somebody else is asked."""
        agent = self._agent(visitor)
        self._need_open(visitor, id, asked=True)
        await self.offers.answer(id, agent, takes=False)

    async def write(self, visitor: Visitor, id: str, text: str, key: str) -> Message:
        """A message to the citizen."""
        talk = self._need_talk(visitor, id)
        return await self.book.write(
            talk.chat, "agent", text, agent=talk.agent, name=self.names(talk.agent), key=f"{talk.agent}-{key}",
            turn=talk.chat.turn,
        )  # fmt: skip

    async def note(self, visitor: Visitor, id: str, text: str, key: str) -> Message:
        """A note that only the staff reads: of who has the chat, or of who leads him."""
        chat = self._need_open(visitor, id)
        if self._talk_of(visitor, id) is None:
            visitor.need(SUPERVISE)
        agent = visitor.agent_no or ""
        return await self.book.write(chat, "staff", text, agent=agent, name=visitor.name, key=f"{visitor.person}-{key}")

    async def join(self, visitor: Visitor, id: str, text: str, key: str) -> Message:
        """A supervisor writes to the citizen in a talk of his people, which stays theirs."""
        visitor.need(SUPERVISE)
        chat = self._need_open(visitor, id)
        if not visitor.reach(SUPERVISE).covers(chat.organisation, chat.region):
            raise NotAllowed("not_allowed", "该会话不在您的督导范围内")
        if chat.state is not ChatState.TALKING:
            raise Conflict("no_talk", "只能加入正在人工服务的会话")
        name = self.names(visitor.agent_no or "") if visitor.agent_no else visitor.name
        written = await self.book.write(
            chat, "agent", text, agent=visitor.agent_no or "", name=name, key=f"{visitor.person}-{key}"
        )
        async with self._chats.office.store.writing() as session:
            await self._chats.office.audit.write(session, visitor, "chat.stepped_in", f"chat:{id}")
        return written

    async def read(self, visitor: Visitor, id: str, number: int) -> None:
        """He has read up to a number."""
        await self.book.read(self._need_talk(visitor, id).chat, "agent", number)

    def types(self, visitor: Visitor, id: str) -> None:
        """He is typing."""
        self.book.types(self._need_talk(visitor, id).chat, "agent", self.clock.now() + TYPING_SECONDS)

    async def hand_on(self, visitor: Visitor, id: str, to: str, note: str) -> None:
        """To a colleague or another queue, with all that was written; Invalid when there is no such."""
        talk = self._need_talk(visitor, id)
        if to == f"agent:{talk.agent}":
            raise Invalid("to_himself", "不能转给自己", "to")
        self.check_target(to)
        if note:
            await self.book.write(talk.chat, "staff", note, agent=talk.agent, name=visitor.name)
        talk.end(to)

    def check_target(self, to: str, *, signed_in: str = "") -> None:
        """Refuse a queue that is not there and an agent who is signed out, told by `signed_in`. Invalid."""
        kind, _, name = to.partition(":")
        if kind == "queue" and name not in self._acd.settings.queues:
            raise Invalid("no_queue", "没有这个队列", "to")
        there = {one.agent for one in self._acd.agents() if one.state != "signed_out"}
        if kind == "agent" and name not in there:
            raise Invalid("no_agent", signed_in or "该座席没有签入", "to")

    def end(self, visitor: Visitor, id: str) -> None:
        """His part is done: the flow goes on, with the survey."""
        self._need_talk(visitor, id).end()

    # ── whose ────────────────────────────────────────────────────────────────────────────────────────────────────

    @staticmethod
    def _agent(visitor: Visitor) -> str:
        visitor.need(TALK)
        if not visitor.agent_no:
            raise NotAllowed("no_agent", "您没有工号，不能接待会话")
        return visitor.agent_no

    def _talk_of(self, visitor: Visitor, id: str) -> Talk | None:
        talk = self.offers.talk(id)
        return talk if talk is not None and talk.agent == (visitor.agent_no or "-") else None

    def _need_talk(self, visitor: Visitor, id: str) -> Talk:
        self._agent(visitor)
        talk = self._talk_of(visitor, id)
        if talk is None:
            # Whoever may not even read it learns nothing of it, not that it is somebody else's.
            self._need_open(visitor, id, asked=True)
            raise Conflict("not_yours", "该会话已结束，或已转给别人")
        return talk

    def _need_open(self, visitor: Visitor, id: str, *, asked: bool = False) -> OpenChat:
        """One that goes on and that he may read; with `asked` also of his own house, which he was asked to take."""
        chat = self.book.find(id)
        own = asked and chat is not None and visitor.organisation == chat.organisation
        if chat is None or not (own or self.sees(visitor, chat)):
            raise NotFound("no_chat", "没有这个会话，或已结束")
        return chat


def _first(chat: OpenChat) -> str:
    said = chat.written_by("citizen", 0)
    return said[-1].text[:FIRST] if said else ""
