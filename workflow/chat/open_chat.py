"""A chat that goes on, in memory: who has it, what was written, and how whoever waits for more is woken."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from acd.service import Place
from cti.base.clock import Clock
from workflow.chat.messages import Message, Side
from workflow.chat.states import ChatState, EndReason


@dataclass(slots=True, eq=False)
class OpenChat:
    """See `ChatRow`. `progress` is where the flow is, what of the citizen it has heard and how much it has said."""

    id: str
    organisation: str
    region: str
    entrance: str
    channel: str
    flow: str
    writer: str
    began_at: datetime
    name: str = ""
    number: str = ""
    state: ChatState = ChatState.BOT
    turn: int = 0
    queue: str = ""
    agent: str = ""
    answered_at: datetime | None = None
    waited: float = 0.0
    satisfaction: str = ""
    citizen_read: int = 0
    agent_read: int = 0
    end_reason: EndReason | None = None
    progress: dict[str, Any] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    keys: dict[str, int] = field(default_factory=dict)
    """The number of each message by its writer's key."""
    place: Place | None = None
    """Where he waits, while he does."""
    present: int = 0
    """How many windows of the citizen are connected now."""
    gone_since: float | None = None
    """The clock's second since which none is."""
    typing: dict[Side, float] = field(default_factory=dict)
    """Until which second of the clock each side is known to be typing."""
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _waiting: set[asyncio.Future[None]] = field(default_factory=set)

    @property
    def is_over(self) -> bool:
        """Whether nothing is written in it any more."""
        return self.state is ChatState.ENDED

    @property
    def last(self) -> int:
        """The number of the last message; 0 before the first."""
        return len(self.messages)

    def after(self, number: int) -> list[Message]:
        """The messages after a number."""
        return self.messages[max(number, 0) :]

    def written_by(self, side: Side, after: int) -> list[Message]:
        """What a side has written after a number."""
        return [one for one in self.after(after) if one.side == side]

    @property
    def unanswered_since(self) -> datetime | None:
        """Since when the citizen waits for an answer to what he wrote; None when the last word is not his."""
        since: datetime | None = None
        for one in reversed(self.messages):
            if one.side == "citizen":
                since = one.at
            elif one.side in ("agent", "bot"):
                break
        return since

    async def stirred(self, clock: Clock, seconds: float | None = None) -> None:
        """Wait until something of it is another now, at most so long."""
        future = asyncio.get_running_loop().create_future()
        timer = clock.call_later(seconds, self.stir) if seconds is not None else None
        self._waiting.add(future)
        try:
            await future
        finally:
            self._waiting.discard(future)
            if timer is not None:
                timer.cancel()

    def stir(self) -> None:
        """Wake whoever waits for it."""
        for one in self._waiting:
            if not one.done():
                one.set_result(None)
