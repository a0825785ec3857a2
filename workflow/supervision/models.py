"""Tables of the supervision."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from cti.office.records import Record
from cti.store.columns import Base


class Inspected:
    """Columns of what concerns a unit: `organisation` and `region` are those of the hotline that inspects it."""

    unit: Mapped[str] = mapped_column(String(40), doc="被督办单位")
    unit_region: Mapped[str] = mapped_column(String(6), doc="被督办单位区划")


class PointRow(Record, Base):
    """A monitoring point: what time is watched, and what happens when little or none is left. Empty means any."""

    __tablename__ = "monitoring_points"
    __table_args__ = (Index(None, "updated_at", "id"),)

    title: Mapped[str] = mapped_column(String(60), doc="名称")
    kind: Mapped[str] = mapped_column(String(40), doc="业务")
    clock: Mapped[str] = mapped_column(String(60), doc="时限类型")
    urgency: Mapped[str] = mapped_column(String(8), doc="紧急程度：urgent、normal，空为不限")
    process: Mapped[str] = mapped_column(String(60), doc="处办类型（流程）")
    part: Mapped[str] = mapped_column(String(12), doc="处办角色")
    yellow: Mapped[int] = mapped_column(doc="黄牌：用去时限的百分之几")
    red: Mapped[int] = mapped_column(doc="红牌：用去时限的百分之几，不小于100")
    yellow_to: Mapped[list[str]] = mapped_column(JSON, doc="黄牌告知")
    red_to: Mapped[list[str]] = mapped_column(JSON, doc="红牌告知")
    after: Mapped[int] = mapped_column(doc="红牌多少分钟未处理后升级；0为不升级")
    times: Mapped[int] = mapped_column(doc="最多升级几次")
    above: Mapped[list[str]] = mapped_column(JSON, doc="升级告知")
    used: Mapped[bool] = mapped_column(doc="启用")


class CardRow(Inspected, Record, Base):
    """A yellow or red card: one of each colour for each round of a time limit, with what made it so."""

    __tablename__ = "supervision_cards"
    __table_args__ = (
        Index(None, "case", "clock", "started_at", "colour", unique=True),
        Index(None, "root", "lifted_at"),
        Index(None, "colour", "given_at", "id"),
        Index(None, "organisation", "colour", "given_at", "id"),
        Index(None, "unit", "colour", "given_at", "id"),
        Index(None, "person", "given_at", "id"),
        Index(None, "state", "given_at", "id"),
        Index(None, "record"),
        Index(None, "given_at", "id"),
        Index(None, "updated_at", "id"),
        Index(None, "number"),
    )

    kind: Mapped[str] = mapped_column(String(40), doc="业务")
    record: Mapped[str] = mapped_column(String(40), doc="记录编号")
    number: Mapped[str] = mapped_column(String(40), doc="编号")
    name: Mapped[str] = mapped_column(String(260), doc="编号和标题")
    link: Mapped[str] = mapped_column(String(120), doc="页面")
    root: Mapped[str] = mapped_column(String(26), doc="流程实例")
    case: Mapped[str] = mapped_column(String(26), doc="任务")
    clock: Mapped[str] = mapped_column(String(60), doc="时限")
    clock_title: Mapped[str] = mapped_column(String(80), doc="时限名称")
    process: Mapped[str] = mapped_column(String(60), doc="处办类型（流程）")
    part: Mapped[str] = mapped_column(String(12), doc="处办角色")
    colour: Mapped[str] = mapped_column(String(8), doc="牌：yellow 黄牌、red 红牌")
    person: Mapped[str] = mapped_column(String(26), doc="当前办理人")
    point: Mapped[str] = mapped_column(String(26), doc="监察点")
    started_at: Mapped[datetime] = mapped_column(doc="计时开始")
    due_at: Mapped[datetime] = mapped_column(doc="到期")
    given_at: Mapped[datetime] = mapped_column(doc="发牌时间")
    reason: Mapped[str] = mapped_column(String(500), doc="发牌依据")
    events: Mapped[list[Any]] = mapped_column(JSON, doc="计时经过")
    lifted_at: Mapped[datetime | None] = mapped_column(doc="解除时间")
    lifted_why: Mapped[str] = mapped_column(String(40), doc="解除原因")
    state: Mapped[str] = mapped_column(String(10), doc="处理状态")
    situation: Mapped[str] = mapped_column(Text, doc="处理情况")
    ground: Mapped[str] = mapped_column(String(16), doc="申诉理由")
    appeal: Mapped[str] = mapped_column(Text, doc="申诉说明")
    checked: Mapped[str] = mapped_column(String(300), doc="系统核对")
    opinion: Mapped[str] = mapped_column(Text, doc="裁定意见")
    decided_by: Mapped[str] = mapped_column(String(80), doc="裁定人")
    escalated: Mapped[int] = mapped_column(doc="升级次数")


class SupervisionRow(Inspected, Record, Base):
    """A supervision by hand (手动督办). What stands below `case` follows from its case and is written by nobody."""

    __tablename__ = "supervisions"
    __table_args__ = (
        Index(None, "number", unique=True),
        Index(None, "updated_at", "id"),
        Index(None, "organisation", "stage", "updated_at", "id"),
        Index(None, "unit", "stage", "updated_at", "id"),
        Index(None, "stage", "updated_at", "id"),
        Index(None, "ticket"),
    )

    number: Mapped[str] = mapped_column(String(40), doc="督办编号")
    ticket: Mapped[str] = mapped_column(String(26), doc="工单")
    ticket_name: Mapped[str] = mapped_column(String(260), doc="工单编号和标题")
    source: Mapped[str] = mapped_column(String(16), doc="督办来源")
    days: Mapped[int] = mapped_column(doc="回复时限（工作日）")
    urgent: Mapped[bool] = mapped_column(doc="紧急")
    situation: Mapped[str] = mapped_column(Text, doc="督办情况")
    suspected: Mapped[str] = mapped_column(Text, doc="疑似违规情形")
    opinion: Mapped[str] = mapped_column(Text, doc="督办意见")
    issued_by: Mapped[str] = mapped_column(String(80), doc="督办人")

    case: Mapped[str] = mapped_column(String(26), doc="流程实例")
    step: Mapped[str] = mapped_column(String(80), doc="环节")
    stage: Mapped[str] = mapped_column(String(60), doc="阶段")
    due_at: Mapped[datetime | None] = mapped_column(doc="回复期限")
    reply: Mapped[str] = mapped_column(Text, doc="回复")
    ground: Mapped[str] = mapped_column(String(16), doc="申诉理由")
    appeal: Mapped[str] = mapped_column(Text, doc="申诉说明")
    decision: Mapped[str] = mapped_column(Text, doc="审核意见")
    outcome: Mapped[str] = mapped_column(String(60), doc="结果；空为未办结")
    ended_at: Mapped[datetime | None] = mapped_column(doc="办结时间")
