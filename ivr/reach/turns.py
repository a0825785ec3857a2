"""What citizens say in words at questions, and what comes of it: for whoever learns from it.

Turns are told as they happen and kept by nobody here; keys and buttons are none, since nothing has to be understood.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import structlog

log = structlog.get_logger(__name__)

How = Literal["intent", "open", "aside", "unknown", "human"]
"""`intent`: taken for one; `open`: taken as it stands, or for its values; `aside`: asked in between and answered;
`unknown`: not understood, or asked in between without an answer; `human`: a human was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowTold:
    """Of which talk, when; `organisation` and `region` are the talk's."""

    at: datetime
    call: str
    medium: str
    organisation: str
    region: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnTaken(FlowTold):
    """Something was said at a node. `intent` is what it was taken for, `sure` how sure that was (0–1)."""

    flow: str
    revision: int
    node: str
    text: str
    how: How
    intent: str = ""
    sure: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnAnswered(FlowTold):
    """What was said last was answered by a flow that was given the words, such as one that asks the knowledge base."""

    flow: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver(FlowTold):
    """The talk is given to people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkRated(FlowTold):
    """The citizen rated the talk."""

    score: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkOver(FlowTold):
    """The talk has ended."""


class Turns:
    """Tells listeners; one that fails is logged, and the talk goes on."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[FlowTold], None]] = []

    def listen(self, listener: Callable[[FlowTold], None]) -> Callable[[], None]:
        """Hear of all from now on; returns the end of it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @property
    def is_heard(self) -> bool:
        """Whether anybody listens."""
        return bool(self._listeners)

    def tell(self, told: FlowTold) -> None:
        """Tell all who listen."""
        for listener in tuple(self._listeners):
            try:
                listener(told)
            except Exception as error:
                # Without what was said, which is nobody's business in a log.
                log.warning("a turn was not taken in", call=told.call, reason=type(error).__name__)
