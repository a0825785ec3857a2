"""Tables of codes that were sent, and of sessions. Both keep hashes alone of what opens them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from cti.store.columns import Base, BlindIndex, EncryptedText, Owned


class PublicCodeRow(Base):
    """The code that was sent to a number last: it opens one session, and how often it may be tried is counted."""

    __tablename__ = "public_codes"

    key: Mapped[str] = mapped_column(String(32), primary_key=True, doc="手机号码摘要")
    code_hash: Mapped[str] = mapped_column(String(64), doc="验证码摘要；空为已用")
    tries: Mapped[int] = mapped_column(doc="输错次数")
    sent_at: Mapped[datetime] = mapped_column(doc="发送时间")
    day: Mapped[str] = mapped_column(String(10), doc="计数日期")
    sent: Mapped[int] = mapped_column(doc="当日发送次数")


class PublicHolderRow(Base):
    """Since when a number is the same person's, as far as the site knows, and when he showed last that it is his."""

    __tablename__ = "public_holders"

    # The index itself: a key that is hashed when it is bound would be hashed again by each change of its row.
    number_index: Mapped[str] = mapped_column(String(32), primary_key=True, doc="手机号码索引")
    held_since: Mapped[datetime] = mapped_column(doc="持有号码的起始时间")
    proved_at: Mapped[datetime] = mapped_column(doc="最近一次短信验证时间")


class PublicSessionRow(Owned, Base):
    """A citizen's session, open from `created_at` until it is ended, unused for long, or over."""

    __tablename__ = "public_sessions"
    __table_args__ = (
        Index(None, "token_hash", unique=True),
        Index(None, "created_at", "id"),
        Index(None, "number_index", "created_at"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True, doc="编号")
    token_hash: Mapped[str] = mapped_column(String(64), doc="会话令牌摘要")
    number: Mapped[str] = mapped_column(EncryptedText, doc="手机号码（已加密）")
    number_index: Mapped[str] = mapped_column(BlindIndex, doc="手机号码索引")
    browser_hash: Mapped[str] = mapped_column(String(64), doc="浏览器摘要")
    address: Mapped[str] = mapped_column(String(45), doc="网络地址")
    created_at: Mapped[datetime] = mapped_column(doc="登录时间")
    seen_at: Mapped[datetime] = mapped_column(doc="最近使用")
    ended_at: Mapped[datetime | None] = mapped_column(doc="结束时间")
