"""How a call of another system is, and what an attempt brought."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Direction(StrEnum):
    """Who calls whom: the house another system, or that the house."""

    OUT = "out"
    IN = "in"


class State(StrEnum):
    """A call waits, is worked on, and ends done or failed."""

    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"


OPEN = (State.WAITING.value, State.WORKING.value)
STATE_TITLES = {
    State.WAITING: "等待",
    State.WORKING: "处理中",
    State.DONE: "完成",
    State.FAILED: "失败",
}
DIRECTION_TITLES = {Direction.OUT: "发出", Direction.IN: "收到"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an attempt brought: done without `error`; with one, never again or `later`."""

    error: str = ""
    later: bool = False
    status: int = 0
    text: str = ""
    milliseconds: int = 0
