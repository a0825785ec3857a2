"""Tables of the tickets."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Double, Index, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column

from cti.office.imports.table import ImportFaultLine, ImportRun
from cti.office.records import Record
from cti.office.tree import TreeRecord
from cti.store.columns import Base, BlindIndex, EncryptedText, Owned

LISTED = (
    "updated_at", "id", "organisation", "region", "removed_at", "outcome", "stage", "type", "channel", "card", "lead",
    "category", "urgent", "enterprise", "created_at",
)  # fmt: skip
"""The order of lists, and what they are filtered by."""
OVER = text("outcome != ''")


class TicketRow(Record, Base):
    """A request. What stands below `case` follows from its case and is written by nobody else."""

    __tablename__ = "tickets"
    __table_args__ = (
        Index(None, "number", unique=True),
        # By it and what lists are filtered by: a page and its count read no other rows than those that are shown.
        Index("ix_tickets_listed", *LISTED),
        # Most tickets are over, but the newest are not: the list of what is over does not go through those.
        Index("ix_tickets_over", *LISTED, sqlite_where=OVER, postgresql_where=OVER),
        Index(None, "created_at", "id"),
        # Figures count what ended in a period.
        Index(None, "ended_at", "id"),
        Index(None, "organisation", "updated_at", "id"),
        Index(None, "region", "updated_at", "id"),
        Index(None, "stage", "urgent", "due_at", "id"),
        Index(None, "stage", "updated_at", "id"),
        Index(None, "card", "due_at", "id"),
        Index(None, "registrar", "updated_at", "id"),
        Index(None, "person", "updated_at", "id"),
        Index(None, "category", "updated_at", "id"),
        Index(None, "lead", "updated_at", "id"),
        Index(None, "due_at", "id"),
        Index(None, "contact_index"),
        Index(None, "contact_last_four"),
        Index(None, "master"),
        Index(None, "call"),
        Index(None, "desk_form", unique=True),
        Index(None, "event"),
        # Time limits and stays know the case only.
        Index(None, "case"),
    )

    number: Mapped[str] = mapped_column(String(40), doc="工单编号")
    title: Mapped[str] = mapped_column(String(200), doc="标题")
    content: Mapped[str] = mapped_column(Text, doc="诉求内容")
    type: Mapped[str] = mapped_column(String(20), doc="诉求类型")
    urgent: Mapped[bool] = mapped_column(doc="紧急")
    confidential: Mapped[bool] = mapped_column(doc="保密")
    anonymous: Mapped[bool] = mapped_column(doc="匿名")
    enterprise: Mapped[bool] = mapped_column(doc="涉企")
    answer_by: Mapped[str] = mapped_column(String(20), doc="希望答复方式")
    channel: Mapped[str] = mapped_column(String(20), doc="受理来源")
    call: Mapped[str] = mapped_column(String(26), doc="来电编号")
    desk_form: Mapped[str | None] = mapped_column(String(90), doc="座席登记表：同一份只登记一次")
    event: Mapped[str | None] = mapped_column(String(26), doc="突发事件")
    extra: Mapped[str | None] = mapped_column(EncryptedText, doc="附加信息（JSON，已加密）")
    citizen: Mapped[str] = mapped_column(String(26), doc="市民档案")
    caller_name: Mapped[str] = mapped_column(String(80), doc="诉求人姓名")
    caller_gender: Mapped[str] = mapped_column(String(8), doc="诉求人性别")
    contact: Mapped[str] = mapped_column(EncryptedText, doc="联系电话")
    contact_index: Mapped[str | None] = mapped_column(BlindIndex, doc="联系电话索引")
    contact_last_four: Mapped[str | None] = mapped_column(BlindIndex(last_four=True), doc="联系电话后四位索引")
    place: Mapped[str] = mapped_column(String(6), doc="事发地区划")
    address: Mapped[str] = mapped_column(String(200), doc="详细地址")
    longitude: Mapped[float | None] = mapped_column(Double, doc="地图位置的经度（WGS 84）")
    latitude: Mapped[float | None] = mapped_column(Double, doc="地图位置的纬度（WGS 84）")
    category: Mapped[str | None] = mapped_column(String(26), doc="诉求分类")
    registrar: Mapped[str] = mapped_column(String(26), doc="登记人编号")
    registrar_name: Mapped[str] = mapped_column(String(80), doc="登记人")
    tags: Mapped[list[str]] = mapped_column(JSON, doc="操作标签")
    tag_note: Mapped[str] = mapped_column(String(500), doc="操作备注")
    master: Mapped[str | None] = mapped_column(String(26), doc="合并到的主单")

    case: Mapped[str] = mapped_column(String(26), doc="流程实例")
    process: Mapped[str] = mapped_column(String(60), doc="流程")
    step: Mapped[str] = mapped_column(String(80), doc="环节")
    stage: Mapped[str] = mapped_column(String(60), doc="阶段")
    person: Mapped[str] = mapped_column(String(26), doc="当前办理人")
    lead: Mapped[str] = mapped_column(String(40), doc="主办单位")
    card: Mapped[str] = mapped_column(String(8), doc="时限状态：green 正常、yellow 即将超时、red 已超时")
    due_at: Mapped[datetime | None] = mapped_column(doc="下一时限")
    answer: Mapped[str] = mapped_column(Text, doc="答复内容")
    citations: Mapped[list[str]] = mapped_column(JSON, doc="引用的知识")
    satisfaction: Mapped[str] = mapped_column(String(20), doc="满意度")
    solved: Mapped[str] = mapped_column(String(4), server_default="", doc="回访时问题是否已解决：yes、no；空为没有问到")
    reminders: Mapped[int] = mapped_column(doc="催单次数")
    outcome: Mapped[str] = mapped_column(String(60), doc="办结结果；空为未办结")
    ended_at: Mapped[datetime | None] = mapped_column(doc="办结时间")


class TicketTaskRow(Owned, Base):
    """A department's task of a ticket, as its case has it; `organisation` is the department: by this it sees it."""

    __tablename__ = "ticket_tasks"
    __table_args__ = (
        Index(None, "ticket"),
        Index(None, "organisation", "outcome", "stage"),
        Index(None, "organisation", "outcome", "ended_at", "case"),
        Index(None, "begun_at"),
        Index(None, "ended_at"),
        Index(None, "region", "outcome", "stage"),
        Index(None, "pending", "outcome"),
        Index(None, "card", "outcome"),
    )

    case: Mapped[str] = mapped_column(String(26), primary_key=True, doc="任务编号")
    ticket: Mapped[str] = mapped_column(String(26), doc="工单")
    parent: Mapped[str] = mapped_column(String(26), doc="上级任务")
    role: Mapped[str] = mapped_column(String(30), doc="承办角色")
    step: Mapped[str] = mapped_column(String(80), doc="环节")
    stage: Mapped[str] = mapped_column(String(60), doc="阶段")
    person: Mapped[str] = mapped_column(String(26), doc="承办人")
    pending: Mapped[str] = mapped_column(String(20), doc="待审批：extension 延时、tracking 跟踪")
    card: Mapped[str] = mapped_column(String(8), doc="时限状态")
    due_at: Mapped[datetime | None] = mapped_column(doc="下一时限")
    outcome: Mapped[str] = mapped_column(String(60), doc="结果；空为未办结")
    begun_at: Mapped[datetime] = mapped_column(doc="交办时间")
    ended_at: Mapped[datetime | None] = mapped_column(doc="办结时间")
    sent_back: Mapped[bool] = mapped_column(default=False, server_default=false(), doc="反馈后被退回")
    extensions: Mapped[int] = mapped_column(default=0, server_default="0", doc="批准延时的次数")


class TicketCallerRow(Base):
    """Another citizen with the same request (联名), or the same one who called again."""

    __tablename__ = "ticket_callers"
    __table_args__ = (Index(None, "ticket"), Index(None, "number_index"))

    id: Mapped[str] = mapped_column(String(26), primary_key=True, doc="编号")
    ticket: Mapped[str] = mapped_column(String(26), doc="工单")
    at: Mapped[datetime] = mapped_column(doc="时间")
    name: Mapped[str] = mapped_column(String(80), doc="姓名")
    number: Mapped[str] = mapped_column(EncryptedText, doc="电话号码")
    number_index: Mapped[str] = mapped_column(BlindIndex, doc="号码索引")
    note: Mapped[str] = mapped_column(String(500), doc="说明")
    call: Mapped[str] = mapped_column(String(26), doc="来电编号")
    by: Mapped[str] = mapped_column(String(80), doc="登记人")


class TicketCallRow(Base):
    """A call about a ticket: that it came by, one that added to it, a revisit, a department's talk with the citizen."""

    __tablename__ = "ticket_calls"
    __table_args__ = (Index(None, "ticket", "at", "id"), Index(None, "call"))

    id: Mapped[str] = mapped_column(String(26), primary_key=True, doc="编号")
    ticket: Mapped[str] = mapped_column(String(26), doc="工单")
    call: Mapped[str] = mapped_column(String(26), doc="通话编号")
    purpose: Mapped[str] = mapped_column(String(20), doc="用途")
    organisation: Mapped[str] = mapped_column(String(40), doc="经办单位")
    at: Mapped[datetime] = mapped_column(doc="时间")
    person: Mapped[str] = mapped_column(String(26), doc="经办人编号")
    by: Mapped[str] = mapped_column(String(80), doc="经办人")
    result: Mapped[str] = mapped_column(String(24), server_default="", doc="未接通的原因；空为接通或未知")


class OutsideRow(Base):
    """What another system calls a ticket, or something that it said of one: said again, it counts no more."""

    __tablename__ = "ticket_outside"
    __table_args__ = (
        Index(None, "system", "kind", "external", unique=True),
        Index(None, "ticket"),
        Index(None, "batch"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True, doc="编号")
    system: Mapped[str] = mapped_column(String(120), doc="外部系统")
    kind: Mapped[str] = mapped_column(String(20), doc="类别：ticket 工单、addition 补充、answer 答复、report 上报")
    external: Mapped[str] = mapped_column(String(120), doc="外部编号")
    ticket: Mapped[str] = mapped_column(String(26), doc="工单")
    digest: Mapped[str] = mapped_column(String(64), doc="内容摘要")
    batch: Mapped[str | None] = mapped_column(String(26), doc="导入批次")
    at: Mapped[datetime] = mapped_column(doc="时间")


class ImportMappingRow(Record, Base):
    """Which column of an old system's table is which of our fields, and which of its words are which of ours."""

    __tablename__ = "ticket_import_mappings"
    __table_args__ = (Index(None, "updated_at", "id"),)

    title: Mapped[str] = mapped_column(String(60), doc="名称")
    columns: Mapped[list[dict[str, str]]] = mapped_column(JSON, doc="列对照")
    words: Mapped[list[dict[str, str]]] = mapped_column(JSON, doc="取值对照")


class ImportRow(ImportRun, Base):
    """An import of an old system's tickets."""

    __tablename__ = "ticket_imports"
    __table_args__ = (Index(None, "updated_at", "id"),)

    mapping: Mapped[str | None] = mapped_column(String(26), doc="导入对照")


class ImportFaultRow(ImportFaultLine, Base):
    """What is wrong in a row of an import's file."""

    __tablename__ = "ticket_import_faults"

    detail: Mapped[str] = mapped_column(EncryptedText, doc="错误（已加密）")


class TicketPastRow(Base):
    """What had happened with a ticket in an old system."""

    __tablename__ = "ticket_past"
    __table_args__ = (Index(None, "ticket", "at", "id"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, doc="编号")
    ticket: Mapped[str] = mapped_column(String(26), doc="工单")
    at: Mapped[datetime] = mapped_column(doc="时间")
    title: Mapped[str] = mapped_column(String(80), doc="事项")
    text: Mapped[str] = mapped_column(Text, doc="内容")


class TicketCategoryRow(TreeRecord, Base):
    """What requests are about: a tree."""

    __tablename__ = "ticket_categories"
    __table_args__ = (
        Index(None, "path", "id"),
        Index(None, "updated_at", "id"),
        Index(None, "initials"),
        Index(None, "parent", "place"),
        Index(None, "line"),
    )


class CatalogueRow(Record, Base):
    """Whose business a category is in a region (派单目录), and by which legal ground."""

    __tablename__ = "ticket_catalogue"
    __table_args__ = (Index(None, "category", "place"), Index(None, "updated_at", "id"))

    category: Mapped[str] = mapped_column(String(26), doc="诉求分类")
    place: Mapped[str] = mapped_column(String(6), doc="事发地区划")
    unit: Mapped[str] = mapped_column(String(40), doc="主办单位")
    assisting: Mapped[list[str]] = mapped_column(JSON, doc="协办单位")
    ground: Mapped[str] = mapped_column(String(500), doc="职责依据")


class LimitsRow(Record, Base):
    """How long, how often and by which evidence, for tickets of a type in a region; empty: as without it."""

    __tablename__ = "ticket_limits"
    __table_args__ = (Index(None, "updated_at", "id"),)

    type: Mapped[str] = mapped_column(String(20), doc="诉求类型")
    place: Mapped[str] = mapped_column(String(6), doc="地区")
    title_most: Mapped[int | None] = mapped_column(doc="标题最长")
    answer_least: Mapped[int | None] = mapped_column(doc="答复最短")
    direct_least: Mapped[int | None] = mapped_column(doc="直接答复最短")
    extensions: Mapped[int | None] = mapped_column(doc="延时次数")
    extension_days: Mapped[int | None] = mapped_column(doc="每次延时（工作日）")
    bounces: Mapped[int | None] = mapped_column(doc="退单几次后转疑难")
    moves: Mapped[int | None] = mapped_column(doc="交办几次后转疑难")
    redos: Mapped[int | None] = mapped_column(doc="重办次数")
    revisit_calls: Mapped[int | None] = mapped_column(doc="回访拨打次数")
    reminders: Mapped[int | None] = mapped_column(doc="每日催单次数")
    unit_calls: Mapped[int | None] = mapped_column(doc="承办单位每日联系市民次数")
    evidence: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True), doc="办结依据")
    grounds: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True), doc="直接答复的依据")


class KnownEventRow(Record, Base):
    """What many call about at once (突发事件): one answer for all of them."""

    __tablename__ = "ticket_events"
    __table_args__ = (Index(None, "closed_at", "until"), Index(None, "updated_at", "id"))

    title: Mapped[str] = mapped_column(String(100), doc="名称")
    content: Mapped[str] = mapped_column(Text, doc="情况")
    place: Mapped[str] = mapped_column(String(6), doc="影响地区")
    address: Mapped[str] = mapped_column(String(200), doc="影响范围")
    category: Mapped[str | None] = mapped_column(String(26), doc="诉求分类")
    answer: Mapped[str] = mapped_column(Text, doc="答复口径")
    spoken: Mapped[str] = mapped_column(String(300), doc="语音播报")
    until: Mapped[datetime | None] = mapped_column(doc="预计恢复时间")
    closed_at: Mapped[datetime | None] = mapped_column(doc="结束时间")
    closed_name: Mapped[str] = mapped_column(String(80), doc="结束人")
    result: Mapped[str] = mapped_column(Text, doc="统一答复")
