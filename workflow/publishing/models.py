"""Tables: what editors write, its approved editions, what the public reads, and how often."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cti.office.records import Record
from cti.store.columns import Base, Owned
from workflow.publishing.surveys.models import SurveyAnswerRow, SurveyRow, SurveyTallyRow

__all__ = [
    "PublicationEditionRow",
    "PublicationRow",
    "ReadRow",
    "ShownRow",
    "SurveyAnswerRow",
    "SurveyRow",
    "SurveyTallyRow",
]


class Texts:
    """What a publication says; the same in its draft, its editions, and for the public."""

    section: Mapped[str] = mapped_column(String(12), doc="栏目")
    matter: Mapped[str] = mapped_column(String(12), doc="类别；只有通知公告有")
    title: Mapped[str] = mapped_column(String(200), doc="标题")
    summary: Mapped[str] = mapped_column(String(500), doc="摘要")
    body: Mapped[str] = mapped_column(Text, doc="内容（HTML）")
    author: Mapped[str] = mapped_column(String(80), doc="来源，如发布单位")
    channels: Mapped[list[str]] = mapped_column(JSON, doc="发布渠道")
    show_from: Mapped[datetime | None] = mapped_column(doc="定时发布；空为审核通过后立即")
    show_until: Mapped[datetime | None] = mapped_column(doc="到期撤下；空为长期")


class PublicationRow(Texts, Record, Base):
    """A publication as its editors see it: the draft, and where its case stands."""

    __tablename__ = "publications"
    __table_args__ = (
        Index(None, "updated_at", "id"),
        Index(None, "created_at", "id"),
        Index(None, "organisation", "updated_at", "id"),
        Index(None, "region", "updated_at", "id"),
        Index(None, "section", "updated_at", "id"),
        Index(None, "stage", "updated_at", "id"),
        Index(None, "state", "updated_at", "id"),
        Index(None, "ticket"),
        Index(None, "number"),
    )

    number: Mapped[str] = mapped_column(String(40), doc="编号")
    ticket: Mapped[str] = mapped_column(String(26), doc="所采编的工单；空为没有")
    source: Mapped[str] = mapped_column(String(60), doc="采编自")
    checked: Mapped[str] = mapped_column(String(64), doc="已核对个人信息的内容摘要；空为没有核对")
    checked_by: Mapped[str] = mapped_column(String(26), doc="核对人")
    case: Mapped[str] = mapped_column(String(26), doc="流程实例")
    step: Mapped[str] = mapped_column(String(80), doc="环节")
    stage: Mapped[str] = mapped_column(String(60), doc="阶段")
    opinion: Mapped[str] = mapped_column(Text, doc="审核意见")
    state: Mapped[str] = mapped_column(String(12), doc="发布状态：none、waiting、live、withdrawn")
    edition: Mapped[int] = mapped_column(doc="已审核的最新版次；0为没有")
    published_at: Mapped[datetime | None] = mapped_column(doc="发布时间")
    withdrawn_at: Mapped[datetime | None] = mapped_column(doc="撤下时间")


class PublicationEditionRow(Texts, Base):
    """An approved edition, kept whole: what stood in public can be shown for ever."""

    __tablename__ = "publication_editions"
    __table_args__ = (UniqueConstraint("publication", "edition"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    publication: Mapped[str] = mapped_column(String(26), doc="信息")
    edition: Mapped[int] = mapped_column(doc="版次")
    written_by: Mapped[str] = mapped_column(String(26), doc="提交人")
    approved_by: Mapped[str] = mapped_column(String(26), doc="审核人")
    approved_at: Mapped[datetime] = mapped_column(doc="审核时间")
    files: Mapped[list[str]] = mapped_column(JSON, doc="附件编号")


class ShownRow(Texts, Record, Base):
    """What the public reads of a publication, under its id: there while it is public, and at no other time."""

    __tablename__ = "publications_shown"
    __table_args__ = (
        Index(None, "section", "pinned", "published_at", "id"),
        Index(None, "region", "published_at", "id"),
        Index(None, "organisation", "published_at", "id"),
        Index(None, "published_at", "id"),
        Index(None, "reads", "id"),
        Index(None, "updated_at", "id"),
    )

    number: Mapped[str] = mapped_column(String(40), doc="编号")
    channel_marks: Mapped[str] = mapped_column(String(60), doc="发布渠道，如 ,portal,wechat,：按渠道查询")
    edition: Mapped[int] = mapped_column(doc="版次")
    published_at: Mapped[datetime] = mapped_column(doc="发布时间")
    files: Mapped[list[str]] = mapped_column(JSON, doc="附件编号")
    pinned: Mapped[bool] = mapped_column(doc="置顶")
    hot_at: Mapped[datetime | None] = mapped_column(doc="推送为热点的时间；空为没有")
    reads: Mapped[int] = mapped_column(doc="阅读次数")


class ReadRow(Owned, Base):
    """How often a publication was read on a day by a channel; who read it is kept nowhere."""

    __tablename__ = "publication_reads"
    __table_args__ = (Index(None, "day"),)

    publication: Mapped[str] = mapped_column(String(26), primary_key=True, doc="信息")
    day: Mapped[str] = mapped_column(String(10), primary_key=True, doc="日期")
    channel: Mapped[str] = mapped_column(String(12), primary_key=True, doc="渠道")
    times: Mapped[int] = mapped_column(doc="阅读次数")
