"""The core's tables: events, kept states, calls, the switch's own CDRs, recordings."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from cti.store.columns import Base, BlindIndex, EncryptedText, Owned

Sequence = BigInteger().with_variant(Integer, "sqlite")
"""SQLite makes row ids for INTEGER only."""


class EventRow(Base):
    """The journal: what happened, in order. `data` is JSON; telephone numbers in it are sealed."""

    __tablename__ = "events"
    __table_args__ = (Index(None, "call"), {"sqlite_autoincrement": True})

    sequence: Mapped[int] = mapped_column(Sequence, primary_key=True, autoincrement=True, doc="序号")
    at: Mapped[datetime] = mapped_column(doc="发生时间")
    type: Mapped[str] = mapped_column(String(60), doc="事件类型")
    call: Mapped[str | None] = mapped_column(String(26), doc="来电编号")
    organisation: Mapped[str] = mapped_column(String(40), doc="所属机构")
    region: Mapped[str] = mapped_column(String(6), doc="行政区划代码")
    data: Mapped[str] = mapped_column(Text, doc="事件内容（JSON，号码已加密）")


class StateRow(Base):
    """Small states that outlive the engine (`Journal.put`): one JSON value a kind and key."""

    __tablename__ = "states"

    kind: Mapped[str] = mapped_column(String(40), primary_key=True, doc="类别")
    key: Mapped[str] = mapped_column(String(120), primary_key=True, doc="键")
    data: Mapped[str] = mapped_column(Text, doc="内容（JSON）")


class CallRow(Owned, Base):
    """A call. `data` is the sealed JSON of the whole `cti.base.call.Call`; the other columns are for finding and lists.

    `wait_seconds` and `talk_seconds` are sums over all queues and talks of the call.
    """

    __tablename__ = "calls"
    __table_args__ = (
        Index(None, "arrived_at"),
        Index(None, "organisation", "arrived_at"),
        Index(None, "caller_index", "arrived_at"),
        Index(None, "caller_last_four", "arrived_at"),
        Index("ix_calls_open", "id", sqlite_where=text("ended_at IS NULL"), postgresql_where=text("ended_at IS NULL")),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True, doc="来电编号")
    switch: Mapped[str] = mapped_column(String(40), doc="交换机")
    trunk: Mapped[str] = mapped_column(String(40), doc="中继")
    caller: Mapped[str] = mapped_column(EncryptedText, doc="来电号码")
    caller_kind: Mapped[str] = mapped_column(String(16), doc="来电号码类型")
    caller_index: Mapped[str] = mapped_column(BlindIndex, doc="来电号码索引")
    caller_last_four: Mapped[str] = mapped_column(BlindIndex(last_four=True), doc="来电号码后四位索引")
    called: Mapped[str] = mapped_column(String(40), doc="被叫号码")
    state: Mapped[str] = mapped_column(String(16), doc="状态")
    arrived_at: Mapped[datetime] = mapped_column(doc="来电时间")
    answered_at: Mapped[datetime | None] = mapped_column(doc="接听时间")
    ended_at: Mapped[datetime | None] = mapped_column(doc="结束时间")
    reason: Mapped[str] = mapped_column(String(24), doc="结束原因")
    queue: Mapped[str] = mapped_column(String(40), doc="最后排队队列")
    agents: Mapped[list[str]] = mapped_column(JSON, doc="接听座席工号")
    recordings: Mapped[list[str]] = mapped_column(JSON, doc="录音编号")
    wait_seconds: Mapped[float] = mapped_column(server_default="0", doc="排队秒数")
    talk_seconds: Mapped[float] = mapped_column(server_default="0", doc="通话秒数")
    satisfaction: Mapped[str] = mapped_column(String(16), doc="满意度")
    score: Mapped[int | None] = mapped_column(doc="满意度分值")
    outgoing: Mapped[bool] = mapped_column(server_default=text("false"), doc="由热线呼出")
    data: Mapped[str] = mapped_column(EncryptedText, doc="来电全部内容（JSON，已加密）")


class CallName(Base):
    """Which agents and queues a call had, and what else it is found by: `kind` is agent, queue or quality.

    Ids of calls grow with time.
    """

    __tablename__ = "call_names"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 # SQLAlchemy's own protocol

    kind: Mapped[str] = mapped_column(String(8), primary_key=True, doc="类别：座席、队列或通话质量")
    name: Mapped[str] = mapped_column(String(40), primary_key=True, doc="工号、队列名或 bad")
    call: Mapped[str] = mapped_column(String(26), primary_key=True, doc="来电编号")


class SwitchCdr(Base):
    """A line of the switch's own CDR: what it says of a leg, for calls that ended without us and for disputes.

    `unique` is the switch's id of the record; `data` has the fields as the switch wrote them, sealed.
    """

    __tablename__ = "switch_cdrs"
    __table_args__ = (Index(None, "call"),)

    switch: Mapped[str] = mapped_column(String(40), primary_key=True, doc="交换机")
    unique: Mapped[str] = mapped_column(String(80), primary_key=True, doc="交换机记录编号")
    call: Mapped[str | None] = mapped_column(String(26), doc="来电编号")
    leg: Mapped[str] = mapped_column(String(80), doc="通道")
    started_at: Mapped[datetime] = mapped_column(doc="开始时间")
    answered_at: Mapped[datetime | None] = mapped_column(doc="接听时间")
    ended_at: Mapped[datetime | None] = mapped_column(doc="结束时间")
    seconds: Mapped[float] = mapped_column(doc="秒数")
    disposition: Mapped[str] = mapped_column(String(24), doc="结果")
    cause: Mapped[int | None] = mapped_column(doc="挂断原因代码")
    data: Mapped[str] = mapped_column(EncryptedText, doc="交换机原始话单（已加密）")


class RecordingRow(Owned, Base):
    """A recording of a talk, or (`kind` is voicemail) of a message that somebody left.

    `path` is relative to the recordings' folder, or its name in S3 where `place` says so; `state` is the recorder's.
    `sha256` is of the sound, `proof` the entry of the audit that has it (-1: not yet; 0: there is none), and `fault`
    what the last look at it found: missing, changed or key.
    """

    __tablename__ = "recordings"
    __table_args__ = (
        Index(None, "call", "id"),
        Index(None, "state"),
        Index(None, "started_at"),
        Index(None, "proof"),
        Index(None, "fault"),
        Index(None, "verified_at", "id"),
        Index(None, "place", "id"),
        Index(None, "organisation", "started_at", "id"),
        Index(None, "agent", "started_at", "id"),
        Index(None, "kind", "started_at", "id"),
        Index(None, "seconds", "id"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True, doc="录音编号")
    call: Mapped[str] = mapped_column(String(26), doc="来电编号")
    agent: Mapped[str] = mapped_column(String(16), doc="座席工号")
    leg: Mapped[str] = mapped_column(String(80), doc="通道")
    kind: Mapped[str] = mapped_column(String(12), server_default="talk", doc="类型")
    path: Mapped[str] = mapped_column(String(255), doc="文件路径")
    started_at: Mapped[datetime] = mapped_column(doc="开始时间")
    seconds: Mapped[float | None] = mapped_column(doc="秒数")
    bytes: Mapped[int | None] = mapped_column(BigInteger, doc="字节数")
    channels: Mapped[int] = mapped_column(server_default="2", doc="声道数")
    state: Mapped[str] = mapped_column(String(16), doc="状态")
    repaired: Mapped[bool] = mapped_column(server_default=text("false"), doc="是否经修复")
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, server_default="{}", doc="补充信息（JSON）")
    key: Mapped[str] = mapped_column(String(200), server_default="", doc="录音密钥（已加密）")
    sha256: Mapped[str] = mapped_column(String(64), server_default="", doc="录音内容 SHA-256")
    place: Mapped[str] = mapped_column(String(10), server_default="local", doc="存储位置")
    proof: Mapped[int] = mapped_column(BigInteger, server_default="0", doc="审计条目序号")
    verified_at: Mapped[datetime | None] = mapped_column(doc="最近一次完整性核验时间")
    fault: Mapped[str] = mapped_column(String(16), server_default="", doc="核验发现的问题")
    held: Mapped[str] = mapped_column(String(200), server_default="", doc="保全原因（不清理）")


class RecordingFact(Base):
    """Something by which a recording is found: `key` queue, `value` general. Numbers stand as their blind indexes."""

    __tablename__ = "recording_facts"
    __table_args__ = (Index(None, "recording"), {"sqlite_with_rowid": False})

    key: Mapped[str] = mapped_column(String(24), primary_key=True, doc="项目")
    value: Mapped[str] = mapped_column(String(80), primary_key=True, doc="内容")
    recording: Mapped[str] = mapped_column(String(26), primary_key=True, doc="录音编号")


class EditRow(Base):
    """Who changed which columns of which row, without their values; see `cti.store.edits`."""

    __tablename__ = "edits"

    table: Mapped[str] = mapped_column(String(40), primary_key=True, doc="表名")
    key: Mapped[str] = mapped_column(String(120), primary_key=True, doc="记录主键")
    version: Mapped[int] = mapped_column(primary_key=True, doc="修改后的版本号")
    at: Mapped[datetime] = mapped_column(doc="修改时间")
    person: Mapped[str] = mapped_column(String(26), doc="修改人编号")
    name: Mapped[str] = mapped_column(String(40), doc="修改人姓名")
    fields: Mapped[list[str]] = mapped_column(JSON, doc="修改的字段")


class AnswerRow(Base):
    """Answers to requests with an idempotency key; see `cti.web.kept_answers`. One in progress has no `status`."""

    __tablename__ = "answers"
    __table_args__ = (Index(None, "begun_at"),)

    person: Mapped[str] = mapped_column(String(26), primary_key=True, doc="请求人编号")
    key: Mapped[str] = mapped_column(String(64), primary_key=True, doc="请求编号摘要")
    request: Mapped[str] = mapped_column(String(64), doc="请求内容摘要")
    begun_at: Mapped[datetime] = mapped_column(doc="请求时间")
    status: Mapped[int | None] = mapped_column(doc="应答状态码")
    body: Mapped[str | None] = mapped_column(EncryptedText, doc="应答内容（已加密）")
