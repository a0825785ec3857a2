"""The flow's side of a chat: what it writes, and the turn by which it may.

Whatever is written for the flow has a key that counts what it has said so far, kept with its state: a node that another
engine does again writes nothing twice, and finds the answer that was given meanwhile.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog

from acd.service import Acd
from cti.base.clock import Clock
from cti.telephony.switch.port import LegHungUp, LegLeft
from ivr.running.room import FlowRoom
from ivr.speech.spoken_pieces import Piece, written
from workflow.chat.book import Book, NotYours
from workflow.chat.messages import Kind, Message
from workflow.chat.occasions import Occasion, SayingsAtHand
from workflow.chat.offers import Offers
from workflow.chat.open_chat import OpenChat
from workflow.chat.settings import ChatSettings
from workflow.chat.states import ChatState

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class ChatRoom:
    """What all chats share. `names` has what citizens read of an agent, `sayings` what the house itself says.

    `left` hears of a message that somebody left because nobody was there, with his number if he gave one.
    """

    book: Book
    acd: Acd
    offers: Offers
    flows: FlowRoom
    clock: Clock
    settings: ChatSettings
    names: Callable[[str], str]
    left: Callable[[OpenChat, str, str], Awaitable[None]]
    sayings: SayingsAtHand = field(default_factory=SayingsAtHand)


class FlowLine:
    """One flow's hold of a chat. `keep` writes down `chat.progress`."""

    def __init__(self, room: ChatRoom, chat: OpenChat, keep: Callable[[], object]) -> None:
        self.room, self.chat, self.keep = room, chat, keep
        self.turn = chat.turn
        """The flow's, while it has the chat."""

    def check(self) -> None:
        """LegHungUp when the chat is over, LegLeft when somebody else has it."""
        if self.chat.is_over:
            raise LegHungUp("the chat is over")
        if self.chat.turn != self.turn:
            raise LegLeft("somebody else has it")

    async def give(self, state: ChatState, **values: Any) -> None:
        """Move the chat on by the flow's turn; as `check` when it has none."""
        try:
            self.turn = await self.room.book.move(self.chat, state, turn=self.turn, **values)
        except NotYours:
            self.check()
            raise

    async def write(self, text: str, *, kind: Kind = "text", data: dict[str, Any] | None = None) -> Message:
        """A message of the flow, once; as `check` when the chat is not its own any more."""
        said = self.chat.progress["said"] = self.chat.progress.get("said", 0) + 1
        try:
            return await self.room.book.write(
                self.chat, "bot", text, kind=kind, data=data, key=f"flow-{said}", turn=self.turn
            )
        except NotYours:
            self.check()
            raise

    async def told(self, occasion: Occasion) -> None:
        """What the house says on an occasion, if it says something."""
        if not self.chat.is_over and (text := self.room.sayings.text(occasion, self.chat)):
            await self.room.book.write(self.chat, "house", text, turn=self.turn)

    def text(self, pieces: Sequence[Piece], position: int = 0, estimate: float | None = None) -> str:
        """What is read instead of heard."""
        return written(pieces, self.room.flows.texts, self._unspoken, position=position, estimate=estimate)

    def _unspoken(self, piece: str, why: str) -> None:
        log.warning("left out of a chat", chat=self.chat.id, piece=piece, reason=why)
