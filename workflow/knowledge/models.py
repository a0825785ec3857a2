"""Tables of the knowledge base."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cti.office.imports.table import ImportFaultLine, ImportRun
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


class ScenarioRow(TreeRecord, Base):
    """A scenario (场景): by what a request is known to belong to it. Its articles are `ScenarioLinkRow`."""

    __tablename__ = "knowledge_scenarios"
    __table_args__ = (
        Index(None, "organisation", "parent", "place", "id"),
        Index(None, "path", "id"),
        Index(None, "line"),
        Index(None, "updated_at", "id"),
    )

    words: Mapped[list[str]] = mapped_column(JSON, doc="触发词")
    categories: Mapped[list[str]] = mapped_column(JSON, doc="诉求分类，完整路径")
    examples: Mapped[list[str]] = mapped_column(JSON, doc="典型说法")


class ScenarioLinkRow(Record, Base):
    """That an article belongs to a scenario (场景关联知识)."""

    __tablename__ = "knowledge_scenario_links"
    __table_args__ = (
        Index(None, "updated_at", "id"),
        Index(None, "scenario"),
        Index(None, "article"),
    )

    scenario: Mapped[str] = mapped_column(String(26), doc="场景")
    article: Mapped[str] = mapped_column(String(26), doc="知识")


class Texts:
    """What an article says and is filed under: of a draft, of an edition, and of what readers see."""

    type: Mapped[str] = mapped_column(String(60), doc="知识类型（表单）")
    title: Mapped[str] = mapped_column(String(200), doc="标题")
    summary: Mapped[str] = mapped_column(String(500), doc="摘要")
    body: Mapped[str] = mapped_column(Text, doc="内容")
    details: Mapped[dict[str, Any]] = mapped_column(JSON, doc="要素：按知识类型的表单")
    category: Mapped[str] = mapped_column(String(26), doc="归口")
    industry: Mapped[str] = mapped_column(String(26), doc="行业")
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


class HotBoardRow(Base):
    """A board of hot articles (热点知识榜单) of a period of the house: who looks at it is shown what he reads of it."""

    __tablename__ = "knowledge_hot_boards"
    __table_args__ = (Index(None, "until"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    since: Mapped[datetime] = mapped_column(doc="统计期开始")
    until: Mapped[datetime] = mapped_column(doc="统计期结束，即生成时间")
    articles: Mapped[list[dict[str, Any]]] = mapped_column(JSON, doc="知识编号、查看、引用次数，最热的在前")
    questions: Mapped[list[dict[str, Any]]] = mapped_column(JSON, doc="检索词和次数")


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


class SearchRow(Owned, Base):
    """That somebody looked for something, and how many articles were found. `person` is empty for the public."""

    __tablename__ = "knowledge_searches"
    __table_args__ = (
        Index(None, "at", "words"),
        Index(None, "found", "at"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    words: Mapped[str] = mapped_column(String(60), doc="检索词")
    found: Mapped[int] = mapped_column(doc="找到几条")
    person: Mapped[str] = mapped_column(String(26), doc="人员；空为公众")
    place: Mapped[str] = mapped_column(String(12), doc="在哪里检索：console、desk、public、bot")
    at: Mapped[datetime] = mapped_column(doc="时间")


class ComponentRow(Record, Base):
    """The knowledge base in another system's pages: a key, and the sites that may show it."""

    __tablename__ = "knowledge_components"
    __table_args__ = (Index(None, "updated_at", "id"), Index(None, "key", unique=True))

    name: Mapped[str] = mapped_column(String(60), doc="名称")
    key: Mapped[str] = mapped_column(String(32), doc="接入密钥")
    sites: Mapped[list[str]] = mapped_column(JSON, doc="可以嵌入的网站")
    per_minute: Mapped[int] = mapped_column(doc="每分钟请求数")
    used: Mapped[bool] = mapped_column(doc="启用")


class VisitRow(Owned, Base):
    """A visitor's use of the knowledge base on a day (business time); `organisation` and `region` are the visitor's."""

    __tablename__ = "knowledge_visits"
    __table_args__ = (
        UniqueConstraint("visitor", "day"),
        Index(None, "at"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    day: Mapped[str] = mapped_column(String(10), doc="日期")
    visitor: Mapped[str] = mapped_column(String(26), doc="人员；公众为每月更换的摘要")
    inside: Mapped[bool] = mapped_column(doc="热线内部人员")
    visits: Mapped[int] = mapped_column(doc="当日检索和查看次数")
    new_in_month: Mapped[bool] = mapped_column(doc="当月首次使用")
    at: Mapped[datetime] = mapped_column(doc="当日首次时间")


class SynonymRow(Record, Base):
    """Words that mean the same (同义词): a question with one of them is asked with the others, too."""

    __tablename__ = "knowledge_synonyms"
    __table_args__ = (Index(None, "updated_at", "id"),)

    words: Mapped[list[str]] = mapped_column(JSON, doc="同义词")
    plain: Mapped[str] = mapped_column(String(700), doc="同义词，用于检索")


class JudgedRow(Record, Base):
    """A question with the article that answers it (评测问法): by these a ranking is measured."""

    __tablename__ = "knowledge_judged"
    __table_args__ = (
        Index(None, "updated_at", "id"),
        Index(None, "article"),
    )

    asked: Mapped[str] = mapped_column(String(500), doc="问法")
    article: Mapped[str] = mapped_column(String(26), doc="应找到的知识")


class HotlineRow(Record, Base):
    """A hotline that was merged into this one (归并热线): how its table of knowledge is read, and where it is filed."""

    __tablename__ = "knowledge_hotlines"
    __table_args__ = (Index(None, "updated_at", "id"),)

    name: Mapped[str] = mapped_column(String(60), doc="名称")
    number: Mapped[str] = mapped_column(String(20), doc="热线号码")
    unit: Mapped[str] = mapped_column(String(40), doc="责任单位")
    audience: Mapped[str] = mapped_column(String(8), doc="使用范围")
    category: Mapped[str] = mapped_column(String(26), doc="归入的归口")
    keep_tree: Mapped[bool] = mapped_column(doc="按原分类建立下级归口")
    columns: Mapped[list[dict[str, str]]] = mapped_column(JSON, doc="列对照")
    categories: Mapped[list[dict[str, str]]] = mapped_column(JSON, doc="分类对照")


class OriginRow(Base):
    """Which article an id of a merged hotline became, and what it said when it was last taken in.

    `version` is the article's after that: another says that somebody has worked on it here since.
    """

    __tablename__ = "knowledge_origins"
    __table_args__ = (
        Index(None, "article"),
        Index(None, "made", "origin"),
        Index(None, "hotline", "met"),
    )

    hotline: Mapped[str] = mapped_column(String(26), primary_key=True, doc="来源热线")
    origin: Mapped[str] = mapped_column(String(80), primary_key=True, doc="来源热线中的编号")
    article: Mapped[str] = mapped_column(String(26), doc="知识")
    category: Mapped[str] = mapped_column(String(300), doc="来源热线中的分类")
    digest: Mapped[str] = mapped_column(String(64), doc="内容摘要值")
    version: Mapped[int] = mapped_column(doc="导入后的知识版本号")
    made: Mapped[str] = mapped_column(String(26), doc="首次导入的批次")
    met: Mapped[str] = mapped_column(String(26), doc="最近出现的批次")


class HotlineImportRow(ImportRun, Base):
    """An import of a merged hotline's table."""

    __tablename__ = "knowledge_imports"
    __table_args__ = (Index(None, "updated_at", "id"),)

    hotline: Mapped[str] = mapped_column(String(26), doc="来源热线")
    changed: Mapped[int] = mapped_column(doc="更新")


class HotlineImportFaultRow(ImportFaultLine, Base):
    """What is wrong in a row of its file."""

    __tablename__ = "knowledge_import_faults"

    detail: Mapped[str] = mapped_column(Text, doc="错误")
