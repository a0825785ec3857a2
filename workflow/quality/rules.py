"""Words of quality, and whose scored talks somebody sees: the one place that says so."""

from __future__ import annotations

from typing import Literal

SEE, SCORE, PLAN, DECIDE = "quality.see", "quality.score", "quality.plan", "quality.decide"
SHEETS, EXPORT = "quality.sheets", "quality.export"

State = Literal["open", "scored", "appealed", "final", "void"]
STATES: dict[str, str] = {
    "open": "待评分", "scored": "已评分", "appealed": "申诉中", "final": "已生效", "void": "不评分",
}  # fmt: skip
COUNTED = ("scored", "appealed", "final")
"""States in which a talk has a score."""
PlanKind = Literal["daily", "special"]
PLAN_KINDS: dict[str, str] = {"daily": "日常质检", "special": "专项质检"}
PLAN_STATES: dict[str, str] = {"draft": "未启用", "running": "执行中", "paused": "已停用", "finished": "已完成"}
Level = Literal["", "vip", "usual"]
LEVELS: dict[str, str] = {"vip": "重要客户", "usual": "普通客户"}
SATISFACTIONS: dict[str, str] = {
    "1": "非常满意", "2": "满意", "3": "基本满意", "4": "不满意", "5": "非常不满意", "none": "未评价",
}  # fmt: skip
VOIDS: dict[str, str] = {
    "not_a_talk": "没有有效通话（误拨、无声、骚扰）", "unheard": "录音缺失或听不清", "not_ours": "不属于质检范围",
    "other": "其他",
}  # fmt: skip
