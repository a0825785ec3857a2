"""Tables of matters and rises."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from cti.store.columns import Base, Owned


class MatterTicketRow(Owned, Base):
    """A ticket and the matter that it is about: `matter` is the id of the first ticket about it, or of one that a
    person set apart. `by_hand`: a person said so, and it stays.
    """

    __tablename__ = "trend_tickets"
    __table_args__ = (
        Index(None, "matter", "at"),
        Index(None, "at", "ticket"),
        Index(None, "organisation", "at"),
        Index(None, "changed_at", "ticket"),
    )

    ticket: Mapped[str] = mapped_column(String(26), primary_key=True, doc="工单")
    matter: Mapped[str] = mapped_column(String(26), doc="事项")
    at: Mapped[datetime] = mapped_column(doc="登记时间")
    changed_at: Mapped[datetime] = mapped_column(doc="工单修改时间")
    number: Mapped[str] = mapped_column(String(40), doc="工单编号")
    title: Mapped[str] = mapped_column(String(200), doc="标题")
    place: Mapped[str] = mapped_column(String(12), doc="事发地")
    category: Mapped[str] = mapped_column(String(26), doc="诉求分类")
    by_hand: Mapped[bool] = mapped_column(doc="人工指定")


class MatterTalkRow(Owned, Base):
    """A talk that was written down and the matter that its citizen spoke of: `matter` is the first call about it.

    `account` is what was said, in short, by which later ones are compared.
    """

    __tablename__ = "trend_talks"
    __table_args__ = (
        Index(None, "matter", "at"),
        Index(None, "at", "call"),
        Index(None, "organisation", "at"),
        Index(None, "changed_at", "call"),
    )

    call: Mapped[str] = mapped_column(String(26), primary_key=True, doc="来电编号")
    matter: Mapped[str] = mapped_column(String(26), doc="话题")
    at: Mapped[datetime] = mapped_column(doc="通话时间")
    changed_at: Mapped[datetime] = mapped_column(doc="转写完成时间")
    title: Mapped[str] = mapped_column(String(200), doc="标题")
    account: Mapped[str] = mapped_column(String(400), doc="内容摘要")
    address: Mapped[str] = mapped_column(String(120), doc="地点")
    place: Mapped[str] = mapped_column(String(12), doc="区域")
    category: Mapped[str] = mapped_column(String(26), doc="诉求分类")
    agent: Mapped[str] = mapped_column(String(16), doc="工号")
    by_hand: Mapped[bool] = mapped_column(doc="人工指定")


class MatterNameRow(Base):
    """What a person called a matter."""

    __tablename__ = "trend_names"

    matter: Mapped[str] = mapped_column(String(26), primary_key=True, doc="事项")
    name: Mapped[str] = mapped_column(String(60), doc="名称")


class RiseRow(Owned, Base):
    """Far more of one thing within an hour than is usual. `subject` is the id of the matter or category."""

    __tablename__ = "trend_rises"
    __table_args__ = (
        Index(None, "began_at", "id"),
        Index(None, "organisation", "began_at"),
        Index(None, "kind", "subject", "ended_at"),
        Index(None, "state", "began_at", "id"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True, doc="编号")
    kind: Mapped[str] = mapped_column(String(8), doc="对象类型")
    subject: Mapped[str] = mapped_column(String(26), doc="对象")
    title: Mapped[str] = mapped_column(String(200), doc="对象名称")
    began_at: Mapped[datetime] = mapped_column(doc="发现时间")
    ended_at: Mapped[datetime | None] = mapped_column(doc="回落时间")
    count: Mapped[int] = mapped_column(doc="一小时内最多件数")
    usual: Mapped[float] = mapped_column(doc="平时同时段平均")
    most: Mapped[int] = mapped_column(doc="平时同时段最多")
    state: Mapped[str] = mapped_column(String(8), doc="处理状态")
    note: Mapped[str] = mapped_column(String(300), doc="处理说明")
    handled_by: Mapped[str] = mapped_column(String(40), doc="处理人")
    handled_at: Mapped[datetime | None] = mapped_column(doc="处理时间")
