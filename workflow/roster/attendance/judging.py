"""How a shift was kept, from its check-ins and check-outs: pure, at any moment, the same whenever it is asked again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

State = Literal["coming", "working", "normal", "late", "early", "both", "absent", "abnormal", "leave"]
STATES: Mapping[str, str] = {
    "coming": "未开始", "working": "值班中", "normal": "正常", "late": "迟到", "early": "早退", "both": "迟到且早退",
    "absent": "旷工", "abnormal": "未正常考勤", "leave": "请假",
}  # fmt: skip
WRONG = ("late", "early", "both", "absent", "abnormal")
"""What is amiss."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Minutes that count as in time, and how far before and after a shift a check-in or check-out is one of it."""

    late: int = 5
    early: int = 5
    window: timedelta = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class Mark:
    """A check-in (`in`) or check-out (`out`)."""

    at: datetime
    kind: Literal["in", "out"]


@dataclass(frozen=True, slots=True)
class Kept:
    """How a shift was kept: `late` and `early` are whole minutes, 0 when within what counts as in time."""

    state: State
    in_at: datetime | None = None
    out_at: datetime | None = None
    late: int = 0
    early: int = 0


def judge(
    begins: datetime,
    ends: datetime,
    marks: Sequence[Mark],
    now: datetime,
    rule: Rule,
    *,
    leave: bool = False,
    after: datetime | None = None,
    before: datetime | None = None,
) -> Kept:
    """A shift from `begins` to `ends` as it is known at `now`.

    The first check-in from the window before until the end counts, and the last check-out after it until the window is
    over. `after` is when the person's shift before ended, `before` when the next begins: between two shifts a mark
    belongs to the nearer one. Who is on leave need not check in. Nobody is absent before the shift is over, and none
    of it is settled before the time for a check-out is.
    """
    first = max(begins - rule.window, _middle(after, begins))
    last = min(ends + rule.window, _middle(ends, before) if before is not None else ends + rule.window)
    came = min((one.at for one in marks if one.kind == "in" and first <= one.at < ends), default=None)
    since = came if came is not None else begins
    left = max((one.at for one in marks if one.kind == "out" and since < one.at <= last), default=None)
    if leave:
        return Kept("leave", came, left)
    late = max(_minutes(came - begins), 0) if came is not None else 0
    late = late if late > rule.late else 0
    if now < begins:
        return Kept("coming", came, None)
    if now < ends or (came is not None and left is None and now <= last):
        return Kept("late" if late and now < ends else "working", came, left if now >= ends else None, late)
    if came is None and left is None:
        return Kept("absent")
    if came is None or left is None:
        return Kept("abnormal", came, left, late)
    early = max(_minutes(ends - left), 0)
    early = early if early > rule.early else 0
    state: State = "both" if late and early else "late" if late else "early" if early else "normal"
    return Kept(state, came, left, late, early)


def _middle(first: datetime | None, second: datetime) -> datetime:
    if first is None:
        return datetime.min.replace(tzinfo=second.tzinfo)
    return first + (second - first) / 2


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)
