"""What is asked and told of hands, messages, rules and alarms."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import pydantic

from cti.base.http.routes import Body, Page
from cti.office.records import RecordQuery, RecordView
from cti.office.screens import form

BASE = "/api/floor"
RULES = "/api/floor_rules"
Kind = Literal[
    "wait", "waiting", "abandoned", "service_level", "nobody_ready", "trunk_down", "talk", "break", "wrapup", "hand"
]
Level = Literal["yellow", "red"]
How = Literal["", "answered", "taken_back", "left"]
KINDS = {
    "wait": "队列最长等待（秒）", "waiting": "队列排队人数", "abandoned": "队列今日放弃率（%）",
    "service_level": "队列今日服务水平低于（%）", "nobody_ready": "队列无人就绪（秒）", "trunk_down": "中继中断（秒）",
    "talk": "座席通话过长（秒）", "break": "座席小休过长（秒）", "wrapup": "座席话后过长（秒）",
    "hand": "座席求助无人响应（秒）",
}  # fmt: skip
LEVELS = {"yellow": "黄色", "red": "红色"}
HOW = {"": "等待响应", "answered": "已响应", "taken_back": "已撤回", "left": "座席已签出"}
OF_QUEUES = frozenset({"wait", "waiting", "abandoned", "service_level", "nobody_ready"})
SHARES = frozenset({"abandoned", "service_level"})


class Raised(Body):
    """What the agent asks, if he says it."""

    note: str = pydantic.Field(default="", max_length=200, title="求助内容")


class HandView(pydantic.BaseModel):
    """A raised hand."""

    id: str = pydantic.Field(title="编号", json_schema_extra=form(hidden=True))
    raised_at: datetime = pydantic.Field(title="举手时间")
    agent: str = pydantic.Field(title="工号")
    agent_name: str = pydantic.Field(title="座席")
    note: str = pydantic.Field(title="求助内容")
    call: str = pydantic.Field(title="来电", json_schema_extra=form(link="calls", none="—"))
    how: How = pydantic.Field(
        title="结果",
        json_schema_extra=form(
            kind="choice", options=HOW, tones={"": "ring", "answered": "ready", "taken_back": "off", "left": "off"}
        ),
    )
    by_name: str = pydantic.Field(title="响应人")
    ended_at: datetime | None = pydantic.Field(title="结束时间")


class Note(Body):
    """A message to agents: to these numbers, or to all who are signed in within reach."""

    text: str = pydantic.Field(min_length=1, max_length=300, title="内容", json_schema_extra=form(kind="long"))
    agents: list[str] = pydantic.Field(default=[], max_length=500, title="座席工号")
    urgent: bool = pydantic.Field(default=False, title="紧急")


class NoteView(pydantic.BaseModel):
    """A message that was sent, and how many of those who got it have read it."""

    id: str = pydantic.Field(title="编号", json_schema_extra=form(hidden=True))
    at: datetime = pydantic.Field(title="发送时间")
    sender_name: str = pydantic.Field(title="发送人")
    text: str = pydantic.Field(title="内容")
    urgent: bool = pydantic.Field(title="紧急")
    people: int = pydantic.Field(title="接收人数")
    read: int = pydantic.Field(title="已读人数")


class ReaderView(pydantic.BaseModel):
    """Who got a message, and when he read it."""

    id: str = pydantic.Field(title="工号")
    name: str = pydantic.Field(title="姓名")
    read_at: datetime | None = pydantic.Field(title="阅读时间", json_schema_extra=form(none="未读"))


class AlarmView(pydantic.BaseModel):
    """An alarm of the floor."""

    id: str = pydantic.Field(title="编号", json_schema_extra=form(hidden=True))
    raised_at: datetime = pydantic.Field(title="发生时间")
    level: Level = pydantic.Field(
        title="级别", json_schema_extra=form(kind="choice", options=LEVELS, tones={"yellow": "break", "red": "ring"})
    )
    text: str = pydantic.Field(title="内容")
    subject_title: str = pydantic.Field(title="对象")
    ended_at: datetime | None = pydantic.Field(title="结束时间", json_schema_extra=form(none="未结束"))


class FloorQuery(Page):
    """A page, perhaps of a period."""

    since: pydantic.AwareDatetime | None = pydantic.Field(default=None, alias="from")
    until: pydantic.AwareDatetime | None = pydantic.Field(default=None, alias="to")


class RuleFields(Body):
    """When an alarm is raised, and how people are told of it."""

    title: str = pydantic.Field(min_length=1, max_length=30, title="名称")
    kind: Kind = pydantic.Field(title="监测内容", json_schema_extra=form(kind="choice", options=KINDS))
    queue: str = pydantic.Field(
        default="", max_length=60, title="队列",
        json_schema_extra=form(kind="choice", options_from=f"{BASE}/queues", help="不选则监测范围内的全部队列"),
    )  # fmt: skip
    threshold: float = pydantic.Field(ge=0, le=86400, title="阈值", json_schema_extra=form(help="单位见监测内容"))
    back: float | None = pydantic.Field(
        default=None, ge=0, le=86400, title="恢复值", json_schema_extra=form(help="回到此值以内才结束；不填同阈值")
    )
    lasting: float = pydantic.Field(
        default=0, ge=0, le=3600, title="持续秒数", json_schema_extra=form(help="超过阈值持续这么久才告警")
    )
    level: Level = pydantic.Field(default="yellow", title="级别", json_schema_extra=form(kind="choice", options=LEVELS))
    sound: bool = pydantic.Field(default=False, title="提示音")
    tells: bool = pydantic.Field(default=False, title="发送消息给现场管理人员")
    active: bool = pydantic.Field(default=True, title="启用")


class RuleView(RecordView):
    """A rule."""

    title: str = pydantic.Field(title="名称", json_schema_extra=form(width=170))
    kind: Kind = pydantic.Field(title="监测内容", json_schema_extra=form(kind="choice", options=KINDS, width=190))
    queue: str = pydantic.Field(title="队列", json_schema_extra=form(none="全部"))
    threshold: float = pydantic.Field(title="阈值")
    back: float | None = pydantic.Field(title="恢复值", json_schema_extra=form(none="同阈值"))
    lasting: float = pydantic.Field(title="持续秒数")
    level: Level = pydantic.Field(
        title="级别", json_schema_extra=form(kind="choice", options=LEVELS, tones={"yellow": "break", "red": "ring"})
    )
    sound: bool = pydantic.Field(title="提示音")
    tells: bool = pydantic.Field(title="发送消息")
    active: bool = pydantic.Field(title="启用")


class RuleQuery(RecordQuery):
    """Filters of the list."""
