"""Leads each chat through its flow, from where it stands to its end, in a task of its own."""

from __future__ import annotations

import asyncio
import copy

import structlog

from cti.store.journal.journal import Journal
from cti.telephony.switch.port import LegHungUp, LegLeft
from ivr.running.state import State
from workflow.chat.book import Book, NotYours
from workflow.chat.conversation import ChatConversation
from workflow.chat.line import ChatRoom, FlowLine
from workflow.chat.open_chat import OpenChat
from workflow.chat.queue_stay import PLACE, item_of
from workflow.chat.states import EndReason

log = structlog.get_logger(__name__)

KEPT, FLOW = "chat", "flow"
"""The kind of the journal's states that chats have; where a chat's progress has that of its flow."""
SORRY = "系统出现故障，本次会话已中断。请稍后再试，或拨打 12345。"


class Conducting:
    """All chats that go on, each with its task."""

    def __init__(self, room: ChatRoom, journal: Journal) -> None:
        self._room, self._journal = room, journal
        self._tasks: dict[str, asyncio.Task[None]] = {}

    @property
    def book(self) -> Book:
        """The chats."""
        return self._room.book

    def restore(self) -> None:
        """Hold the places in the queues of those who waited when the engine before died."""
        for chat in self.book.open:
            if (place := chat.progress.get(PLACE)) is not None and chat.queue:
                self._room.acd.restore(place, item_of(chat, chat.queue))

    def lead(self, chat: OpenChat) -> None:
        """From where it stands; once."""
        if chat.id not in self._tasks:
            task = self._tasks[chat.id] = asyncio.create_task(self._lead(chat), name=f"chat {chat.id}")
            task.add_done_callback(lambda _: self._tasks.pop(chat.id, None))

    async def stop(self) -> None:
        """Leave all as they are: another engine goes on."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _lead(self, chat: OpenChat) -> None:
        try:
            await self._through(chat)
        except LegHungUp:
            pass
        except (LegLeft, NotYours):
            log.warning("a chat was taken from its flow", chat=chat.id, state=chat.state)
        except Exception:
            log.exception("a chat cannot go on", chat=chat.id)
            await self._break_off(chat)
        finally:
            if chat.is_over:
                self._journal.forget(KEPT, chat.id)

    async def _through(self, chat: OpenChat) -> None:
        line = FlowLine(self._room, chat, lambda: self._keep(chat))
        conversation = ChatConversation(line)

        async def keep(state: State, durable: bool) -> None:
            chat.progress[FLOW] = state
            self._keep(chat)
            if durable:
                await self._journal.flushed()

        await self._room.flows.lead(conversation, chat.flow, chat.progress.get(FLOW), keep)
        await conversation.end()

    def _keep(self, chat: OpenChat) -> None:
        if not chat.is_over:
            self._journal.put(KEPT, chat.id, copy.copy(chat.progress))

    async def _break_off(self, chat: OpenChat) -> None:
        try:
            if not chat.is_over:
                await self.book.write(chat, "house", SORRY)
                await self.book.end(chat, EndReason.FAILED)
        except Exception:
            log.exception("a chat cannot even be ended", chat=chat.id)
