"""The tables of numbers, trunks and classes of dialling."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from cti.office.records import Record
from cti.store.columns import Base, EncryptedText


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
