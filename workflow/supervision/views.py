"""What is asked and told of monitoring points, cards and supervisions by hand."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import pydantic

from cti.base.http.routes import Body
from cti.office.records import RecordQuery, RecordView
from cti.office.screens import form
from cti.office.screens.description import Tone

BASE = "/api/supervision"
CARDS_PATH, POINTS_PATH, MANUAL_PATH = f"{BASE}/cards", f"{BASE}/points", f"{BASE}/manual"

Colour = Literal["yellow", "red"]
State = Literal["open", "handled", "appealed", "refused", "withdrawn"]
PartWord = Literal["", "agent", "reviewer", "editor", "department", "hotline"]
Urgency = Literal["", "urgent", "normal"]
Receiver = Literal["handler", "leader", "unit", "inspector"]
Ground = Literal["closed", "not_overdue", "other"]
Source = Literal["leader", "citizen", "media", "patrol", "card", "other"]

COLOURS = {"yellow": "黄牌", "red": "红牌"}
COLOUR_TONES: dict[str, Tone] = {"yellow": "break", "red": "ring"}
STATES = {
    "open": "待处理", "handled": "已处理", "appealed": "申诉待裁定", "refused": "申诉未通过", "withdrawn": "已撤销",
}  # fmt: skip
STATE_TONES: dict[str, Tone] = {
    "open": "break",
    "handled": "ready",
    "appealed": "talk",
    "refused": "ring",
    "withdrawn": "off",
}
PARTS = {
    "agent": "座席人员", "reviewer": "审核岗", "editor": "知识管理岗", "department": "办理单位", "hotline": "下级热线",
}  # fmt: skip
URGENCIES = {"urgent": "紧急", "normal": "一般"}
RECEIVERS = {"handler": "当前办理人", "leader": "办理人的班组长", "unit": "被督办单位人员", "inspector": "督办人员"}
GROUNDS = {"closed": "工单已办结", "not_overdue": "实际未超时", "other": "其他"}
SOURCES = {
    "leader": "领导批示", "citizen": "市民反映", "media": "媒体曝光", "patrol": "日常巡查", "card": "红牌转督办",
    "other": "其他",
}  # fmt: skip
ANY = {"": "不限"}
STAGES = {
    "issued": "待回复", "replied": "待审核", "appealed": "申诉待裁定", "closed": "已办结", "withdrawn": "已撤销",
}  # fmt: skip
STAGE_TONES: dict[str, Tone] = {
    "issued": "break",
    "replied": "talk",
    "appealed": "talk",
    "closed": "ready",
    "withdrawn": "off",
}
Stage = Literal["issued", "replied", "appealed", "closed", "withdrawn"]


class PointFields(Body):
    """A monitoring point. Of several that fit, the one that says most counts."""

    title: str = pydantic.Field(min_length=1, max_length=60, title="名称")
    kind: str = pydantic.Field(
        default="", max_length=40, title="业务", json_schema_extra=form(options_from=f"{POINTS_PATH}/kinds")
    )
    clock: str = pydantic.Field(
        default="", max_length=60, title="时限类型", json_schema_extra=form(options_from=f"{POINTS_PATH}/clocks")
    )
    urgency: Urgency = pydantic.Field(
        default="", title="紧急程度", json_schema_extra=form(options={**ANY, **URGENCIES})
    )
    process: str = pydantic.Field(
        default="", max_length=60, title="处办类型", json_schema_extra=form(options_from=f"{POINTS_PATH}/processes")
    )
    part: PartWord = pydantic.Field(default="", title="处办角色", json_schema_extra=form(options={**ANY, **PARTS}))
    yellow: int = pydantic.Field(
        default=80, ge=1, le=99, title="黄牌（%）", json_schema_extra=form(help="用去时限的百分之几时亮黄牌")
    )
    red: int = pydantic.Field(
        default=100, ge=100, le=300, title="红牌（%）",
        json_schema_extra=form(help="100 为一到期就亮红牌，120 为超出时限的五分之一后"),
    )  # fmt: skip
    yellow_to: list[Receiver] = pydantic.Field(
        default=["handler", "leader"], max_length=4, title="黄牌告知", json_schema_extra=form(options=RECEIVERS)
    )
    red_to: list[Receiver] = pydantic.Field(
        default=["handler", "leader"], max_length=4, title="红牌告知", json_schema_extra=form(options=RECEIVERS)
    )
    after: int = pydantic.Field(
        default=0, ge=0, le=43200, title="升级间隔（分钟）",
        json_schema_extra=form(help="红牌这么久未处理就升级告知；0 为不升级"),
    )  # fmt: skip
    times: int = pydantic.Field(default=1, ge=1, le=9, title="最多升级次数")
    above: list[Receiver] = pydantic.Field(
        default=["inspector"], max_length=4, title="升级告知", json_schema_extra=form(options=RECEIVERS)
    )
    used: bool = pydantic.Field(default=True, title="启用")


class PointView(RecordView):
    """A monitoring point as lists and its page show it."""

    title: str = pydantic.Field(title="名称")
    kind: str = pydantic.Field(title="业务编号")
    kind_title: str = pydantic.Field(title="业务", json_schema_extra=form(none="不限"))
    clock: str = pydantic.Field(title="时限类型编号")
    clock_title: str = pydantic.Field(title="时限类型", json_schema_extra=form(none="不限", width=180))
    urgency: str = pydantic.Field(
        title="紧急程度", json_schema_extra=form(kind="choice", options=URGENCIES, none="不限")
    )
    process: str = pydantic.Field(title="处办类型编号")
    process_title: str = pydantic.Field(title="处办类型", json_schema_extra=form(none="不限"))
    part: str = pydantic.Field(title="处办角色", json_schema_extra=form(kind="choice", options=PARTS, none="不限"))
    yellow: int = pydantic.Field(title="黄牌（%）")
    red: int = pydantic.Field(title="红牌（%）")
    yellow_to: list[str] = pydantic.Field(title="黄牌告知", json_schema_extra=form(options=RECEIVERS))
    red_to: list[str] = pydantic.Field(title="红牌告知", json_schema_extra=form(options=RECEIVERS))
    after: int = pydantic.Field(title="升级间隔（分钟）")
    times: int = pydantic.Field(title="最多升级次数")
    above: list[str] = pydantic.Field(title="升级告知", json_schema_extra=form(options=RECEIVERS))
    used: bool = pydantic.Field(title="启用")


class CardView(RecordView):
    """A card as lists and its page show it."""

    colour: str = pydantic.Field(title="牌", json_schema_extra=form(kind="choice", options=COLOURS, tones=COLOUR_TONES))
    kind: str = pydantic.Field(title="业务编号")
    kind_title: str = pydantic.Field(title="业务")
    record: str = pydantic.Field(title="记录编号")
    number: str = pydantic.Field(title="编号", json_schema_extra=form(width=190))
    name: str = pydantic.Field(title="编号和标题", json_schema_extra=form(width=320))
    clock_title: str = pydantic.Field(title="时限")
    part: str = pydantic.Field(title="处办角色", json_schema_extra=form(kind="choice", options=PARTS))
    unit: str = pydantic.Field(title="被督办单位")
    person: str = pydantic.Field(title="当前办理人", json_schema_extra=form(none="未领取"))
    due_at: datetime = pydantic.Field(title="到期")
    given_at: datetime = pydantic.Field(title="发牌时间")
    reason: str = pydantic.Field(title="发牌依据", json_schema_extra=form(kind="long"))
    lifted_at: datetime | None = pydantic.Field(title="解除时间", json_schema_extra=form(none="亮牌中"))
    lifted_why: str = pydantic.Field(title="解除原因")
    state: str = pydantic.Field(
        title="处理状态", json_schema_extra=form(kind="choice", options=STATES, tones=STATE_TONES)
    )
    situation: str = pydantic.Field(title="处理情况", json_schema_extra=form(kind="long"))
    ground: str = pydantic.Field(title="申诉理由", json_schema_extra=form(kind="choice", options=GROUNDS))
    appeal: str = pydantic.Field(title="申诉说明", json_schema_extra=form(kind="long"))
    checked: str = pydantic.Field(title="系统核对", json_schema_extra=form(kind="long"))
    opinion: str = pydantic.Field(title="裁定意见", json_schema_extra=form(kind="long"))
    decided_by: str = pydantic.Field(title="裁定人")
    escalated: int = pydantic.Field(title="升级次数")
    link: str = pydantic.Field(title="页面")


class CardQuery(RecordQuery):
    """Filters of the list; `search` is the number of what the card is about. `lit` are those that still hold."""

    colour: Colour | None = None
    state: State | None = None
    part: PartWord = ""
    unit: str = pydantic.Field(default="", max_length=40)
    kind: str = pydantic.Field(default="", max_length=40)
    record: str = pydantic.Field(default="", max_length=40)
    lit: bool | None = None
    since: datetime | None = pydantic.Field(default=None, alias="from")
    until: datetime | None = pydantic.Field(default=None, alias="to")


class Handled(Body):
    """What the inspected did about it."""

    situation: str = pydantic.Field(
        min_length=2, max_length=2000, title="处理情况", json_schema_extra=form(kind="long")
    )


class Appeal(Body):
    """Why it should not count."""

    ground: Ground = pydantic.Field(title="申诉理由", json_schema_extra=form(options=GROUNDS))
    appeal: str = pydantic.Field(min_length=2, max_length=2000, title="申诉说明", json_schema_extra=form(kind="long"))


class Decision(Body):
    """Whether an appeal is granted."""

    granted: bool = pydantic.Field(
        title="裁定", json_schema_extra=form(kind="choice", options={"true": "同意，撤销此牌", "false": "不同意"})
    )
    opinion: str = pydantic.Field(min_length=2, max_length=2000, title="裁定意见", json_schema_extra=form(kind="long"))


class ManualFields(Body):
    """A supervision by hand (E20)."""

    ticket: str = pydantic.Field(
        min_length=1, max_length=40, title="工单",
        json_schema_extra=form(kind="choice", options_from="/api/tickets/options/open", options_search=True),
    )  # fmt: skip
    source: Source = pydantic.Field(title="督办来源", json_schema_extra=form(options=SOURCES))
    unit: str = pydantic.Field(
        min_length=1, max_length=40, title="被督办单位",
        json_schema_extra=form(kind="choice", options_from="/api/tickets/options/units"),
    )  # fmt: skip
    days: int = pydantic.Field(default=2, ge=1, le=60, title="回复时限（工作日）")
    urgent: bool = pydantic.Field(default=False, title="紧急")
    situation: str = pydantic.Field(
        min_length=2, max_length=4000, title="督办情况", json_schema_extra=form(kind="long")
    )
    suspected: str = pydantic.Field(
        default="", max_length=2000, title="疑似违规情形", json_schema_extra=form(kind="long")
    )
    opinion: str = pydantic.Field(min_length=2, max_length=4000, title="督办意见", json_schema_extra=form(kind="long"))


class ManualView(RecordView):
    """A supervision by hand."""

    number: str = pydantic.Field(title="督办编号", json_schema_extra=form(width=215))
    ticket: str = pydantic.Field(title="工单", json_schema_extra=form(better="ticket_name", link="tickets"))
    ticket_name: str = pydantic.Field(title="督办工单", json_schema_extra=form(width=280))
    source: str = pydantic.Field(title="督办来源", json_schema_extra=form(kind="choice", options=SOURCES))
    unit: str = pydantic.Field(title="被督办单位")
    days: int = pydantic.Field(title="回复时限（工作日）")
    urgent: bool = pydantic.Field(
        title="紧急", json_schema_extra=form(options={"true": "紧急", "false": "—"}, tones={"true": "ring"})
    )
    situation: str = pydantic.Field(title="督办情况", json_schema_extra=form(kind="long"))
    suspected: str = pydantic.Field(title="疑似违规情形", json_schema_extra=form(kind="long"))
    opinion: str = pydantic.Field(title="督办意见", json_schema_extra=form(kind="long"))
    issued_by: str = pydantic.Field(title="督办人")
    step: str = pydantic.Field(title="环节")
    stage: str = pydantic.Field(title="状态", json_schema_extra=form(kind="choice", options=STAGES, tones=STAGE_TONES))
    due_at: datetime | None = pydantic.Field(title="回复期限")
    reply: str = pydantic.Field(title="回复", json_schema_extra=form(kind="long"))
    ground: str = pydantic.Field(title="申诉理由", json_schema_extra=form(kind="choice", options=GROUNDS))
    appeal: str = pydantic.Field(title="申诉说明", json_schema_extra=form(kind="long"))
    decision: str = pydantic.Field(title="审核意见", json_schema_extra=form(kind="long"))
    outcome: str = pydantic.Field(title="结果")
    ended_at: datetime | None = pydantic.Field(title="办结时间")


class ManualQuery(RecordQuery):
    """Filters of the list."""

    stage: Stage | None = None
    source: Source | None = None
    unit: str = pydantic.Field(default="", max_length=40)
    ticket: str = pydantic.Field(default="", max_length=26)


class UnitFigure(pydantic.BaseModel):
    """Cards and supervisions of a unit within a period. What was withdrawn stands apart and counts nowhere else."""

    unit: str = pydantic.Field(title="单位编号")
    unit_title: str = pydantic.Field(title="单位")
    yellow: int = pydantic.Field(title="黄牌")
    red: int = pydantic.Field(title="红牌")
    lit: int = pydantic.Field(title="亮牌中")
    handled: int = pydantic.Field(title="已处理")
    appealed: int = pydantic.Field(title="申诉待裁定")
    withdrawn: int = pydantic.Field(title="已撤销")
    manual: int = pydantic.Field(title="手动督办")
