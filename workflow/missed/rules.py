"""States of somebody who must be called back, and what ends it: pure rules."""

from __future__ import annotations

from typing import Literal

from cti.base.refusal import Conflict

State = Literal["open", "offered", "taken", "dialling", "talked", "done"]
STATES: dict[str, str] = {
    "open": "待回电",
    "offered": "等待座席",
    "taken": "处理中",
    "dialling": "拨打中",
    "talked": "待填结果",
    "done": "已完成",
}
WAYS: dict[str, frozenset[State]] = {
    "open": frozenset({"offered", "taken", "done"}),
    "offered": frozenset({"open", "talked", "done"}),
    "taken": frozenset({"open", "dialling", "done"}),
    "dialling": frozenset({"taken", "open", "talked", "done"}),
    "talked": frozenset({"open", "done"}),
    "done": frozenset({"open"}),
}
"""Who is offered waits in the queue of agents, or is dialled from there. Who is rung and does not answer is open again
until he was rung often enough; who is done can be called once more.
"""
HELD: tuple[State, ...] = ("taken", "dialling", "talked")
"""States in which one is somebody's."""

Result = Literal["reached", "later", "no_answer", "wrong_number", "not_needed", "do_not_call"]
RESULTS = {
    "reached": "已联系",
    "later": "约定再拨",
    "no_answer": "无人接听",
    "wrong_number": "号码有误",
    "not_needed": "无需回电",
    "do_not_call": "要求不再拨打",
}
GOES_ON = ("later", "no_answer")
"""After these he is called again."""
CALLED_AGAIN, CALLED_BACK, GIVEN_UP = "called_again", "called_back", "given_up"
ENDED = {
    **RESULTS,
    CALLED_AGAIN: "市民再次来电已接通",
    CALLED_BACK: "已由另一次回电联系上",
    GIVEN_UP: "多次未联系上",
}
"""Results that people give, and those that come by themselves."""


def refusal(state: str) -> Conflict:
    """Why something cannot be done with one in this state."""
    return Conflict("done" if state == "done" else "state", _WRONG.get(state, "状态已变化，请刷新后重试"))


def move(state: str, to: State) -> State:
    """The next state; Conflict unless the table has this way."""
    if to not in WAYS[state]:
        raise refusal(state)
    return to


_WRONG = {
    "offered": "系统正在安排座席回电，请稍候",
    "dialling": "正在拨打，请稍候",
    "talked": "请先填写回电结果",
    "done": "该待回电已经完成",
}
