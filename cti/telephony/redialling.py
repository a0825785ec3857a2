"""How often somebody is dialled who was not reached, and when again: one rule for campaigns and for calling back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

ANSWERED = "answered"
ENDS = {
    ANSWERED: "已接通",
    "busy": "占线",
    "no_answer": "无人接听",
    "rejected": "拒接",
    "unreachable": "无法接通",
    "failed": "呼叫失败",
    "cancelled": "已取消",
    "hung_up": "接通后挂断",
    "agent": "座席未接",
    "unknown": "拨打中断",
}
"""How a dial ended, for people: each `DialResult`, and what becomes of a call that waits in a queue for its agent.

`hung_up`: he was reached and did not wait; `agent`: nobody took it; `unknown`: an engine died meanwhile.
"""


def result_of(said: str) -> str:
    """How a dial ended, of what a queue says of a callback: a key of `ENDS`."""
    if said in ENDS:
        return said
    return "agent" if said.startswith("agent ") else "unknown"


@dataclass(frozen=True, slots=True)
class Redialling:
    """At most so many attempts, and so many minutes between one that ended in a way and the next."""

    attempts: int
    busy_minutes: int
    no_answer_minutes: int
    other_minutes: int

    def again(self, attempts: int, result: str, now: datetime) -> datetime | None:
        """When he is to be dialled again after so many attempts, of which the last ended so; None: no more."""
        if attempts >= self.attempts:
            return None
        minutes = {"busy": self.busy_minutes, "no_answer": self.no_answer_minutes, "rejected": self.no_answer_minutes}
        return now + timedelta(minutes=minutes.get(result, self.other_minutes))
