"""Tables of the roster: rosters with their shifts and changes, terms, wishes, swaps, leave, check-ins, the duty log."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from cti.office.records import Record
from cti.store.columns import Base, Owned


class RosterRow(Record, Base):
    """A month's roster of an organisation. `report` explains what was generated; `making` numbers the solver's runs."""

    __tablename__ = "rosters"
    __table_args__ = (
        Index(None, "updated_at", "id"),
        Index(None, "month", "id"),
        Index(None, "state", "updated_at", "id"),
    )

    month: Mapped[str] = mapped_column(String(7), doc="月份")
    types: Mapped[list[str]] = mapped_column(JSON, doc="排班类型")
    note: Mapped[str] = mapped_column(String(500), doc="说明")
    state: Mapped[str] = mapped_column(String(12), default="draft", doc="状态")
    making: Mapped[int] = mapped_column(default=0, doc="生成次数")
    job: Mapped[str] = mapped_column(String(26), default="", doc="正在生成的后台任务")
    progress: Mapped[int] = mapped_column(default=0, doc="生成进度（%）")
    method: Mapped[str] = mapped_column(String(20), default="", doc="生成方法")
    cover: Mapped[float | None] = mapped_column(doc="需求满足率")
    missing: Mapped[int | None] = mapped_column(doc="缺少班次")
    report: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, doc="生成说明")
    published_at: Mapped[datetime | None] = mapped_column(doc="发布时间")


class ShiftRow(Owned, Base):
    """A shift: it has one person always. `tied` was put in by hand and stays when the month is generated anew."""

    __tablename__ = "roster_shifts"
    __table_args__ = (
        Index(None, "roster", "day"),
        Index(None, "person", "day"),
        Index(None, "organisation", "day"),
        Index(None, "ends_at", "id"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True, doc="编号")
    roster: Mapped[str] = mapped_column(String(26), doc="值班表")
    person: Mapped[str] = mapped_column(String(26), doc="人员")
    day: Mapped[date] = mapped_column(Date, doc="日期")
    slot: Mapped[str] = mapped_column(String(60), doc="班次：排班类型.时段")
    title: Mapped[str] = mapped_column(String(20), doc="班次名称")
    begins_at: Mapped[datetime] = mapped_column(doc="开始时间")
    ends_at: Mapped[datetime] = mapped_column(doc="结束时间")
    minutes: Mapped[int] = mapped_column(doc="工时（分钟）")
    tied: Mapped[bool] = mapped_column(doc="手工排定")


class ChangeRow(Owned, Base):
    """A change of a roster by somebody: the shifts before and after it. One that was undone says so."""

    __tablename__ = "roster_changes"
    __table_args__ = (Index(None, "roster", "id"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, doc="编号")
    roster: Mapped[str] = mapped_column(String(26), doc="值班表")
    at: Mapped[datetime] = mapped_column(doc="时间")
    by: Mapped[str] = mapped_column(String(26), doc="操作人编号")
    by_name: Mapped[str] = mapped_column(String(80), doc="操作人")
    why: Mapped[str] = mapped_column(String(200), doc="原因")
    before: Mapped[list[Any]] = mapped_column(JSON, doc="变动前的班次")
    after: Mapped[list[Any]] = mapped_column(JSON, doc="变动后的班次")
    undone: Mapped[bool] = mapped_column(default=False, doc="已撤销")


class TermsRow(Record, Base):
    """How somebody is employed: hours a week, from when until when, whether at night, his skills beside the queue's."""

    __tablename__ = "roster_terms"
    __table_args__ = (Index(None, "updated_at", "id"), Index(None, "person"))

    person: Mapped[str] = mapped_column(String(26), doc="人员")
    week_hours: Mapped[float] = mapped_column(doc="每周合同工时")
    joined: Mapped[date | None] = mapped_column(Date, doc="入职日期")
    left: Mapped[date | None] = mapped_column(Date, doc="离职日期")
    nights: Mapped[bool] = mapped_column(doc="可上夜班")
    planned: Mapped[bool] = mapped_column(doc="参加排班")
    skills: Mapped[list[str]] = mapped_column(JSON, doc="技能")


class WishRow(Record, Base):
    """A wish for a day: to be free, or to work a slot."""

    __tablename__ = "roster_wishes"
    __table_args__ = (Index(None, "updated_at", "id"), Index(None, "person", "day"), Index(None, "day", "id"))

    person: Mapped[str] = mapped_column(String(26), doc="人员")
    day: Mapped[date] = mapped_column(Date, doc="日期")
    wish: Mapped[str] = mapped_column(String(60), doc="意愿：off 休息，或班次")
    reason: Mapped[str] = mapped_column(String(200), doc="原因")


class SwapRow(Record, Base):
    """A swap of two shifts (调班), or somebody who covers one (代班): asked, agreed by the other, approved."""

    __tablename__ = "roster_swaps"
    __table_args__ = (
        Index(None, "updated_at", "id"),
        Index(None, "state", "updated_at", "id"),
        Index(None, "person", "updated_at", "id"),
        Index(None, "other", "updated_at", "id"),
        Index(None, "shift"),
        Index(None, "other_shift"),
    )

    way: Mapped[str] = mapped_column(String(8), doc="方式：cover 代班、swap 调班")
    person: Mapped[str] = mapped_column(String(26), doc="申请人")
    shift: Mapped[str] = mapped_column(String(26), doc="班次编号")
    shift_words: Mapped[str] = mapped_column(String(80), doc="申请人的班次")
    other: Mapped[str] = mapped_column(String(26), doc="对方")
    other_shift: Mapped[str] = mapped_column(String(26), doc="对方班次编号")
    other_words: Mapped[str] = mapped_column(String(80), doc="对方的班次")
    reason: Mapped[str] = mapped_column(String(300), doc="原因")
    state: Mapped[str] = mapped_column(String(10), default="asked", doc="状态")
    opinion: Mapped[str] = mapped_column(String(300), default="", doc="审批意见")
    decided_by: Mapped[str] = mapped_column(String(80), default="", doc="审批人")


class LeaveRow(Record, Base):
    """Leave of whole days, both ends included; `days` are working days, or calendar days, as its kind counts."""

    __tablename__ = "roster_leaves"
    __table_args__ = (
        Index(None, "updated_at", "id"),
        Index(None, "state", "updated_at", "id"),
        Index(None, "person", "begins", "id"),
        Index(None, "kind", "updated_at", "id"),
        Index(None, "begins", "id"),
        Index(None, "ends", "id"),
    )

    person: Mapped[str] = mapped_column(String(26), doc="人员")
    kind: Mapped[str] = mapped_column(String(16), doc="请假类型")
    begins: Mapped[date] = mapped_column(Date, doc="开始日期")
    ends: Mapped[date] = mapped_column(Date, doc="结束日期")
    days: Mapped[float] = mapped_column(doc="天数")
    reason: Mapped[str] = mapped_column(String(500), doc="事由")
    state: Mapped[str] = mapped_column(String(10), default="asked", doc="状态")
    opinion: Mapped[str] = mapped_column(String(300), default="", doc="审批意见")
    decided_by: Mapped[str] = mapped_column(String(80), default="", doc="审批人")


class BalanceRow(Record, Base):
    """How many days of a kind somebody is given in a year. What is used follows from his leave."""

    __tablename__ = "roster_balances"
    __table_args__ = (Index(None, "updated_at", "id"), Index(None, "person", "year"), Index(None, "year", "id"))

    person: Mapped[str] = mapped_column(String(26), doc="人员")
    kind: Mapped[str] = mapped_column(String(16), doc="请假类型")
    year: Mapped[int] = mapped_column(doc="年度")
    days: Mapped[float] = mapped_column(doc="额度（天）")


class MarkRow(Owned, Base):
    """A check-in or check-out, as it happened; nothing changes one."""

    __tablename__ = "roster_marks"
    __table_args__ = (Index(None, "person", "at"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, doc="编号")
    person: Mapped[str] = mapped_column(String(26), doc="人员")
    at: Mapped[datetime] = mapped_column(doc="时间")
    kind: Mapped[str] = mapped_column(String(4), doc="类型：in 签到、out 签退")
    way: Mapped[str] = mapped_column(String(8), doc="方式：phone 话机、hand 手工、fixed 补签")
    address: Mapped[str] = mapped_column(String(45), doc="网络地址")


class AttendanceRow(Record, Base):
    """How a published shift was kept, under its id; written anew whenever the shift, a check-in or leave changes."""

    __tablename__ = "roster_attendance"
    __table_args__ = (
        Index(None, "updated_at", "id"),
        Index(None, "begins_at", "id"),
        Index(None, "person", "begins_at", "id"),
        Index(None, "state", "begins_at", "id"),
        Index(None, "organisation", "begins_at", "id"),
    )

    person: Mapped[str] = mapped_column(String(26), doc="人员")
    day: Mapped[date] = mapped_column(Date, doc="值班日期")
    title: Mapped[str] = mapped_column(String(20), doc="值班时段")
    begins_at: Mapped[datetime] = mapped_column(doc="值班开始")
    ends_at: Mapped[datetime] = mapped_column(doc="值班结束")
    in_at: Mapped[datetime | None] = mapped_column(doc="签到时间")
    out_at: Mapped[datetime | None] = mapped_column(doc="签退时间")
    state: Mapped[str] = mapped_column(String(12), doc="考勤结果")
    late: Mapped[int] = mapped_column(doc="迟到（分钟）")
    early: Mapped[int] = mapped_column(doc="早退（分钟）")
    planned: Mapped[float] = mapped_column(default=0.0, server_default="0", doc="计划在岗秒数")
    kept: Mapped[float] = mapped_column(default=0.0, server_default="0", doc="计划内实际在岗秒数")


class PresenceRow(Base):
    """A stretch in which an agent was at work: signed in and on no break. An open one was last seen at `until`."""

    __tablename__ = "roster_presence"
    __table_args__ = (Index(None, "person", "until"), Index(None, "until"), Index(None, "open", "person"))

    id: Mapped[str] = mapped_column(String(26), primary_key=True, doc="编号")
    person: Mapped[str] = mapped_column(String(26), doc="人员")
    began_at: Mapped[datetime] = mapped_column(doc="开始时间")
    until: Mapped[datetime] = mapped_column(doc="最后在岗时间")
    open: Mapped[bool] = mapped_column(doc="仍在岗")


class CorrectionRow(Record, Base):
    """Somebody asks that a check-in or check-out which he forgot be put right (补签)."""

    __tablename__ = "roster_corrections"
    __table_args__ = (
        Index(None, "updated_at", "id"),
        Index(None, "state", "updated_at", "id"),
        Index(None, "person", "updated_at", "id"),
    )

    person: Mapped[str] = mapped_column(String(26), doc="人员")
    shift: Mapped[str] = mapped_column(String(26), doc="班次编号")
    shift_words: Mapped[str] = mapped_column(String(80), doc="班次")
    mark: Mapped[str] = mapped_column(String(4), doc="补签类型：in 签到、out 签退")
    at: Mapped[datetime] = mapped_column(doc="实际时间")
    reason: Mapped[str] = mapped_column(String(300), doc="原因")
    state: Mapped[str] = mapped_column(String(10), default="asked", doc="状态")
    opinion: Mapped[str] = mapped_column(String(300), default="", doc="审批意见")
    decided_by: Mapped[str] = mapped_column(String(80), default="", doc="审批人")


class DutyLogRow(Record, Base):
    """What somebody on duty wrote down of his shift (值班记录)."""

    __tablename__ = "roster_duty_log"
    __table_args__ = (
        Index(None, "updated_at", "id"),
        Index(None, "begins_at", "id"),
        Index(None, "person", "begins_at", "id"),
    )

    person: Mapped[str] = mapped_column(String(26), doc="值班人")
    begins_at: Mapped[datetime] = mapped_column(doc="开始时间")
    ends_at: Mapped[datetime] = mapped_column(doc="结束时间")
    title: Mapped[str] = mapped_column(String(80), doc="班次")
    situation: Mapped[str] = mapped_column(Text, doc="值班情况")
    handover: Mapped[str] = mapped_column(Text, doc="交接事项")
