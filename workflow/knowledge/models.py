"""Tables of articles: what their editors write, what readers see, who may, and where they are filed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cti.office.records import Record
from cti.office.tree import TreeRecord
from cti.store.columns import Base, Owned


class CategoryRow(TreeRecord, Base):
    """A category of articles (归口)."""

    __tablename__ = "knowledge_categories"
    __table_args__ = (
        Index(None, "organisation", "parent", "place", "id"),
        Index(None, "path", "id"),
        Index(None, "line"),
        Index(None, "updated_at", "id"),
    )


class IndustryRow(TreeRecord, Base):
    """An industry (行业), by which articles make a data base of their own."""

    __tablename__ = "knowledge_industries"
    __table_args__ = (
        Index(None, "organisation", "parent", "place", "id"),
        Index(None, "path", "id"),
        Index(None, "line"),
        Index(None, "updated_at", "id"),
    )


class LifeEventRow(TreeRecord, Base):
    """A life event (人生事件), at which people need articles: birth, school, work, marriage, a house, retirement …"""

    __tablename__ = "knowledge_life_events"
    __table_args__ = (
        Index(None, "organisation", "parent", "place", "id"),
        Index(None, "path", "id"),
        Index(None, "line"),
        Index(None, "updated_at", "id"),
    )


class Texts:
    """What an article says and is filed under: of a draft, of an edition, and of what readers see."""

    type: Mapped[str] = mapped_column(String(60), doc="知识类型（表单）")
    title: Mapped[str] = mapped_column(String(200), doc="标题")
    summary: Mapped[str] = mapped_column(String(500), doc="摘要")
    body: Mapped[str] = mapped_column(Text, doc="内容")
    details: Mapped[dict[str, Any]] = mapped_column(JSON, doc="要素：按知识类型的表单")
    category: Mapped[str] = mapped_column(String(26), doc="归口")
    industry: Mapped[str] = mapped_column(String(26), doc="行业")
    life_event: Mapped[str] = mapped_column(String(26), default="", server_default="", doc="人生事件")
    unit: Mapped[str] = mapped_column(String(40), doc="责任单位")
    audience: Mapped[str] = mapped_column(String(8), doc="使用范围：inside 内部、public 公开")
    contact: Mapped[str] = mapped_column(String(120), doc="联系方式")
    keywords: Mapped[list[str]] = mapped_column(JSON, doc="关键词和同义词")
    questions: Mapped[list[str]] = mapped_column(JSON, doc="常见问法")
    valid_from: Mapped[datetime | None] = mapped_column(doc="生效时间")
    valid_until: Mapped[datetime | None] = mapped_column(doc="失效时间")


class ArticleRow(Texts, Record, Base):
    """An article as its editors write it. What stands below `case` follows from its case and from time."""

    __tablename__ = "knowledge_articles"
    __table_args__ = (
        Index(None, "number", unique=True),
        Index(None, "title"),
        Index(None, "updated_at", "id"),
        Index(None, "organisation", "updated_at", "id"),
        Index(None, "stage", "updated_at", "id"),
        Index(None, "state", "updated_at", "id"),
        Index(None, "unit", "updated_at", "id"),
        Index(None, "created_by", "updated_at", "id"),
        Index(None, "category"),
        Index(None, "industry"),
        Index(None, "life_event"),
        Index(None, "confirm_by", "id"),
        Index(None, "hotline", "updated_at", "id"),
    )

    number: Mapped[str] = mapped_column(String(40), doc="知识编号")
    source: Mapped[str] = mapped_column(String(60), doc="来源")
    hotline: Mapped[str] = mapped_column(String(26), default="", server_default="", doc="来源的归并热线；空为本热线")
    origin: Mapped[str] = mapped_column(String(80), default="", server_default="", doc="来源热线中的编号")

    case: Mapped[str] = mapped_column(String(26), doc="流程实例")
    step: Mapped[str] = mapped_column(String(80), doc="环节")
    stage: Mapped[str] = mapped_column(String(60), doc="阶段")
    opinion: Mapped[str] = mapped_column(Text, doc="审核意见")
    state: Mapped[str] = mapped_column(String(12), doc="上架状态：none、waiting、live、withdrawn")
    edition: Mapped[int] = mapped_column(doc="已审核的最新版次；0为没有")
    published_at: Mapped[datetime | None] = mapped_column(doc="上架时间")
    withdrawn_at: Mapped[datetime | None] = mapped_column(doc="下架时间")
    confirmed_at: Mapped[datetime | None] = mapped_column(doc="确认时间")
    confirm_by: Mapped[datetime | None] = mapped_column(doc="应在此前确认")


class TemplateRow(Record, Base):
    """A template (知识模板): what a new article begins with."""

    __tablename__ = "knowledge_templates"
    __table_args__ = (Index(None, "updated_at", "id"), Index(None, "category"))

    name: Mapped[str] = mapped_column(String(60), doc="名称")
    purpose: Mapped[str] = mapped_column(String(200), doc="用途")
    type: Mapped[str] = mapped_column(String(60), doc="知识类型（表单）")
    title: Mapped[str] = mapped_column(String(190), doc="标题；空为模板名称")
    summary: Mapped[str] = mapped_column(String(500), doc="摘要")
    body: Mapped[str] = mapped_column(Text, doc="内容")
    details: Mapped[dict[str, Any]] = mapped_column(JSON, doc="要素：按知识类型的表单")
    category: Mapped[str] = mapped_column(String(26), doc="归口")
    audience: Mapped[str] = mapped_column(String(8), doc="使用范围")
    keywords: Mapped[list[str]] = mapped_column(JSON, doc="关键词和同义词")
    used: Mapped[bool] = mapped_column(doc="启用")


class EditionRow(Texts, Base):
    """An approved edition of an article, kept whole: what was cited from it can be shown for ever."""

    __tablename__ = "knowledge_editions"
    __table_args__ = (UniqueConstraint("article", "edition"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    article: Mapped[str] = mapped_column(String(26), doc="知识")
    edition: Mapped[int] = mapped_column(doc="版次")
    written_by: Mapped[str] = mapped_column(String(26), doc="采编人")
    approved_by: Mapped[str] = mapped_column(String(26), doc="审核人")
    approved_at: Mapped[datetime] = mapped_column(doc="审核时间")
    files: Mapped[list[str]] = mapped_column(JSON, doc="附件编号")


class PublishedRow(Texts, Record, Base):
    """What readers see of an article, under its id: there while it is published, and at no other time."""

    __tablename__ = "knowledge_published"
    __table_args__ = (
        Index(None, "published_at", "id"),
        Index(None, "region", "published_at", "id"),
        Index(None, "organisation", "published_at", "id"),
        Index(None, "unit", "published_at", "id"),
        Index(None, "category"),
        Index(None, "industry"),
        Index(None, "life_event"),
        Index(None, "number"),
        Index(None, "hotline", "published_at", "id"),
        Index(None, "updated_at", "id"),
    )

    number: Mapped[str] = mapped_column(String(40), doc="知识编号")
    edition: Mapped[int] = mapped_column(doc="版次")
    publisher: Mapped[str] = mapped_column(String(26), doc="发布人")
    published_at: Mapped[datetime] = mapped_column(doc="发布时间")
    files: Mapped[list[str]] = mapped_column(JSON, doc="附件编号")
    overdue: Mapped[bool] = mapped_column(doc="确认已过期：不给机器人和公众")
    hotline: Mapped[str] = mapped_column(String(26), default="", server_default="", doc="来源的归并热线；空为本热线")
    origin: Mapped[str] = mapped_column(String(80), default="", server_default="", doc="来源热线中的编号")


class NoticeRow(Record, Base):
    """A line of the maintenance notices (知识维护公告): who published, changed or withdrew an article."""

    __tablename__ = "knowledge_notices"
    __table_args__ = (
        Index(None, "created_at", "id"),
        Index(None, "article", "created_at"),
        Index(None, "organisation", "created_at", "id"),
        Index(None, "region", "created_at", "id"),
        Index(None, "what", "created_at", "id"),
        Index(None, "unit", "created_at", "id"),
        Index(None, "updated_at", "id"),
    )

    article: Mapped[str] = mapped_column(String(26), doc="知识")
    number: Mapped[str] = mapped_column(String(40), doc="知识编号")
    name: Mapped[str] = mapped_column(String(200), doc="知识标题")
    audience: Mapped[str] = mapped_column(String(8), doc="使用范围")
    unit: Mapped[str] = mapped_column(String(40), doc="责任单位")
    what: Mapped[str] = mapped_column(String(12), doc="事项：上架、变更、下架、到期、未确认、确认、归口变更")
    edition: Mapped[int] = mapped_column(doc="版次")
    words: Mapped[str] = mapped_column(String(500), doc="说明")


class GrantRow(Record, Base):
    """A sharing (知识共享): an article, or all of a category and below, with a region, or an organisation."""

    __tablename__ = "knowledge_grants"
    __table_args__ = (
        Index(None, "sort", "whom", "paused"),
        Index(None, "article"),
        Index(None, "category"),
        Index(None, "updated_at", "id"),
    )

    article: Mapped[str] = mapped_column(String(26), doc="知识；空为整个归口")
    category: Mapped[str] = mapped_column(String(26), doc="归口；空为一条知识")
    sort: Mapped[str] = mapped_column(String(12), doc="共享对象类别：region、organisation")
    whom: Mapped[str] = mapped_column(String(40), doc="共享对象")
    paused: Mapped[bool] = mapped_column(doc="已暂停")


class FavouriteRow(Base):
    """A favourite (知识收藏) of a person."""

    __tablename__ = "knowledge_favourites"

    person: Mapped[str] = mapped_column(String(26), primary_key=True, doc="人员")
    article: Mapped[str] = mapped_column(String(26), primary_key=True, doc="知识")
    at: Mapped[datetime] = mapped_column(doc="收藏时间")


class UseRow(Owned, Base):
    """That somebody read an article, or cited it: for the history of each, hot lists, and figures of use.

    `organisation` and `region` are the reader's; `person` is empty for the public. `edition` is what he read. Reading
    it again on the same day counts in the same row: `times` says how often, `at` when last.
    """

    __tablename__ = "knowledge_uses"
    __table_args__ = (
        Index(None, "article", "at"),
        Index(None, "person", "at"),
        Index(None, "at"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    article: Mapped[str] = mapped_column(String(26), doc="知识")
    edition: Mapped[int] = mapped_column(doc="版次")
    what: Mapped[str] = mapped_column(String(8), doc="viewed 查看、picked 准备引用、cited 引用")
    person: Mapped[str] = mapped_column(String(26), doc="人员；空为公众")
    record_kind: Mapped[str] = mapped_column(String(40), doc="引用到的记录种类")
    record: Mapped[str] = mapped_column(String(26), doc="引用到的记录")
    at: Mapped[datetime] = mapped_column(doc="时间；当天多次查看的为最后一次")
    times: Mapped[int] = mapped_column(server_default="1", doc="次数")


class PolicyRow(Record, Base):
    """A confirmation policy (确认策略): articles of a category are confirmed every so many days."""

    __tablename__ = "knowledge_policies"
    __table_args__ = (Index(None, "updated_at", "id"), Index(None, "category"))

    name: Mapped[str] = mapped_column(String(60), doc="名称")
    category: Mapped[str] = mapped_column(String(26), doc="归口；空为全部")
    audience: Mapped[str] = mapped_column(String(8), doc="使用范围；空为全部")
    every: Mapped[int] = mapped_column(doc="每隔多少天确认")
    remind: Mapped[int] = mapped_column(doc="提前多少天提醒")
    withdraw: Mapped[int] = mapped_column(doc="逾期多少天自动下架；0为不下架")
    used: Mapped[bool] = mapped_column(doc="启用")
