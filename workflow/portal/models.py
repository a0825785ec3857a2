"""Tables of what the site keeps for a citizen. His requests are tickets, his record is among the citizens'."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from cti.store.columns import Base, BlindIndex, EncryptedText, Owned


class PortalAccountRow(Owned, Base):
    """A citizen's account, by the number that he has shown to be his; `citizen` is his record."""

    __tablename__ = "portal_accounts"
    __table_args__ = (Index(None, "number_index", unique=True), Index(None, "citizen"))

    id: Mapped[str] = mapped_column(String(26), primary_key=True, doc="编号")
    number: Mapped[str] = mapped_column(EncryptedText, doc="手机号码（已加密）")
    number_index: Mapped[str] = mapped_column(BlindIndex, doc="手机号码索引")
    name: Mapped[str] = mapped_column(EncryptedText, doc="称呼（已加密）")
    citizen: Mapped[str] = mapped_column(String(26), doc="市民档案编号")
    created_at: Mapped[datetime] = mapped_column(doc="开户时间")
    agreed_at: Mapped[datetime] = mapped_column(doc="同意个人信息保护说明的时间")
    password: Mapped[str] = mapped_column(String(200), server_default="", doc="密码（argon2id），空为没有")


class PortalDraftRow(Base):
    """A request that an account has begun and not sent."""

    __tablename__ = "portal_drafts"

    account: Mapped[str] = mapped_column(String(26), primary_key=True, doc="账户")
    body: Mapped[str] = mapped_column(EncryptedText, doc="表单内容（JSON，已加密）")
    updated_at: Mapped[datetime] = mapped_column(doc="保存时间")


class PortalFavouriteRow(Base):
    """An article that an account has marked, with its title as it was then."""

    __tablename__ = "portal_favourites"
    __table_args__ = (Index(None, "account", "at", "article"),)

    account: Mapped[str] = mapped_column(String(26), primary_key=True, doc="账户")
    article: Mapped[str] = mapped_column(String(26), primary_key=True, doc="知识编号")
    title: Mapped[str] = mapped_column(String(200), doc="标题")
    at: Mapped[datetime] = mapped_column(doc="收藏时间")


class PortalMessageRow(Base):
    """That a request of an account came a step further."""

    __tablename__ = "portal_messages"
    __table_args__ = (Index(None, "account", "at", "id"), Index(None, "account", "read_at"))

    id: Mapped[str] = mapped_column(String(26), primary_key=True, doc="编号")
    account: Mapped[str] = mapped_column(String(26), doc="账户")
    number: Mapped[str] = mapped_column(String(40), doc="工单编号")
    words: Mapped[str] = mapped_column(String(80), doc="进度")
    at: Mapped[datetime] = mapped_column(doc="时间")
    read_at: Mapped[datetime | None] = mapped_column(doc="阅读时间")


class PortalFiguresRow(Base):
    """The hotline's figures as they were published on a day; `what` stands for what was chosen to be public."""

    __tablename__ = "portal_figures"

    day: Mapped[str] = mapped_column(String(10), primary_key=True, doc="日期")
    what: Mapped[str] = mapped_column(String(16), primary_key=True, doc="公开内容摘要")
    body: Mapped[str] = mapped_column(Text, doc="公布的数据（JSON）")
    at: Mapped[datetime] = mapped_column(doc="统计时间")


class PortalIdentityRow(Base):
    """That somebody of the unified sign-in is whose account this is; `key` is a keyed hash of who he is there."""

    __tablename__ = "portal_identities"
    __table_args__ = (Index(None, "account", unique=True),)

    key: Mapped[str] = mapped_column(String(64), primary_key=True, doc="统一身份摘要")
    account: Mapped[str] = mapped_column(String(26), doc="账户")
    at: Mapped[datetime] = mapped_column(doc="绑定时间")
    name: Mapped[str | None] = mapped_column(EncryptedText, doc="实名姓名（已加密），空为没有告知")
