"""Tables of what readers say of articles: each one's own word, and what it comes to for each edition."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cti.office.records import Record
from cti.store.columns import Base, Owned


class VoteRow(Owned, Base):
    """That an edition helped a reader, or did not; `organisation` and `region` are the reader's.

    `voter` is a person's id, or of the public a keyed hash that is another for each edition.
    """

    __tablename__ = "knowledge_votes"
    __table_args__ = (UniqueConstraint("article", "edition", "voter"), Index(None, "at"))

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    article: Mapped[str] = mapped_column(String(26), doc="知识")
    edition: Mapped[int] = mapped_column(doc="版次")
    voter: Mapped[str] = mapped_column(String(26), doc="人员；公众为摘要")
    inside: Mapped[bool] = mapped_column(doc="热线内部人员")
    helped: Mapped[bool] = mapped_column(doc="有帮助")
    correction: Mapped[str] = mapped_column(String(26), doc="说明原因的纠错")
    at: Mapped[datetime] = mapped_column(doc="时间")


class HelpfulRow(Record, Base):
    """How many an edition of an article helped; it belongs to whom the article belongs."""

    __tablename__ = "knowledge_helpful"
    __table_args__ = (
        UniqueConstraint("article", "edition"),
        Index(None, "share", "id"),
        Index(None, "unhelped", "id"),
        Index(None, "votes", "id"),
        Index(None, "updated_at", "id"),
        Index(None, "organisation", "share", "id"),
        Index(None, "unit", "share", "id"),
        Index(None, "category"),
    )

    article: Mapped[str] = mapped_column(String(26), doc="知识")
    edition: Mapped[int] = mapped_column(doc="版次")
    number: Mapped[str] = mapped_column(String(40), doc="知识编号")
    name: Mapped[str] = mapped_column(String(200), doc="知识标题")
    category: Mapped[str] = mapped_column(String(26), doc="归口")
    unit: Mapped[str] = mapped_column(String(40), doc="责任单位")
    audience: Mapped[str] = mapped_column(String(8), doc="使用范围")
    helped: Mapped[int] = mapped_column(doc="有帮助")
    unhelped: Mapped[int] = mapped_column(doc="没帮助")
    votes: Mapped[int] = mapped_column(doc="评价人数")
    share: Mapped[int] = mapped_column(doc="有用率，百分数")
    said: Mapped[int] = mapped_column(doc="说明原因")
