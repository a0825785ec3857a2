"""Permissions, states and words of the roster, and whose shifts somebody sees."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from cti.base.times.business_time import ZONE
from cti.base.visitor import Visitor
from workflow.roster.models import ShiftRow

SEE, PLAN, TYPES, ASK, APPROVE = "roster.see", "roster.plan", "roster.types", "roster.ask", "roster.approve"
EXPORT = "roster.export"
BASE = "/api/roster"
COLLEAGUES, ATTENDANCE = f"{BASE}/colleagues", f"{BASE}/attendance"
ON_DUTY, DUTY_FIGURES = f"{BASE}/on_duty", f"{BASE}/duty_figures"
MONTHS, TABLE, MINE = f"{BASE}/months", f"{BASE}/table", f"{BASE}/mine"

ROSTER_STATES: Mapping[str, str] = {
    "draft": "未生成", "making": "正在生成", "ready": "待发布", "published": "已发布",
}  # fmt: skip
ASKED_STATES: Mapping[str, str] = {
    "asked": "待对方同意", "agreed": "待审批", "approved": "已批准", "declined": "对方不同意", "refused": "未批准",
    "withdrawn": "已撤回",
}  # fmt: skip


def leads(visitor: Visitor, organisation: str, permission: str = PLAN) -> bool:
    """Whether somebody plans for an organisation; who reaches but his own work plans for nobody."""
    scope = visitor.reach(permission)
    return scope.agent is None and scope.has(organisation)


def moment(day: date, minute: int) -> datetime:
    """So many minutes after midnight of a day on the house's clock; past 1440 on the next."""
    return datetime.combine(day + timedelta(days=minute // 1440), time(minute % 1440 // 60, minute % 60), ZONE)


def shift_words(row: ShiftRow) -> str:
    """A shift as people call it: `3月5日 早班 08:00-16:30`."""
    begin, end = row.begins_at.astimezone(ZONE), row.ends_at.astimezone(ZONE)
    return f"{row.day.month}月{row.day.day}日 {row.title} {begin:%H:%M}-{end:%H:%M}"
