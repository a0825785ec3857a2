"""Tables: periods, the scores in them, what does not count, points by hand, appeals."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from cti.office.records import Record
from cti.store.columns import Base

THERE = text("removed_at IS NULL")


class PeriodRow(Record, Base):
    """A period (考核期) of a scheme, by the scheme's `revision`; its `first` and `last` days are included."""

    __tablename__ = "performance_periods"
    __table_args__ = (
        Index(None, "updated_at", "id"),
        Index(None, "first", "id"),
        Index(
            "uq_performance_periods_one", "scheme", "first", "organisation", unique=True, sqlite_where=THERE,
            postgresql_where=THERE,
        ),
    )  # fmt: skip

    title: Mapped[str] = mapped_column(String(100), doc="名称")
    scheme: Mapped[str] = mapped_column(String(60), doc="考核方案")
    revision: Mapped[int] = mapped_column(doc="考核方案的版本")
    of: Mapped[str] = mapped_column(String(8), doc="考核对象")
    every: Mapped[str] = mapped_column(String(8), doc="周期")
    first: Mapped[date] = mapped_column(doc="第一天")
    last: Mapped[date] = mapped_column(doc="最后一天")
    state: Mapped[str] = mapped_column(String(10), default="draft", server_default="draft", doc="状态")
    counting: Mapped[int] = mapped_column(default=0, server_default="0", doc="第几次计算")
    trouble: Mapped[str] = mapped_column(String(400), default="", server_default="", doc="计算未成的原因")
    scored: Mapped[int] = mapped_column(default=0, server_default="0", doc="考核对象数")
    unscored: Mapped[int] = mapped_column(default=0, server_default="0", doc="没有得分的对象数")
    average: Mapped[float | None] = mapped_column(doc="平均分")
    excluded: Mapped[int] = mapped_column(default=0, server_default="0", doc="不计考核的记录")
    counted_at: Mapped[datetime | None] = mapped_column(doc="计算时间")
    published_at: Mapped[datetime | None] = mapped_column(doc="发布时间")
    appeal_until: Mapped[datetime | None] = mapped_column(doc="申诉截止")


class ScoreRow(Record, Base):
    """What an agent (a person) or a unit (an organisation) got in a period.

    `subject` is the person's id or the organisation's name; `lines` are the KPIs as they were counted. `score` is what
    they come to, `adjusted` the points by hand, `total` both. The row belongs to whom it is about; `owner` is whose
    period it is.
    """

    __tablename__ = "performance_scores"
    __table_args__ = (
        Index(None, "updated_at", "id"),
        Index(None, "period", "rank", "id"),
        Index(None, "first", "id"),
        Index(None, "rank", "id"),
        Index(None, "subject", "first", "id"),
        Index(None, "person", "first", "id"),
    )

    period: Mapped[str] = mapped_column(String(26), doc="考核期")
    owner: Mapped[str] = mapped_column(String(40), doc="考核机构")
    owner_region: Mapped[str] = mapped_column(String(6), doc="考核机构的行政区划")
    period_title: Mapped[str] = mapped_column(String(100), doc="考核期名称")
    scheme: Mapped[str] = mapped_column(String(60), doc="考核方案")
    revision: Mapped[int] = mapped_column(doc="考核方案的版本")
    of: Mapped[str] = mapped_column(String(8), doc="考核对象的类别")
    first: Mapped[date] = mapped_column(doc="考核期第一天")
    state: Mapped[str] = mapped_column(String(10), doc="状态")
    subject: Mapped[str] = mapped_column(String(40), doc="考核对象")
    person: Mapped[str] = mapped_column(String(26), doc="人员，单位为空")
    agent: Mapped[str] = mapped_column(String(16), doc="工号")
    name: Mapped[str] = mapped_column(String(80), doc="名称")
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JSON, doc="各项指标")
    score: Mapped[float | None] = mapped_column(doc="指标得分")
    counted: Mapped[float] = mapped_column(doc="计入的权重（%）")
    adjusted: Mapped[float] = mapped_column(doc="加减分")
    total: Mapped[float | None] = mapped_column(doc="总分")
    rank: Mapped[int | None] = mapped_column(doc="名次")
    ranked: Mapped[int] = mapped_column(doc="参加排名的对象数")
    excluded: Mapped[int] = mapped_column(doc="不计考核的记录")
    corrected: Mapped[bool] = mapped_column(default=False, server_default=text("false"), doc="申诉后改正")


class ExclusionRow(Record, Base):
    """Something that does not count (不计考核): a record of a screen, for one who is scored, or for all (`subject` "").

    It belongs to whose periods leave it out.
    """

    __tablename__ = "performance_exclusions"
    __table_args__ = (
        Index(None, "updated_at", "id"),
        Index(None, "stage", "updated_at", "id"),
        Index(None, "created_by", "updated_at", "id"),
        Index(None, "record", "screen", "stage"),
        Index(None, "number"),
    )

    number: Mapped[str] = mapped_column(String(40), default="", server_default="", doc="编号")
    screen: Mapped[str] = mapped_column(String(60), doc="哪类记录")
    record: Mapped[str] = mapped_column(String(90), doc="记录")
    about: Mapped[str] = mapped_column(String(260), doc="记录的名称")
    subject: Mapped[str] = mapped_column(String(40), doc="对谁不计，空为全部")
    agent: Mapped[str] = mapped_column(String(16), doc="工号")
    subject_name: Mapped[str] = mapped_column(String(80), doc="考核对象名称")
    code: Mapped[str] = mapped_column(String(12), doc="原因代码")
    reason: Mapped[str] = mapped_column(Text, doc="说明")
    case: Mapped[str] = mapped_column(String(26), default="", server_default="", doc="流程实例")
    step: Mapped[str] = mapped_column(String(60), default="", server_default="", doc="环节")
    stage: Mapped[str] = mapped_column(String(20), default="asked", server_default="asked", doc="状态")
    due_at: Mapped[datetime | None] = mapped_column(doc="认定期限")
    opinion: Mapped[str] = mapped_column(Text, default="", server_default="", doc="认定意见")
    judged_by: Mapped[str] = mapped_column(String(80), default="", server_default="", doc="认定人")
    judged_at: Mapped[datetime | None] = mapped_column(doc="认定时间")


class AdjustmentRow(Record, Base):
    """Points by hand, with proof, for a score; another than who is scored and than who asked lets them count."""

    __tablename__ = "performance_adjustments"
    __table_args__ = (
        Index(None, "updated_at", "id"), Index(None, "state", "updated_at", "id"), Index(None, "period", "subject"),
    )  # fmt: skip

    score: Mapped[str] = mapped_column(String(26), doc="得分记录")
    period: Mapped[str] = mapped_column(String(26), doc="考核期")
    subject: Mapped[str] = mapped_column(String(40), doc="考核对象")
    name: Mapped[str] = mapped_column(String(80), doc="考核对象名称")
    points: Mapped[float] = mapped_column(doc="加减分")
    reason: Mapped[str] = mapped_column(Text, doc="事由")
    state: Mapped[str] = mapped_column(String(10), default="asked", server_default="asked", doc="状态")
    opinion: Mapped[str] = mapped_column(Text, default="", server_default="", doc="审核意见")
    decided_by: Mapped[str] = mapped_column(String(26), default="", server_default="", doc="审核人")
    decided_at: Mapped[datetime | None] = mapped_column(doc="审核时间")


class AppealRow(Record, Base):
    """An appeal of a score; what was corrected stays with what was before."""

    __tablename__ = "performance_appeals"
    __table_args__ = (
        Index(None, "updated_at", "id"), Index(None, "state", "updated_at", "id"), Index(None, "score", "id"),
        Index(None, "created_by", "updated_at", "id"),
    )  # fmt: skip

    score: Mapped[str] = mapped_column(String(26), doc="得分记录")
    period: Mapped[str] = mapped_column(String(26), doc="考核期")
    period_title: Mapped[str] = mapped_column(String(100), doc="考核期名称")
    subject: Mapped[str] = mapped_column(String(40), doc="考核对象")
    name: Mapped[str] = mapped_column(String(80), doc="考核对象名称")
    kpi: Mapped[str] = mapped_column(String(60), doc="指标，空为总分")
    kpi_title: Mapped[str] = mapped_column(String(60), doc="指标名称")
    reason: Mapped[str] = mapped_column(Text, doc="申诉理由")
    state: Mapped[str] = mapped_column(String(10), default="asked", server_default="asked", doc="状态")
    before: Mapped[float | None] = mapped_column(doc="申诉前总分")
    after: Mapped[float | None] = mapped_column(doc="裁定后总分")
    opinion: Mapped[str] = mapped_column(Text, default="", server_default="", doc="裁定意见")
    decided_by: Mapped[str] = mapped_column(String(26), default="", server_default="", doc="裁定人")
    decided_at: Mapped[datetime | None] = mapped_column(doc="裁定时间")
