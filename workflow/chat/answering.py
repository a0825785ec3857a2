"""How fast a citizen was answered by people: worked out of what was written, once the chat is over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from workflow.chat.messages import Message

SERVES = "serves"
"""The key in the data of the house's message by which an agent begins: his number."""


@dataclass(frozen=True, slots=True)
class Answering:
    """Seconds until the first answer after the first agent took the chat (None: he never answered); how many answers
    followed on something that the citizen wrote, and the seconds that he waited for all of these together.
    """

    first: float | None = None
    answers: int = 0
    seconds: float = 0.0


def answering(messages: Sequence[Message]) -> Answering:
    """Of a whole chat. What waited while nobody had the chat waits from when somebody took it."""
    taken: datetime | None = None
    asked: datetime | None = None
    first: float | None = None
    answers, seconds = 0, 0.0
    for one in messages:
        if one.side == "house" and SERVES in one.data:
            taken = taken or one.at
            asked = one.at if asked is not None else None
        elif one.side == "citizen":
            asked = asked or one.at
        elif one.side == "bot":
            asked = None
        elif one.side == "agent" and taken is not None:
            if first is None:
                first = (one.at - taken).total_seconds()
            if asked is not None:
                answers, seconds, asked = answers + 1, seconds + (one.at - asked).total_seconds(), None
    return Answering(first, answers, seconds)
