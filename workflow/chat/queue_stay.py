"""A citizen's stay in a queue of chats: announcements, agents who are asked, the talk, and a talk that comes back."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from typing import Any

import structlog

from acd.service import Offer, Overflow, Place, PlaceOver, WorkItem
from cti.telephony.switch.port import DialResult, LegHungUp
from ivr.conversation.announcer import Announcer, overflowed
from ivr.conversation.port import QueueEnd, QueueOutcome, QueueRequest
from workflow.chat.answering import SERVES
from workflow.chat.line import FlowLine
from workflow.chat.occasions import Occasion
from workflow.chat.offers import BACK, Asked, Talk
from workflow.chat.states import ChatState

log = structlog.get_logger(__name__)

PLACE, SERVED, TALK, SENT = "acd", "served", "talk", "sent"
"""Where a chat's progress has its place in the queue, the one that it had when it was answered, and the last talk,
and to whom a supervisor has sent it."""
UNSERVED: Mapping[QueueEnd, Occasion] = {
    QueueEnd.NO_AGENTS: "no_seat", QueueEnd.CLOSED: "no_seat", QueueEnd.FULL: "busy", QueueEnd.TIMEOUT: "busy",
}  # fmt: skip
"""On which occasion somebody leaves unserved."""


class QueueStay:
    """From entering the queue to the end of the talk, or to leaving unserved."""

    def __init__(self, line: FlowLine, request: QueueRequest) -> None:
        self._line, self._request = line, request
        self._room, self._chat = line.room, line.chat

    async def run(self) -> QueueOutcome:
        """The outcome. Raises LegHungUp when the citizen ends the chat, UnknownQueue."""
        at = None
        if self._chat.state is ChatState.TALKING:
            # Another engine takes up a talk: the matching knows it already.
            outcome = await self._talked(None)
            if outcome.then != BACK:
                return outcome
            at = self._chat.progress.pop(SERVED, None)
        place = await self._enter(at=at)
        while True:
            try:
                found = await self._wait(place)
            except LegHungUp:
                place.withdraw("abandoned")
                raise
            except PlaceOver:
                # The engine stood still for so long that the matching gave him up: he waits on where he was.
                place = await self._enter(at=self._chat.progress.get(PLACE))
                continue
            except Exception:
                place.withdraw("failed")
                raise
            if isinstance(found, QueueOutcome):
                await self._leave()
                if (occasion := UNSERVED.get(found.end)) is not None:
                    await self._line.told(occasion)
                return found
            outcome = await self._talked(found)
            if outcome.then != BACK:
                return outcome
            place = await self._enter(at=self._chat.progress.pop(SERVED, None))

    async def _enter(self, at: dict[str, Any] | None = None) -> Place:
        """A place at the end, or again the one that he had."""
        chat, request = self._chat, self._request
        item = item_of(chat, request.queue, request)
        place = self._room.acd.readmit(at, item) if at is not None else self._room.acd.enqueue(item)
        chat.progress[PLACE], chat.place = place.kept(), place
        if chat.state is not ChatState.WAITING:
            await self._line.give(ChatState.WAITING, queue=request.queue, agent="")
        self._line.keep()
        return place

    async def _leave(self) -> None:
        self._chat.progress.pop(PLACE, None)
        await self._line.give(ChatState.BOT)
        self._line.keep()

    async def _wait(self, place: Place) -> Talk | QueueOutcome:
        """Until an agent talks, or the citizen leaves the queue."""
        announcer = Announcer(self._request, self._room.clock.now)
        chat, decided = self._chat, asyncio.ensure_future(place.next())
        decided.add_done_callback(lambda _: chat.stir())
        try:
            while True:
                if chat.is_over:
                    raise LegHungUp("the chat is over")
                if decided.done():
                    found = decided.result()
                    if isinstance(found, Overflow):
                        return overflowed(found)
                    if (talk := await self._ask(place, found)) is not None:
                        return talk
                    decided = asyncio.ensure_future(place.next())
                    decided.add_done_callback(lambda _: chat.stir())
                    continue
                if to := chat.progress.pop(SENT, ""):
                    place.withdraw("handed_on")
                    chat.progress.pop(PLACE, None)
                    return QueueOutcome(QueueEnd.TALKED, then=to)
                if key := self._key():
                    place.withdraw("key")
                    return QueueOutcome(QueueEnd.KEY, key=key)
                if announcer.is_over():
                    place.withdraw("timeout")
                    return QueueOutcome(QueueEnd.TIMEOUT)
                if pieces := announcer.take():
                    if text := self._line.text(pieces, place.position, place.estimate):
                        await self._line.write(text)
                    continue
                await chat.stirred(self._room.clock, announcer.due())
        finally:
            decided.cancel()
            chat.place = None

    def _key(self) -> str:
        """A key of the queue that the citizen wrote, alone in a message; all else that he writes is for the agent."""
        heard = self._chat.progress.get("heard", 0)
        for one in self._chat.written_by("citizen", heard):
            self._chat.progress["heard"] = one.number
            if one.text.strip() in self._request.keys:
                return one.text.strip()
        return ""

    async def _ask(self, place: Place, offer: Offer) -> Talk | None:
        """Ask the agent; None when he does not take it: the citizen waits on, in his place."""
        room, chat = self._room, self._chat
        if not room.offers.can_take(offer.agent):
            offer.failed(DialResult.FAILED)
            return None
        asked = room.offers.ask(chat, offer)
        offer.ringing()
        his = False
        try:
            if await self._answered(asked) and offer.answered():
                chat.progress[SERVED] = chat.progress.pop(PLACE, None)
                await self._line.give(
                    ChatState.TALKING, agent=offer.agent, answered_at=room.clock.wall(), waited=round(place.waited, 1)
                )
                his = True
                talk = room.offers.begin(chat, offer.agent)
        finally:
            room.offers.asked_no_more(asked, his=his)
        if not his:
            if not offer.is_over:
                offer.failed(DialResult.REJECTED if asked.answer.done() else DialResult.CANCELLED)
            return None
        self._line.keep()
        await room.book.write(
            chat,
            "house",
            room.sayings.text("served", chat, room.names(offer.agent)),
            data={SERVES: offer.agent},
            turn=self._line.turn,
        )
        return talk

    async def _answered(self, asked: Asked) -> bool:
        """Whether he takes it; False also when the citizen goes or the matching wants it back."""
        chat, taken_back = self._chat, asyncio.ensure_future(asked.offer.taken_back())
        for one in (taken_back, asked.answer):
            one.add_done_callback(lambda _: chat.stir())
        try:
            # Whom a supervisor sends elsewhere nobody else is asked to take any longer.
            while not (asked.answer.done() or taken_back.done() or chat.is_over or SENT in chat.progress):
                await chat.stirred(self._room.clock)
        finally:
            taken_back.cancel()
        return asked.answer.done() and asked.answer.result() and not chat.is_over

    async def _talked(self, talk: Talk | None) -> QueueOutcome:
        """Through the talk to its end; the flow has the chat again then, unless the talk comes back to the queue."""
        room, chat = self._room, self._chat
        begun = chat.answered_at or room.clock.wall()
        talk = talk or room.offers.begin(chat, chat.agent)
        talk.over.add_done_callback(lambda _: chat.stir())
        try:
            while not talk.over.done() and not chat.is_over:
                await chat.stirred(room.clock)
        finally:
            room.offers.ended(talk)
            with contextlib.suppress(KeyError):
                room.acd.talk_ended(talk.agent, chat.id)
        if chat.is_over:
            raise LegHungUp("the chat is over")
        seconds = (room.clock.wall() - begun).total_seconds()
        chat.progress[TALK] = {"agent": talk.agent, "queue": chat.queue, "seconds": seconds, "waited": chat.waited}
        then = talk.over.result()
        if then != BACK:
            chat.progress.pop(SERVED, None)
            chat.progress["talks"] = chat.progress.get("talks", 0) + 1
            chat.progress["heard"] = chat.last
            await self._line.give(ChatState.BOT)
        self._line.keep()
        return QueueOutcome(QueueEnd.TALKED, then=then)


def item_of(chat: Any, queue: str, request: QueueRequest | None = None) -> WorkItem:
    """A chat as work for a queue."""
    return WorkItem(
        id=chat.id, medium="chat", queue=queue, caller=chat.number, organisation=chat.organisation, region=chat.region,
        priority=request.priority if request else 0.0, need=request.need if request else "",
        dedicated_agent=request.dedicated_agent if request else "",
    )  # fmt: skip
