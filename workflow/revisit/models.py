"""Tables of strategies and plans, of revisits, and of each attempt."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, Index, String, false, text
from sqlalchemy.orm import Mapped, mapped_column

from cti.office.records import Record
from cti.store.columns import Base, BlindIndex, EncryptedText, Owned

IS_OPEN = text("removed_at IS NULL AND state IN ('waiting', 'dialling', 'talking', 'proposed', 'human')")
"""A ticket is revisited once at a time, whatever plans want it."""


class StrategyRow(Record, Base):
    """How citizens are called back: language, hours, repeats, lines, and whose word a result needs."""

    __tablename__ = "revisit_strategies"
    __table_args__ = (Index(None, "updated_at", "id"), Index(None, "organisation", "title"))

    title: Mapped[str] = mapped_column(String(80), doc="名称")
    language: Mapped[str] = mapped_column(String(8), doc="回访语种")
    calendar: Mapped[str] = mapped_column(String(40), doc="工作时间")
    lines: Mapped[int] = mapped_column(doc="工作时间同时通话数")
    rest_calendar: Mapped[str] = mapped_column(String(40), doc="非工作时间可拨打的时段，空为不拨打")
    rest_lines: Mapped[int] = mapped_column(doc="非工作时间同时通话数")
    a_minute: Mapped[int] = mapped_column(doc="每分钟最多拨打")
    ring: Mapped[int] = mapped_column(doc="振铃秒数")
    attempts: Mapped[int] = mapped_column(doc="最多拨打次数")
    busy_minutes: Mapped[int] = mapped_column(doc="占线后几分钟再拨")
    no_answer_minutes: Mapped[int] = mapped_column(doc="无人接听后几分钟再拨")
    other_minutes: Mapped[int] = mapped_column(doc="其他失败后几分钟再拨")
    shown: Mapped[str] = mapped_column(String(24), doc="外显号码，空为默认")
    accepts: Mapped[str] = mapped_column(String(8), doc="结果的采用")
    unreached: Mapped[str] = mapped_column(String(8), doc="多次未接通")
    by_sms: Mapped[bool] = mapped_column(Boolean, server_default=false(), doc="多次未接通后发送短信链接")


class PlanRow(Record, Base):
    """Which tickets are revisited by which flow, when; those that it took are `RevisitRow`s."""

    __tablename__ = "revisit_plans"
    __table_args__ = (Index(None, "updated_at", "id"), Index(None, "state", "updated_at", "id"))

    title: Mapped[str] = mapped_column(String(80), doc="名称")
    strategy: Mapped[str] = mapped_column(String(26), doc="回访策略")
    flow: Mapped[str] = mapped_column(String(60), doc="故事板")
    begins_at: Mapped[datetime] = mapped_column(doc="开始时间")
    ends_at: Mapped[datetime] = mapped_column(doc="结束时间")
    type: Mapped[str] = mapped_column(String(20), doc="诉求类型，空为全部")
    channel: Mapped[str] = mapped_column(String(20), doc="受理来源，空为全部")
    category: Mapped[str] = mapped_column(String(26), doc="诉求分类，空为全部")
    lead: Mapped[str] = mapped_column(String(40), doc="主办单位，空为全部")
    since_days: Mapped[int] = mapped_column(doc="最近几天登记的工单")
    human_share: Mapped[int] = mapped_column(doc="人工回访比例（%）")
    started_by: Mapped[str] = mapped_column(String(26), doc="开始人：按其查看范围取工单")
    state: Mapped[str] = mapped_column(String(12), default="draft", doc="状态")


class RevisitRow(Record, Base):
    """The revisit of a ticket, and what came of it. `attempt` is the last one, which is its call."""

    __tablename__ = "revisits"
    __table_args__ = (
        Index(None, "updated_at", "id"),
        Index(None, "plan", "state", "due_at", "id"),
        Index(None, "plan", "ticket"),
        Index(None, "state", "updated_at", "id"),
        Index(None, "satisfaction", "updated_at", "id"),
        Index(None, "medium", "updated_at", "id"),
        Index(None, "last_at", "id"),
        Index(None, "attempt"),
        Index("uq_revisits_open", "ticket", unique=True, sqlite_where=IS_OPEN, postgresql_where=IS_OPEN),
        Index(None, "number_index"),
        Index(None, "number_last_four"),
    )

    plan: Mapped[str] = mapped_column(String(26), doc="回访计划")
    ticket: Mapped[str] = mapped_column(String(26), doc="工单")
    ticket_number: Mapped[str] = mapped_column(String(40), doc="工单编号")
    about: Mapped[str] = mapped_column(String(200), doc="诉求标题")
    number: Mapped[str] = mapped_column(EncryptedText, doc="联系电话")
    number_index: Mapped[str] = mapped_column(BlindIndex, doc="联系电话索引")
    number_last_four: Mapped[str] = mapped_column(BlindIndex(last_four=True), doc="联系电话后四位索引")
    name: Mapped[str] = mapped_column(String(80), doc="诉求人")
    gender: Mapped[str] = mapped_column(String(8), doc="性别")
    by_human: Mapped[bool] = mapped_column(Boolean, doc="按计划的比例由人工回访")
    state: Mapped[str] = mapped_column(String(12), doc="状态")
    attempts: Mapped[int] = mapped_column(doc="已拨次数")
    due_at: Mapped[datetime] = mapped_column(doc="下次拨打")
    last_at: Mapped[datetime | None] = mapped_column(doc="最近拨打")
    result: Mapped[str] = mapped_column(String(16), doc="最近一次拨打")
    attempt: Mapped[str] = mapped_column(String(26), doc="最近通话")
    outcome: Mapped[str] = mapped_column(String(16), doc="通话结果")
    medium: Mapped[str] = mapped_column(String(8), server_default="", doc="答复渠道")
    solved: Mapped[str] = mapped_column(String(8), doc="是否解决")
    satisfaction: Mapped[str] = mapped_column(String(12), doc="对办理结果")
    hotline: Mapped[str] = mapped_column(String(12), doc="对热线服务")
    why: Mapped[str] = mapped_column(String(12), doc="不满意原因")
    reason: Mapped[str] = mapped_column(EncryptedText, doc="市民原话（已加密）")
    said: Mapped[str] = mapped_column(EncryptedText, doc="通话文字（JSON，已加密）")
    verified_by: Mapped[str] = mapped_column(String(40), doc="核实人")
    verified_at: Mapped[datetime | None] = mapped_column(doc="核实时间")
    note: Mapped[str] = mapped_column(String(500), doc="备注")


class RevisitAttemptRow(Owned, Base):
    """A citizen was dialled, or is about to be: written before the dial, so that nothing dials him twice for it."""

    __tablename__ = "revisit_attempts"
    __table_args__ = (Index(None, "revisit", "at", "id"), Index(None, "plan", "at"))

    id: Mapped[str] = mapped_column(String(26), primary_key=True, doc="编号，也是通话编号")
    revisit: Mapped[str] = mapped_column(String(26), doc="回访")
    plan: Mapped[str] = mapped_column(String(26), doc="回访计划")
    at: Mapped[datetime] = mapped_column(doc="拨打时间")
    result: Mapped[str] = mapped_column(String(16), doc="拨打结果")
    outcome: Mapped[str] = mapped_column(String(16), doc="通话结果")


class LinkRow(Owned, Base):
    """A link that was sent: `key` is a keyed hash of its secret, `number` the one that it was sent to."""

    __tablename__ = "revisit_links"
    __table_args__ = (Index(None, "key", unique=True), Index(None, "revisit"))

    id: Mapped[str] = mapped_column(String(26), primary_key=True, doc="编号")
    revisit: Mapped[str] = mapped_column(String(26), doc="回访")
    key: Mapped[str] = mapped_column(String(64), doc="链接的摘要")
    number: Mapped[str] = mapped_column(EncryptedText, doc="接收号码")
    sent_at: Mapped[datetime] = mapped_column(doc="发送时间")
    until: Mapped[datetime] = mapped_column(doc="失效时间")
    used_at: Mapped[datetime | None] = mapped_column(doc="填写时间")
