"""The states of a sitting and what may happen in each: one table, asked by everything that moves one."""

from __future__ import annotations

from datetime import datetime, timedelta

WAITING, SITTING, SUBMITTED, MARKED, ABSENT = "waiting", "sitting", "submitted", "marked", "absent"
STATES = {WAITING: "未开始", SITTING: "答题中", SUBMITTED: "待阅卷", MARKED: "已出分", ABSENT: "缺考"}
ENDS = {"hand": "主动交卷", "time": "到时交卷", "left": "离开页面过多", "stopped": "考试结束"}
MOVES: dict[str, frozenset[str]] = {
    WAITING: frozenset({SITTING, ABSENT}),
    SITTING: frozenset({SUBMITTED, MARKED}),
    SUBMITTED: frozenset({MARKED}),
    MARKED: frozenset(),
    ABSENT: frozenset(),
}
"""What is over is never open again."""
OPEN = (WAITING, SITTING)
OVER = (SUBMITTED, MARKED)


def may_move(state: str, to: str) -> bool:
    """Whether a sitting in a state may go to another."""
    return to in MOVES[state]


def due(begun: datetime, minutes: int, ends_at: datetime) -> datetime:
    """When a sitting that begins now is over: its minutes, and no later than the exam's end."""
    return min(begun + timedelta(minutes=minutes), ends_at)


def takes_answers(state: str, due_at: datetime | None, now: datetime) -> bool:
    """Whether an answer that comes at `now` counts, by the server's clock."""
    return state == SITTING and due_at is not None and now < due_at
