"""The tables of numbers, trunks and classes of dialling."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from cti.office.records import Record
from cti.store.columns import Base, EncryptedText, Owned


class NumberRow(Record, Base):
    """A number that citizens call. It is public, so it lies open."""

    __tablename__ = "line_numbers"
    __table_args__ = (Index(None, "updated_at", "id"), Index(None, "number", "id"))

    number: Mapped[str] = mapped_column(String(32), doc="接入号码")
    title: Mapped[str] = mapped_column(String(80), doc="名称")
    flow: Mapped[str] = mapped_column(String(40), doc="语音流程")
    area: Mapped[str] = mapped_column(String(4), doc="区号")
    language: Mapped[str] = mapped_column(String(8), doc="语言")
    enabled: Mapped[bool] = mapped_column(doc="启用")
    origin: Mapped[str] = mapped_column(String(8), doc="来源：file 设置文件，page 页面")


class TrunkRow(Record, Base):
    """A carrier's line. Its registration secret is sealed."""

    __tablename__ = "line_trunks"
    __table_args__ = (Index(None, "updated_at", "id"), Index(None, "place", "id"), Index(None, "name", "id"))

    name: Mapped[str] = mapped_column(String(32), doc="标识")
    title: Mapped[str] = mapped_column(String(80), doc="名称")
    peers: Mapped[list[str]] = mapped_column(JSON, doc="来电地址")
    host: Mapped[str] = mapped_column(String(255), doc="对端地址")
    port: Mapped[int] = mapped_column(doc="对端端口")
    register_user: Mapped[str] = mapped_column(String(64), doc="注册账号")
    secret: Mapped[str] = mapped_column(EncryptedText, doc="注册密码")
    channels: Mapped[int] = mapped_column(doc="外呼通道数")
    per_second: Mapped[float] = mapped_column(doc="每秒外呼数")
    prefix: Mapped[str] = mapped_column(String(6), doc="外呼前缀")
    caller_ids: Mapped[list[dict[str, Any]]] = mapped_column(JSON, doc="外显号码")
    emergency: Mapped[bool] = mapped_column(doc="承载紧急号码")
    place: Mapped[int] = mapped_column(doc="次序")
    enabled: Mapped[bool] = mapped_column(doc="启用")
    origin: Mapped[str] = mapped_column(String(8), doc="来源：file 设置文件，page 页面")


class DialClassRow(Record, Base):
    """How far people with a role may dial."""

    __tablename__ = "line_dial_classes"
    __table_args__ = (Index(None, "updated_at", "id"), Index(None, "role", "id"))

    role: Mapped[str] = mapped_column(String(40), doc="角色")
    furthest: Mapped[str] = mapped_column(String(16), doc="最远可拨")


class DepartmentRow(Record, Base):
    """A department's line, which agents call into a talk. Its number is the office's, so it lies open."""

    __tablename__ = "line_departments"
    __table_args__ = (Index(None, "updated_at", "id"), Index(None, "title", "id"))

    title: Mapped[str] = mapped_column(String(40), doc="部门")
    number: Mapped[str] = mapped_column(String(32), doc="专线号码")
    note: Mapped[str] = mapped_column(String(200), doc="说明")
    enabled: Mapped[bool] = mapped_column(doc="启用")


class MeasuredRow(Owned, Base):
    """How the sound of one leg of a call was; kept for a while, see `QualitySettings`."""

    __tablename__ = "line_measured"
    __table_args__ = (
        Index(None, "call", "leg", unique=True),
        Index(None, "at", "id"),
        Index(None, "bad", "at", "id"),
        Index(None, "line", "at", "id"),
        Index(None, "agent", "at", "id"),
        Index(None, "network", "at", "id"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True, doc="编号")
    call: Mapped[str] = mapped_column(String(26), doc="通话编号")
    leg: Mapped[str] = mapped_column(String(64), doc="线路段")
    at: Mapped[datetime] = mapped_column(doc="结束时间")
    party: Mapped[str] = mapped_column(String(12), doc="通话方")
    line: Mapped[str] = mapped_column(String(64), doc="中继或话机")
    agent: Mapped[str] = mapped_column(String(16), doc="工号")
    far: Mapped[str] = mapped_column(String(45), doc="对端地址")
    network: Mapped[str] = mapped_column(String(50), doc="网段")
    codec: Mapped[str] = mapped_column(String(16), doc="编码")
    packets: Mapped[int] = mapped_column(doc="收到的语音包")
    mos: Mapped[float] = mapped_column(doc="评分（MOS）")
    loss: Mapped[float] = mapped_column(doc="收到方向丢包率")
    jitter: Mapped[float | None] = mapped_column(doc="收到方向抖动（秒）")
    far_loss: Mapped[float | None] = mapped_column(doc="发出方向丢包率")
    far_jitter: Mapped[float | None] = mapped_column(doc="发出方向抖动（秒）")
    round_trip: Mapped[float | None] = mapped_column(doc="往返时延（秒）")
    silent: Mapped[bool] = mapped_column(doc="没有收到声音")
    bad: Mapped[bool] = mapped_column(doc="质量差")


class MeasuredDayRow(Owned, Base):
    """How the legs of a line, an agent or a network were on a day; sums, so that days can be added."""

    __tablename__ = "line_measured_days"
    __table_args__ = (Index(None, "kind", "name", "day", "organisation", unique=True), Index(None, "day", "kind"))

    id: Mapped[str] = mapped_column(String(26), primary_key=True, doc="编号")
    day: Mapped[date] = mapped_column(doc="日期")
    kind: Mapped[str] = mapped_column(String(8), doc="对象：line 中继，agent 座席，network 网段")
    name: Mapped[str] = mapped_column(String(64), doc="名称")
    legs: Mapped[int] = mapped_column(doc="通话段数")
    bad: Mapped[int] = mapped_column(doc="质量差的段数")
    silent: Mapped[int] = mapped_column(doc="没有声音的段数")
    mos: Mapped[float] = mapped_column(doc="评分之和")
    loss: Mapped[float] = mapped_column(doc="两个方向较大丢包率之和")
    jitter: Mapped[float] = mapped_column(doc="最大抖动（秒）")
    round_trip: Mapped[float] = mapped_column(doc="最大往返时延（秒）")
