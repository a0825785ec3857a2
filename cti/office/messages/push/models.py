"""Tables: browsers that are told something while the console is closed, and what is on its way to them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from cti.store.columns import Base, BlindIndex, EncryptedText

ENDPOINT = "push"
"""The kind of blind indexes of addresses."""


class PushDeviceRow(Base):
    """A browser of somebody's. Whoever has its address and keys could tell it something."""

    __tablename__ = "push_devices"
    __table_args__ = (Index(None, "endpoint_index", unique=True), Index(None, "person", "created_at"))

    id: Mapped[str] = mapped_column(String(26), primary_key=True, doc="编号")
    person: Mapped[str] = mapped_column(String(26), doc="人员编号")
    endpoint: Mapped[str] = mapped_column(EncryptedText, doc="推送地址（已加密）")
    endpoint_index: Mapped[str] = mapped_column(BlindIndex(ENDPOINT), doc="推送地址索引")
    key: Mapped[str] = mapped_column(EncryptedText, doc="浏览器公钥（已加密）")
    secret: Mapped[str] = mapped_column(EncryptedText, doc="共享密钥（已加密）")
    created_at: Mapped[datetime] = mapped_column(doc="登记时间")


class PushLetterRow(Base):
    """What is on its way to a browser; gone when it was sent, or is too late."""

    __tablename__ = "push_letters"
    __table_args__ = (Index(None, "state", "next_at"), Index(None, "device"))

    id: Mapped[str] = mapped_column(String(26), primary_key=True, doc="编号")
    device: Mapped[str] = mapped_column(String(26), doc="浏览器编号")
    message: Mapped[str] = mapped_column(String(26), doc="消息编号")
    title: Mapped[str] = mapped_column(EncryptedText, doc="标题（已加密）")
    link: Mapped[str] = mapped_column(String(200), doc="链接（控制台页面）")
    urgent: Mapped[bool] = mapped_column(doc="是否紧急")
    state: Mapped[str] = mapped_column(String(8), doc="状态")
    tries: Mapped[int] = mapped_column(doc="发送次数")
    created_at: Mapped[datetime] = mapped_column(doc="时间")
    next_at: Mapped[datetime] = mapped_column(doc="下次发送")
