"""What follows from how a dial ended: pure rules, the same for people who look first and for those who do not."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from cti.telephony.redialling import ANSWERED, ENDS, Redialling

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

RESULTS = {
    **ENDS,
    "forbidden": "禁拨号码",
    "do_not_call": "免打扰",
    "called_in": "市民已来电",
}


class Policy(Redialling):
    """How often somebody is dialled, and after how many minutes again."""

    def after(self, attempts: int, result: str, now: datetime) -> tuple[State, datetime]:
        """The state after so many attempts, of which the last ended so, and when he is to be dialled again."""
        if result == ANSWERED:
            return "talked", now
        again = self.again(attempts, result, now)
        return ("failed", now) if again is None else ("waiting", again)
