"""What may be done with a talk that is scored, by whom: one table for buttons and for refusals. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cti.base.refusal import Conflict, NotAllowed
from cti.base.visitor import Visitor
from workflow.quality.models import ReviewRow
from workflow.quality.rules import COUNTED, DECIDE, PLAN, SCORE, STATES

TITLES = {
    "score": "评分", "void": "不评分", "hand_over": "分派", "confirm": "确认", "appeal": "申诉", "decide": "裁定申诉",
}  # fmt: skip


def why_not(row: ReviewRow, visitor: Visitor, act: str, now: datetime) -> str:
    """Why somebody who reaches the row cannot do this now; empty when he can. Nobody judges himself."""
    himself = is_himself(row, visitor)
    in_state = {
        "score": ("open",), "void": ("open",), "hand_over": ("open",), "confirm": COUNTED, "appeal": ("scored",),
        "decide": ("appealed",),
    }[act]  # fmt: skip
    if row.state not in in_state:
        return f"该通话“{STATES[row.state]}”，不能{TITLES[act]}，请刷新"
    if act in ("score", "void") and himself:
        return "不能给本人的通话评分"
    if act == "decide" and himself:
        return "不能裁定本人的申诉"
    if act == "decide" and visitor.person == row.inspector:
        return "申诉须由评分人以外的人裁定"
    if act == "appeal" and row.appeal_until is not None and now > row.appeal_until:
        return "已过申诉期限"
    if act == "confirm" and row.read_at is not None:
        return "已经确认过"
    return ""


def is_himself(row: ReviewRow, visitor: Visitor) -> bool:
    """Whether the talk was led by the visitor."""
    return bool(visitor.person and visitor.person == row.person) or bool(
        visitor.agent_no and visitor.agent_no == row.agent
    )


def may_reach(row: ReviewRow, visitor: Visitor, act: str) -> bool:
    """Whether it is his to do at all, whatever the state."""
    if act in ("score", "void"):
        return visitor.may(SCORE) and bool(row.inspector) and visitor.person == row.inspector
    if act in ("confirm", "appeal"):
        return bool(row.person) and visitor.person == row.person and not row.calibration
    permission = PLAN if act == "hand_over" else DECIDE
    return not row.calibration and visitor.reach(permission).covers(row.organisation, row.region)


def acts_of(row: ReviewRow, visitor: Visitor, now: datetime) -> Sequence[str]:
    """The names of what he can do with it now."""
    return [act for act in TITLES if may_reach(row, visitor, act) and not why_not(row, visitor, act, now)]


def need(row: ReviewRow, visitor: Visitor, act: str, now: datetime) -> None:
    """NotAllowed for who has nothing to do with it, Conflict for what cannot be done now."""
    if not may_reach(row, visitor, act):
        raise NotAllowed("not_yours", f"不能{TITLES[act]}：不是分派给您的，或不在您的权限内")
    if reason := why_not(row, visitor, act, now):
        raise Conflict("state", reason)
