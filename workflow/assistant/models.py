"""Tables of the assistant."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cti.office.records import Record
from cti.store.columns import Base


class ModelRow(Record, Base):
    """A model that was made of the city's tickets; of a purpose at most one is in use."""

    __tablename__ = "assistant_models"
    __table_args__ = (
        UniqueConstraint("purpose", "number"),
        Index(None, "updated_at", "id"),
        Index(None, "created_at", "id"),
        Index(None, "purpose", "updated_at", "id"),
        Index(None, "state", "updated_at", "id"),
    )

    purpose: Mapped[str] = mapped_column(String(20), doc="用途")
    number: Mapped[int] = mapped_column(doc="版本")
    state: Mapped[str] = mapped_column(String(12), doc="状态")
    why: Mapped[str] = mapped_column(String(300), doc="说明")
    until: Mapped[datetime] = mapped_column(doc="学习到的最新工单登记时间")
    tickets: Mapped[int] = mapped_column(doc="学习的工单数")
    repeated: Mapped[int] = mapped_column(doc="其中重复的工单数")
    first: Mapped[float] = mapped_column(doc="首选准确率")
    figures: Mapped[dict[str, Any]] = mapped_column(JSON, doc="试验指标")
    compared: Mapped[dict[str, Any] | None] = mapped_column(JSON, doc="与在用模型的比较")
    seconds: Mapped[float] = mapped_column(doc="训练用时（秒）")
    megabytes: Mapped[float] = mapped_column(doc="训练占用内存（MB）")
    digest: Mapped[str] = mapped_column(String(64), doc="模型文件摘要（SHA-256）")


class CountRow(Base):
    """What was proposed for a field on a day, and what became of it."""

    __tablename__ = "assistant_counts"

    day: Mapped[date] = mapped_column(Date, primary_key=True, doc="日期")
    organisation: Mapped[str] = mapped_column(String(40), primary_key=True, doc="机构")
    region: Mapped[str] = mapped_column(String(6), doc="行政区划")
    field: Mapped[str] = mapped_column(String(20), primary_key=True, doc="字段")
    proposed: Mapped[int] = mapped_column(doc="提出")
    kept: Mapped[int] = mapped_column(doc="采用")
    changed: Mapped[int] = mapped_column(doc="登记为其他")
    empty: Mapped[int] = mapped_column(doc="登记时为空")


class PlaceRow(Base):
    """A name of a place that tickets told of: the gazetteer."""

    __tablename__ = "assistant_places"

    name: Mapped[str] = mapped_column(String(20), primary_key=True, doc="地名")
    times: Mapped[int] = mapped_column(doc="工单数")


class DispatchRuleRow(Base):
    """Whether the house dispatches by itself: one row, `house`."""

    __tablename__ = "assistant_dispatch_rule"

    id: Mapped[str] = mapped_column(String(8), primary_key=True, doc="编号")
    is_on: Mapped[bool] = mapped_column(doc="启用")
    threshold: Mapped[str] = mapped_column(String(4), doc="概率不低于")
    share: Mapped[int] = mapped_column(doc="抽查比例（%）")
    version: Mapped[int] = mapped_column(doc="版本")
    changed_at: Mapped[datetime] = mapped_column(doc="修改时间")
    changed_by: Mapped[str] = mapped_column(String(80), doc="修改人")


class DispatchRow(Record, Base):
    """A ticket that was dispatched by itself, and what became of it; `ticket` once at most."""

    __tablename__ = "assistant_dispatches"
    __table_args__ = (
        Index(None, "ticket", unique=True),
        Index(None, "created_at", "id"),
        Index(None, "updated_at", "id"),
        Index(None, "state", "created_at", "id"),
        Index(None, "review", "created_at", "id"),
        Index(None, "unit", "created_at", "id"),
        Index(None, "model", "state", "review"),
    )

    ticket: Mapped[str] = mapped_column(String(26), doc="工单")
    number: Mapped[str] = mapped_column(String(40), doc="工单编号")
    unit: Mapped[str] = mapped_column(String(40), doc="主办单位")
    probability: Mapped[float] = mapped_column(doc="概率")
    words: Mapped[str] = mapped_column(String(200), doc="依据的用语")
    others: Mapped[str] = mapped_column(String(300), doc="其他可能的单位")
    model: Mapped[int] = mapped_column(doc="模型版本")
    state: Mapped[str] = mapped_column(String(12), doc="状态")
    review: Mapped[str] = mapped_column(String(8), doc="抽查：空为未抽中")
    note: Mapped[str] = mapped_column(String(300), doc="抽查意见")
