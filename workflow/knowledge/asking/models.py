"""Tables of questions to departments, and of corrections."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from cti.office.records import Record
from cti.store.columns import Base


class QuestionRow(Record, Base):
    """A question (知识提问) that an agent could not answer from the knowledge base. See `ArticleRow` for `case`."""

    __tablename__ = "knowledge_questions"
    __table_args__ = (
        Index(None, "number", unique=True),
        Index(None, "updated_at", "id"),
        Index(None, "created_by", "updated_at", "id"),
        Index(None, "holder", "stage", "updated_at", "id"),
        Index(None, "category", "updated_at", "id"),
        Index(None, "overdue", "updated_at", "id"),
        Index(None, "stage", "updated_at", "id"),
        Index(None, "organisation", "updated_at", "id"),
    )

    number: Mapped[str] = mapped_column(String(40), doc="提问编号")
    title: Mapped[str] = mapped_column(String(200), doc="问题")
    content: Mapped[str] = mapped_column(Text, doc="详细说明")
    category: Mapped[str] = mapped_column(String(26), doc="归口")
    unit: Mapped[str] = mapped_column(String(40), doc="建议回答单位")
    urgent: Mapped[bool] = mapped_column(doc="紧急：市民在等")
    call: Mapped[str] = mapped_column(String(26), doc="来电编号")

    case: Mapped[str] = mapped_column(String(26), doc="流程实例")
    step: Mapped[str] = mapped_column(String(80), doc="环节")
    stage: Mapped[str] = mapped_column(String(60), doc="状态")
    holder: Mapped[str] = mapped_column(String(40), doc="回答单位")
    due_at: Mapped[datetime | None] = mapped_column(doc="回答期限")
    overdue: Mapped[bool] = mapped_column(doc="已超时")
    answer: Mapped[str] = mapped_column(Text, doc="回答")
    answered_by: Mapped[str] = mapped_column(String(80), doc="回答人")
    answered_at: Mapped[datetime | None] = mapped_column(doc="回答时间")
    reason: Mapped[str] = mapped_column(Text, doc="退回或拒绝原因")
    article: Mapped[str] = mapped_column(String(26), doc="由回答形成的知识")


class CorrectionRow(Record, Base):
    """A correction (知识纠错): somebody found something wrong in what he read. See `ArticleRow` for `case`."""

    __tablename__ = "knowledge_corrections"
    __table_args__ = (
        Index(None, "number", unique=True),
        Index(None, "updated_at", "id"),
        Index(None, "created_by", "updated_at", "id"),
        Index(None, "unit", "stage", "updated_at", "id"),
        Index(None, "stage", "updated_at", "id"),
        Index(None, "organisation", "updated_at", "id"),
        Index(None, "article"),
    )

    number: Mapped[str] = mapped_column(String(40), doc="纠错编号")
    article: Mapped[str] = mapped_column(String(26), doc="知识")
    name: Mapped[str] = mapped_column(String(200), doc="知识标题")
    edition: Mapped[int] = mapped_column(doc="所见版次")
    unit: Mapped[str] = mapped_column(String(40), doc="责任单位")
    kind: Mapped[str] = mapped_column(String(12), doc="问题分类")
    content: Mapped[str] = mapped_column(Text, doc="问题描述")

    case: Mapped[str] = mapped_column(String(26), doc="流程实例")
    step: Mapped[str] = mapped_column(String(80), doc="环节")
    stage: Mapped[str] = mapped_column(String(60), doc="状态")
    due_at: Mapped[datetime | None] = mapped_column(doc="处理期限")
    reply: Mapped[str] = mapped_column(Text, doc="处理意见")
    handled_by: Mapped[str] = mapped_column(String(80), doc="处理人")
    handled_at: Mapped[datetime | None] = mapped_column(doc="处理日期")
