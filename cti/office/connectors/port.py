"""What a connector is asked to say to another system, what comes back, and how it fails. HTTP is one way of many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Request:
    """One call of another system. `id` stays the same over all tries: who sees it twice has done it already.

    `fields` are theirs, after the mapping; `ours` are those that the call was made with, for addresses.
    """

    id: str
    verb: str
    fields: dict[str, Any]
    ours: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side said: `status` is HTTP's or 0, `text` the beginning of its words."""

    status: int
    text: str


class OtherSideFails(Exception):
    """No answer, or one that says later: it is tried again."""

    def __init__(self, words: str, answer: Answer | None = None) -> None:
        super().__init__(words)
        self.answer = answer


class OtherSideRefuses(Exception):
    """An answer that says never: trying again is no use."""

    def __init__(self, words: str, answer: Answer | None = None) -> None:
        super().__init__(words)
        self.answer = answer


class OtherSide(Protocol):
    """Speaks to another system; a module offers its own way under a name (`Connectors.offer_port`)."""

    async def call(self, request: Request) -> Answer:
        """One request, one answer. OtherSideFails, OtherSideRefuses."""

    async def close(self) -> None:
        """Let go of connections."""
