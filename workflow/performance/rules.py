"""Words of performance, and its permissions."""

from __future__ import annotations

from typing import Literal

SEE, MANAGE, PUBLISH = "performance.see", "performance.manage", "performance.publish"
JUDGE, DECIDE, SCHEMES, EXPORT = "performance.judge", "performance.decide", "performance.schemes", "performance.export"

BASE = "/api/performance"
PERIODS, SCORES = f"{BASE}/periods", f"{BASE}/scores"
EXCLUSIONS, ADJUSTMENTS, APPEALS = f"{BASE}/exclusions", f"{BASE}/adjustments", f"{BASE}/appeals"

Of = Literal["agents", "units"]
OF: dict[str, str] = {"agents": "座席", "units": "承办单位"}
Every = Literal["month", "quarter"]
EVERY: dict[str, str] = {"month": "月度", "quarter": "季度"}

PERIOD_STATES: dict[str, str] = {
    "draft": "未计算", "counting": "计算中", "ready": "待发布", "published": "已发布", "final": "已生效",
}  # fmt: skip
SHOWN = ("published", "final")
"""States of a period in which those who are scored see their scores."""

CODES: dict[str, str] = {
    "system": "系统故障", "force": "不可抗力", "citizen": "市民原因无法办理", "unclear": "职责不清，争议认定",
    "repeated": "重复或恶意诉求", "unreasonable": "诉求不合理",
    "policy": "政策、规划限制", "wrong": "误判、误评价", "other": "其他",
}  # fmt: skip
"""Why something does not count (不计考核原因代码)."""
EXCLUSION_STAGES: dict[str, str] = {
    "asked": "待认定", "granted": "不计考核", "refused": "不予认定", "revoked": "已撤销认定", "withdrawn": "已撤回",
}  # fmt: skip
ADJUSTMENT_STATES: dict[str, str] = {"asked": "待审核", "granted": "已通过", "refused": "未通过"}
APPEAL_STATES: dict[str, str] = {"asked": "待裁定", "granted": "已改正", "refused": "维持原分"}
