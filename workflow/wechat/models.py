"""Tables: readers of the account and whose number each is, what came and is not done yet, what goes out."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from cti.store.columns import Base, BlindIndex, EncryptedText, Owned

OPENID = "wechat"
"""The kind of blind indexes of readers' ids."""


class WechatReaderRow(Owned, Base):
    """A reader (openid). With a number he is bound to the portal's account of it."""

    __tablename__ = "wechat_readers"
    __table_args__ = (
        Index(None, "openid_index", unique=True),
        Index(None, "number_index"),
        Index(None, "bound_at", "id"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True, doc="编号")
    openid: Mapped[str] = mapped_column(EncryptedText, doc="微信用户标识（已加密）")
    openid_index: Mapped[str] = mapped_column(BlindIndex(OPENID), doc="微信用户标识索引")
    number: Mapped[str] = mapped_column(EncryptedText, doc="手机号码（已加密）")
    number_index: Mapped[str] = mapped_column(BlindIndex, doc="手机号码索引")
    follows: Mapped[bool] = mapped_column(doc="已关注")
    created_at: Mapped[datetime] = mapped_column(doc="首次来访")
    seen_at: Mapped[datetime] = mapped_column(doc="最近互动")
    bound_at: Mapped[datetime | None] = mapped_column(doc="绑定时间")


class WechatReceivedRow(Base):
    """What WeChat has told us: kept before it is answered, worked on afterwards, its words let go when that is done."""

    __tablename__ = "wechat_received"
    __table_args__ = (Index(None, "done_at", "at"), Index(None, "at"))

    id: Mapped[str] = mapped_column(String(40), primary_key=True, doc="消息编号摘要")
    at: Mapped[datetime] = mapped_column(doc="收到时间")
    told: Mapped[str] = mapped_column(EncryptedText, doc="内容（已加密）；处理后清空")
    tries: Mapped[int] = mapped_column(doc="处理次数")
    done_at: Mapped[datetime | None] = mapped_column(doc="处理时间")


class WechatTalkRow(Base):
    """A chat with a reader, and up to which of its messages he was sent them."""

    __tablename__ = "wechat_talks"
    __table_args__ = (Index(None, "over", "chat"),)

    chat: Mapped[str] = mapped_column(String(26), primary_key=True, doc="会话编号")
    openid: Mapped[str] = mapped_column(EncryptedText, doc="微信用户标识（已加密）")
    sent: Mapped[int] = mapped_column(doc="已发送到")
    over: Mapped[bool] = mapped_column(doc="已结束")


class WechatLetterRow(Base):
    """A template message on its way; `about` is a request's number."""

    __tablename__ = "wechat_letters"
    __table_args__ = (Index(None, "key", unique=True), Index(None, "state", "next_at"), Index(None, "created_at"))

    id: Mapped[str] = mapped_column(String(26), primary_key=True, doc="编号")
    key: Mapped[str] = mapped_column(String(40), doc="同一消息的标识")
    openid: Mapped[str] = mapped_column(EncryptedText, doc="微信用户标识（已加密）")
    kind: Mapped[str] = mapped_column(String(10), doc="种类")
    about: Mapped[str] = mapped_column(String(40), doc="工单编号")
    words: Mapped[str] = mapped_column(String(80), doc="进度")
    state: Mapped[str] = mapped_column(String(8), doc="状态")
    tries: Mapped[int] = mapped_column(doc="发送次数")
    created_at: Mapped[datetime] = mapped_column(doc="时间")
    next_at: Mapped[datetime] = mapped_column(doc="下次发送")
    last_error: Mapped[str] = mapped_column(String(200), doc="失败原因")
