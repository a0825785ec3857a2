"""Tables of campaigns, of whom they call, of each attempt, and of who wants no calls."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from cti.office.records import Record
from cti.store.columns import Base, BlindIndex, EncryptedText, Owned

STANDS = text("removed_at IS NULL")
"""A number stands once on a campaign's list."""


class CampaignRow(Record, Base):
    """Whom to call for what, how often and when; the people on its list are `TargetRow`s."""

    __tablename__ = "campaigns"
    __table_args__ = (
        Index(None, "updated_at", "id"),
        Index(None, "state", "updated_at", "id"),
        Index(None, "mode", "updated_at", "id"),
    )

    title: Mapped[str] = mapped_column(String(80), doc="名称")
    mode: Mapped[str] = mapped_column(String(12), doc="外呼方式")
    queue: Mapped[str] = mapped_column(String(60), doc="座席队列")
    calendar: Mapped[str] = mapped_column(String(40), doc="外呼时间")
    attempts: Mapped[int] = mapped_column(doc="最多拨打次数")
    busy_minutes: Mapped[int] = mapped_column(doc="占线后几分钟再拨")
    no_answer_minutes: Mapped[int] = mapped_column(doc="无人接听后几分钟再拨")
    other_minutes: Mapped[int] = mapped_column(doc="其他失败后几分钟再拨")
    script: Mapped[str] = mapped_column(Text, doc="话术")
    shown: Mapped[str] = mapped_column(String(24), default="", server_default="", doc="外显号码，空为默认")
    form: Mapped[str] = mapped_column(String(60), default="", server_default="", doc="问卷")
    state: Mapped[str] = mapped_column(String(12), default="draft", doc="状态")


class TargetRow(Record, Base):
    """Somebody on the list of a campaign. `attempt` is the one that is under way, `call` the last call."""

    __tablename__ = "campaign_targets"
    __table_args__ = (
        Index(None, "updated_at", "id"),
        Index(None, "campaign", "updated_at", "id"),
        Index(None, "state", "updated_at", "id"),
        Index(None, "code", "updated_at", "id"),
        Index(None, "campaign", "state", "due_at", "id"),
        Index(None, "last_at", "id"),
        Index(None, "due_at", "id"),
        Index(None, "agent", "state", "updated_at", "id"),
        Index(
            "uq_campaign_targets_number",
            "campaign",
            "number_index",
            unique=True,
            sqlite_where=STANDS,
            postgresql_where=STANDS,
        ),
        Index(None, "number_index"),
        Index(None, "number_last_four"),
        Index(None, "call"),
        Index(None, "attempt"),
    )

    campaign: Mapped[str] = mapped_column(String(26), doc="外呼活动")
    number: Mapped[str] = mapped_column(EncryptedText, doc="号码")
    number_index: Mapped[str] = mapped_column(BlindIndex, doc="号码索引")
    number_last_four: Mapped[str] = mapped_column(BlindIndex(last_four=True), doc="号码后四位索引")
    name: Mapped[str] = mapped_column(String(80), doc="姓名")
    about: Mapped[str] = mapped_column(String(1000), doc="说明")
    place: Mapped[str] = mapped_column(String(6), default="", server_default="", doc="所在区划")
    state: Mapped[str] = mapped_column(String(12), default="waiting", doc="状态")
    attempts: Mapped[int] = mapped_column(default=0, server_default="0", doc="已拨次数")
    due_at: Mapped[datetime] = mapped_column(doc="下次拨打")
    last_at: Mapped[datetime | None] = mapped_column(doc="最近拨打")
    result: Mapped[str] = mapped_column(String(16), default="", doc="最近结果")
    attempt: Mapped[str] = mapped_column(String(26), default="", doc="本次拨打")
    call: Mapped[str] = mapped_column(String(26), default="", doc="最近通话")
    agent: Mapped[str] = mapped_column(String(26), default="", doc="座席编号")
    agent_name: Mapped[str] = mapped_column(String(40), default="", doc="座席")
    code: Mapped[str] = mapped_column(String(16), default="", doc="外呼结果")
    note: Mapped[str] = mapped_column(String(500), default="", doc="备注")
    answers: Mapped[str | None] = mapped_column(EncryptedText, doc="问卷内容（JSON，已加密）")


class SourceRow(Record, Base):
    """Where a campaign's list comes from: the filters of a list of `records`. `added` counts all who came by it."""

    __tablename__ = "campaign_sources"
    __table_args__ = (Index(None, "campaign", "updated_at", "id"),)

    campaign: Mapped[str] = mapped_column(String(26), doc="外呼活动")
    title: Mapped[str] = mapped_column(String(120), doc="名称")
    records: Mapped[str] = mapped_column(String(60), doc="业务类型")
    filters: Mapped[dict[str, str]] = mapped_column(JSON, doc="筛选条件")
    matched: Mapped[int] = mapped_column(doc="上次符合条件的条数")
    added: Mapped[int] = mapped_column(doc="累计加入人数")
    taken_at: Mapped[datetime | None] = mapped_column(doc="最近加入时间")


class AttemptRow(Owned, Base):
    """A citizen was dialled, or is about to be: written before the dial, so that nothing dials him twice for it."""

    __tablename__ = "campaign_attempts"
    __table_args__ = (
        Index(None, "target", "at", "id"),
        Index(None, "campaign", "at", "id"),
        Index(None, "number_index", "at"),
        Index(None, "at", "id"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True, doc="编号")
    campaign: Mapped[str] = mapped_column(String(26), doc="外呼活动")
    target: Mapped[str] = mapped_column(String(26), doc="外呼对象")
    number_index: Mapped[str] = mapped_column(BlindIndex, doc="号码索引")
    at: Mapped[datetime] = mapped_column(doc="拨打时间")
    agent_name: Mapped[str] = mapped_column(String(40), default="", doc="座席")
    call: Mapped[str] = mapped_column(String(26), default="", doc="通话")
    result: Mapped[str] = mapped_column(String(16), default="", doc="结果")


class DoNotCallRow(Record, Base):
    """Somebody who wants no calls from campaigns."""

    __tablename__ = "campaign_do_not_call"
    __table_args__ = (Index(None, "updated_at", "id"), Index(None, "number_index"), Index(None, "number_last_four"))

    number: Mapped[str] = mapped_column(EncryptedText, doc="号码")
    number_index: Mapped[str] = mapped_column(BlindIndex, doc="号码索引")
    number_last_four: Mapped[str] = mapped_column(BlindIndex(last_four=True), doc="号码后四位索引")
    reason: Mapped[str] = mapped_column(String(200), doc="原因")
