"""The core's permissions, how far a role reaches, and the roles that every hotline starts with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from cti.base.visitor import ALL

PERMISSIONS: Mapping[str, str] = {
    "agent.work": "接听电话",
    "calls.international": "拨打国际长途",
    "board.see": "查看实时监控",
    "supervision.join": "监听、密语、强插、拦截",
    "supervision.control": "强拆、强制座席状态",
    "calls.see": "查看通话记录",
    "calls.see_numbers": "查看完整号码",
    "calls.export": "导出通话记录",
    "recordings.listen": "播放录音",
    "recordings.download": "下载录音",
    "personal.see": "查看完整个人信息（姓名、地址、证件号）",
    "personal.reveal": "逐条查看被遮盖的个人信息（记入审计）",
    "people.see": "查看人员",
    "people.manage": "管理人员",
    "people.serve": "维护全部业务人员的账号（不限于本人拥有的权限）",
    "organisations.manage": "管理机构",
    "roles.manage": "管理角色与区域功能",
    "roles.entrust": "定义和授予任何角色（不限于本人拥有的权限，不能授予本人）",
    "views.share": "为角色设置常用视图",
    "tags.edit": "维护标签",
    "dashboards.share": "为角色安排首页和看板",
    "keys.make": "创建本人的接口密钥",
    "public_sessions.see": "查看市民在公众网站的登录",
    "public_sessions.end": "结束市民在公众网站的登录",
    "audit.see": "查看审计记录",
    "processes.read": "查看业务流程与表单",
    "processes.edit": "起草业务流程与表单",
    "processes.publish": "发布业务流程与表单、移动在办事项",
    "work.move": "查看和移交在办事项",
    "reports.see": "查看统计报表和统计口径",
    "reports.edit": "制作统计报表",
    "reports.export": "导出统计报表",
    "figures.edit": "起草统计口径",
    "figures.publish": "发布统计口径",
    "printouts.see": "查看打印模板",
    "printouts.edit": "起草打印模板",
    "printouts.publish": "发布打印模板",
    "alarms.see": "查看告警",
    "alarms.handle": "确认和关闭告警",
    "on_call.see": "查看值班表",
    "on_call.edit": "安排值班",
    "on_call.export": "导出值班表",
    "messages.see": "查看消息记录与退订号码",
    "messages.export": "导出消息记录与退订号码",
    "messages.manage": "维护消息模板、渠道和退订号码，重新发送",
    "connectors.see": "查看连接器调用日志与字段对照",
    "connectors.manage": "维护连接器与字段对照，试调、重发",
    "system.see": "查看运行状态",
    "system.manage": "修改系统设置、启停插件、备份、重启引擎",
    "backups.download": "下载备份（含全部数据）",
}
"""Permissions of the core with their titles; plugins add those of their manifests."""


class Reach(StrEnum):
    """Whose rows a role reaches, the narrowest first."""

    OWN = "own"
    ORGANISATION = "organisation"
    SUBTREE = "subtree"
    REGION = "region"
    ALL = "all"


class Level(StrEnum):
    """Whose people may have a role: those of the hotline's own region, of the counties in it, or both."""

    ANY = "any"
    CITY = "city"
    COUNTY = "county"


REACH_TITLES = {
    Reach.OWN: "本人",
    Reach.ORGANISATION: "本机构",
    Reach.SUBTREE: "本机构及下级",
    Reach.REGION: "本行政区域",
    Reach.ALL: "全部",
}
LEVEL_TITLES = {Level.ANY: "市县通用", Level.CITY: "市级", Level.COUNTY: "县区级"}


@dataclass(frozen=True, slots=True)
class Role:
    """A role: its permissions (`*` is all), its reach and its level. `version` counts changes.

    With `second_factor` nobody does anything with it before he has one.
    """

    name: str
    title: str
    permissions: frozenset[str]
    reach: Reach
    level: Level = Level.ANY
    note: str = ""
    second_factor: bool = False
    version: int = 1


GOVERNING = frozenset(
    {
        ALL,
        "people.manage",
        "people.serve",
        "organisations.manage",
        "roles.manage",
        "roles.entrust",
        "system.manage",
        "audit.see",
    }
)
"""Who has one of these governs others, or sees what they did: whose roles these are is the city's to say."""

DUTIES: Mapping[str, str] = {"system.manage": "系统管理", "roles.manage": "安全管理", "audit.see": "安全审计"}
"""What each of the three administrators (三员) has and the other two have not."""

OPERATIONS = frozenset(
    {
        "messages.see",
        "messages.manage",
        "alarms.see",
        "alarms.handle",
        "on_call.see",
        "on_call.edit",
        "on_call.export",
        "connectors.see",
        "connectors.manage",
        "public_sessions.see",
        "public_sessions.end",
    }
)
"""What keeping the hotline running takes, beside its settings."""

HIGHER = {
    *GOVERNING,
    "processes.edit",
    "processes.publish",
    "figures.edit",
    "figures.publish",
    "printouts.see",
    "printouts.edit",
    "printouts.publish",
    "keys.make",
    "system.see",
    "backups.download",
    "calls.international",
    "messages.export",
    "messages.manage",
    "alarms.see",
    "alarms.handle",
    "on_call.see",
    "on_call.edit",
    "on_call.export",
    "connectors.see",
    "connectors.manage",
    "public_sessions.see",
    "public_sessions.end",
}
AGENT = Role("agent", "座席", frozenset({"agent.work", "calls.see", "recordings.listen", "personal.reveal"}), Reach.OWN)
SUPERVISOR = Role("supervisor", "班长", frozenset(PERMISSIONS) - HIGHER, Reach.SUBTREE)
COUNTY_ADMIN = Role(
    "county_admin",
    "县区管理员",
    SUPERVISOR.permissions
    | {"people.manage", "organisations.manage", "audit.see", "processes.edit", "messages.export"},
    Reach.REGION,
    Level.COUNTY,
)
ADMIN = Role("admin", "管理员", frozenset({ALL}), Reach.ALL, Level.CITY)
SYSTEM_ADMIN = Role(
    "system_admin",
    "系统管理员",
    frozenset(
        {
            "people.see",
            "people.manage",
            "people.serve",
            "organisations.manage",
            "system.see",
            "system.manage",
            *OPERATIONS,
        }
    ),
    Reach.ALL,
    Level.CITY,
)
SECURITY_ADMIN = Role(
    "security_admin", "安全管理员", frozenset({"people.see", "roles.manage", "roles.entrust"}), Reach.ALL, Level.CITY
)
AUDIT_ADMIN = Role("audit_admin", "审计管理员", frozenset({"people.see", "audit.see"}), Reach.ALL, Level.CITY)
HANDLING = frozenset({"calls.see", "recordings.listen", "personal.reveal"})
"""What those of the hotline's back desks have of the core."""
COUNTING = frozenset({"reports.see", "reports.export"})
"""What those have beside it who answer for the work of others: figures, of their own unit."""
DESKS = (
    Role("reviewer", "审核岗", HANDLING, Reach.SUBTREE),
    Role("chief_reviewer", "审核岗长", HANDLING | COUNTING, Reach.SUBTREE),
    Role("difficult_desk", "疑难岗", HANDLING, Reach.SUBTREE),
    Role("inspector", "督办岗", HANDLING | COUNTING, Reach.SUBTREE),
    Role("knowledge_editor", "知识采编岗", frozenset(), Reach.SUBTREE),
    Role("knowledge_reviewer", "知识审核岗", frozenset(), Reach.SUBTREE),
    Role("knowledge_manager", "知识管理岗", COUNTING, Reach.SUBTREE),
    Role("department", "承办单位经办人", frozenset(), Reach.SUBTREE),
    Role("department_head", "承办单位负责人", COUNTING | {"people.see", "work.move"}, Reach.SUBTREE),
)
"""Back desks of the hotline, and people of departments: what they do are the modules' permissions."""
FIRST_ROLES = (AGENT, SUPERVISOR, COUNTY_ADMIN, ADMIN, *DESKS, SYSTEM_ADMIN, SECURITY_ADMIN, AUDIT_ADMIN)
"""They are always there; all but ADMIN can be changed. The last three divide ADMIN's duties (三员).

What comes to them later is given once to those of hotlines of before, too: see `granting`.
"""
