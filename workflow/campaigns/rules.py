"""What follows from how a dial ended: pure rules, the same for people who look first and for those who do not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

State = Literal["waiting", "given", "taken", "dialling", "talked", "done", "failed", "stopped"]
STATES: dict[str, str] = {
    "waiting": "待拨打",
    "given": "等待座席",
    "taken": "座席处理中",
    "dialling": "拨打中",
    "talked": "待填结果",
    "done": "已完成",
    "failed": "未联系上",
    "stopped": "不再拨打",
}
WAYS: dict[str, frozenset[State]] = {
    "waiting": frozenset({"given", "taken", "stopped"}),
    "given": frozenset({"waiting", "talked", "failed", "stopped"}),
    "taken": frozenset({"waiting", "dialling", "done", "failed", "stopped"}),
    "dialling": frozenset({"waiting", "taken", "talked", "failed", "stopped"}),
    "talked": frozenset({"done", "failed", "waiting", "stopped"}),
    "done": frozenset({"waiting"}),
    "failed": frozenset({"waiting"}),
    "stopped": frozenset({"waiting"}),
}
"""`given` waits in the queue of agents, or is dialled from there; who is over can be called once more."""
OPEN: tuple[State, ...] = ("waiting", "given", "taken", "dialling", "talked")

ANSWERED = "answered"
RESULTS = {
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
    "forbidden": "禁拨号码",
    "do_not_call": "免打扰",
    "called_in": "市民已来电",
}


def result_of(said: str) -> str:
    """How a dial ended, of what the queue says of a callback: a key of `RESULTS`."""
    if said in RESULTS:
        return said
    return "agent" if said.startswith("agent ") else "unknown"


@dataclass(frozen=True, slots=True)
class Policy:
    """How often somebody is dialled, and after how many minutes again."""

    attempts: int
    busy_minutes: int
    no_answer_minutes: int
    other_minutes: int

    def after(self, attempts: int, result: str, now: datetime) -> tuple[State, datetime]:
        """The state after so many attempts, of which the last ended so, and when he is to be dialled again."""
        if result == ANSWERED:
            return "talked", now
        if attempts >= self.attempts:
            return "failed", now
        minutes = {"busy": self.busy_minutes, "no_answer": self.no_answer_minutes, "rejected": self.no_answer_minutes}
        return "waiting", now + timedelta(minutes=minutes.get(result, self.other_minutes))
