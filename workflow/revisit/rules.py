"""Where a revisit is, every way from one state to another, and what follows from how a call ended: pure rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zlib import crc32

from cti.telephony.redialling import ANSWERED, ENDS, Redialling

State = Literal["waiting", "dialling", "talking", "proposed", "accepted", "human", "failed", "stopped", "elsewhere"]
STATES: dict[str, str] = {
    "waiting": "待拨打",
    "dialling": "拨打中",
    "talking": "通话中",
    "proposed": "待核实",
    "accepted": "已采用",
    "human": "转人工回访",
    "failed": "未联系上",
    "stopped": "不再回访",
    "elsewhere": "已另行处理",
}
WAYS: dict[State, frozenset[State]] = {
    "waiting": frozenset({"dialling", "human", "stopped", "elsewhere"}),
    "dialling": frozenset({"talking", "waiting", "human", "failed", "stopped"}),
    "talking": frozenset({"waiting", "proposed", "accepted", "human", "failed"}),
    "proposed": frozenset({"accepted", "human", "elsewhere"}),
    "accepted": frozenset(),
    "human": frozenset({"waiting", "proposed", "elsewhere"}),
    "failed": frozenset({"waiting"}),
    "stopped": frozenset({"waiting"}),
    "elsewhere": frozenset(),
}
"""`elsewhere`: the ticket went on without it, since somebody revisited by hand, or the citizen withdrew. One that
is left to people may still be answered by the link that was sent.
"""
OPEN: tuple[State, ...] = ("waiting", "dialling", "talking", "proposed", "human")
"""A ticket has one of these at most."""
ON_THE_LINE: tuple[State, ...] = ("dialling", "talking")

Outcome = Literal["", "result", "later", "wrong_person", "machine", "refused", "human"]
OUTCOMES: dict[str, str] = {
    "": "未完成",
    "result": "已答复",
    "later": "约定时间",
    "wrong_person": "非本人",
    "machine": "语音信箱",
    "refused": "拒绝回访",
    "human": "转人工",
}
"""What the talk itself came to, as its flow says; empty when it said nothing: the citizen hung up."""
RESULTS = {**ENDS, "do_not_call": "免打扰", "forbidden": "禁拨号码", "hung_up": "中途挂断", "machine": "语音信箱"}
"""How the last dial ended."""

Medium = Literal["", "phone", "sms"]
ANSWERED_BY: dict[str, str] = {"phone": "电话", "sms": "短信链接"}
"""On which way a citizen answered; empty while he has not."""

Satisfaction = Literal["satisfied", "basically", "unsatisfied"]
SATISFACTIONS = {"satisfied": "满意", "basically": "基本满意", "unsatisfied": "不满意"}
WHYS = {
    "not_solved": "问题未解决", "slow": "办理太慢", "attitude": "态度不好", "untrue": "反馈不实",
    "demand": "诉求无法满足", "other": "其他",
}  # fmt: skip
_SIGNS: Mapping[str, tuple[str, ...]] = {
    "untrue": ("不实", "假的", "骗", "没来过", "没人来", "没有来", "没联系", "根本没", "造假", "敷衍"),
    "attitude": ("态度", "凶", "不耐烦", "推诿", "踢皮球", "推来推去", "骂"),
    "slow": ("太慢", "拖", "这么久", "太久", "一直等", "慢"),
    "demand": ("办不了", "不符合", "政策", "不同意", "不给"),
    "not_solved": ("没解决", "没有解决", "未解决", "还是", "没修", "没好", "没用", "又", "没处理", "没弄"),
}
"""Words by which a reason in free words is filed, the first that fits; the words themselves are kept as well."""

Accepts = Literal["self", "good", "verify"]
ACCEPTS = {"self": "全部自动采用", "good": "满意的自动采用，不满意的人工核实", "verify": "全部人工核实"}
Unreached = Literal["human", "register"]
UNREACHED = {"human": "转人工回访", "register": "在工单中登记未接通"}


def why_of(reason: str, solved: str) -> str:
    """The nearest reason of the tickets' form: by words, else by whether it is solved."""
    found = next((why for why, signs in _SIGNS.items() if any(sign in reason for sign in signs)), "")
    return found or ("not_solved" if solved == "no" else "other")


def rate_of(said: Mapping[str, int], total: int) -> str:
    """The share of those who are content among those who said, and what share of all tickets that is of.

    Beside each other, since a rate of a few who were reached says little of all.
    """
    answered = sum(said.values())
    if not answered:
        return ""
    good = said.get("satisfied", 0) + said.get("basically", 0)
    return f"{good / answered:.1%}（{good}/{answered}），答复 {answered / total:.1%}（{answered}/{total}）"


def is_for_human(ticket: str, share: int) -> bool:
    """Whether a ticket is one of the `share` in a hundred that people revisit: always the same ones, whoever asks."""
    return crc32(ticket.encode()) % 100 < share


@dataclass(frozen=True, slots=True)
class Policy(Redialling):
    """How often somebody is dialled, and what becomes of him whom nobody reaches."""

    unreached: Unreached = "human"

    def after(self, attempts: int, result: str, now: datetime) -> tuple[State, datetime]:
        """The state after so many attempts, of which the last ended so, and when he is to be dialled again."""
        again = self.again(attempts, "no_answer" if result == "machine" else result, now)
        if again is not None:
            return "waiting", again
        return ("human" if self.unreached == "human" else "failed"), now


def after_talk(
    outcome: str, satisfaction: str, accepts: Accepts, policy: Policy, attempts: int, due: datetime, now: datetime
) -> tuple[State, datetime]:
    """The state after a talk with this outcome, and when he is dialled again: at `due`, where that was agreed."""
    match outcome:
        case "result":
            is_plain = accepts == "self" or (accepts == "good" and satisfaction in ("satisfied", "basically"))
            return ("accepted" if is_plain else "proposed"), now
        case "later":
            return "waiting", due
        case "machine":
            return policy.after(attempts, "machine", now)
        case "wrong_person" | "human":
            return "human", now
        case "refused":
            return "failed", now
        case _:
            return policy.after(attempts, ANSWERED, now)
