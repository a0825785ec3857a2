"""Tables of what people are told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from cti.office.records.table import Record
from cti.store.columns import Base, BlindIndex, EncryptedText, Owned
from cti.store.edits import Versioned

UNREAD = text("read_at IS NULL")
OPEN = text("state IN ('waiting', 'sending')")


class MessageRow(Base):
    """What was told, once for all who got it. `key` names what it is about: what is told of that later replaces it."""

    __tablename__ = "messages"
    __table_args__ = (Index(None, "told_at", "id"), Index("uq_messages_key", "key", unique=True))

    id: Mapped[str] = mapped_column(String(26), primary_key=True, doc="消息编号")
    key: Mapped[str | None] = mapped_column(String(120), doc="去重键")
    kind: Mapped[str] = mapped_column(String(40), doc="类型")
    title: Mapped[str] = mapped_column(EncryptedText, doc="标题（已加密）")
    text: Mapped[str] = mapped_column(EncryptedText, doc="内容（已加密）")
    link: Mapped[str] = mapped_column(String(200), doc="链接（控制台页面）")
    urgency: Mapped[str] = mapped_column(String(8), doc="紧急程度")
    sender: Mapped[str] = mapped_column(String(40), doc="发送人姓名，系统消息为空")
    created_at: Mapped[datetime] = mapped_column(doc="创建时间")
    told_at: Mapped[datetime] = mapped_column(doc="最近一次告知时间")


class InboxRow(Base):
    """A message in somebody's inbox."""

    __tablename__ = "inbox"
    __table_args__ = (
        Index(None, "person", "at", "message"),
        Index(None, "message"),
        Index("ix_inbox_unread", "person", "at", "message", sqlite_where=UNREAD, postgresql_where=UNREAD),
    )

    person: Mapped[str] = mapped_column(String(26), primary_key=True, doc="收件人编号")
    message: Mapped[str] = mapped_column(ForeignKey("messages.id"), primary_key=True, doc="消息编号")
    kind: Mapped[str] = mapped_column(String(40), doc="类型")
    urgent: Mapped[bool] = mapped_column(doc="是否紧急")
    at: Mapped[datetime] = mapped_column(doc="送达时间")
    read_at: Mapped[datetime | None] = mapped_column(doc="阅读时间")


class DeliveryRow(Owned, Base):
    """A letter that goes, or went, out of the house by a channel, and what became of it.

    `state` is waiting, sending, sent, delivered, failed or dropped. `automatic` ones are counted against the limit of a
    record. `outline` is the text without the values that were filled in, for who may not see personal data; of a
    `secret` letter, such as a code, nobody sees more.
    """

    __tablename__ = "message_deliveries"
    __table_args__ = (
        Index("ix_message_deliveries_open", "channel", "urgent", "next_at", sqlite_where=OPEN, postgresql_where=OPEN),
        Index(None, "created_at", "id"),
        Index(None, "about", "created_at"),
        Index(None, "address_index", "created_at"),
        Index(None, "channel", "gateway_number"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True, doc="发送编号")
    carries: Mapped[str] = mapped_column(String(8), doc="方式（短信、邮件、群机器人）")
    channel: Mapped[str] = mapped_column(String(40), doc="渠道")
    address: Mapped[str] = mapped_column(EncryptedText, doc="接收地址（已加密）")
    address_index: Mapped[str] = mapped_column(BlindIndex(), doc="接收地址索引")
    subject: Mapped[str] = mapped_column(EncryptedText, doc="标题（已加密）")
    text: Mapped[str] = mapped_column(EncryptedText, doc="内容（已加密）")
    outline: Mapped[str] = mapped_column(String(500), doc="内容（不含填入的值）")
    secret: Mapped[bool] = mapped_column(default=False, doc="填入的值只有收件人可见")
    kind: Mapped[str] = mapped_column(String(40), doc="类型")
    template: Mapped[str] = mapped_column(String(60), doc="模板")
    person: Mapped[str | None] = mapped_column(String(26), doc="收件人编号，市民为空")
    about: Mapped[str] = mapped_column(String(80), doc="所属记录")
    sender: Mapped[str] = mapped_column(String(40), doc="发送人，自动发送为空")
    automatic: Mapped[bool] = mapped_column(doc="是否自动发送")
    urgent: Mapped[bool] = mapped_column(doc="是否紧急")
    state: Mapped[str] = mapped_column(String(10), doc="状态")
    tries: Mapped[int] = mapped_column(doc="已尝试次数")
    created_at: Mapped[datetime] = mapped_column(doc="创建时间")
    next_at: Mapped[datetime] = mapped_column(doc="下次发送时间；发送中为认定中断的时间")
    sent_at: Mapped[datetime | None] = mapped_column(doc="发出时间")
    ended_at: Mapped[datetime | None] = mapped_column(doc="结束时间")
    last_error: Mapped[str] = mapped_column(String(200), doc="最近一次错误")
    gateway_number: Mapped[str] = mapped_column(String(100), doc="网关编号")
    enclosed: Mapped[str] = mapped_column(String(100), default="", doc="附件（所属记录和文件编号）")
    parts: Mapped[int] = mapped_column(doc="条数")
    cost: Mapped[int] = mapped_column(doc="费用（厘）")


class ContactRow(Base):
    """Where and how somebody of the house wants to be told beyond the console."""

    __tablename__ = "message_contacts"

    person: Mapped[str] = mapped_column(String(26), primary_key=True, doc="人员编号")
    mobile: Mapped[str | None] = mapped_column(EncryptedText, doc="手机号（已加密）")
    mail: Mapped[str | None] = mapped_column(EncryptedText, doc="邮箱（已加密）")
    sms_from: Mapped[str] = mapped_column(String(8), doc="短信接收的最低紧急程度，off 为不接收")
    mail_from: Mapped[str] = mapped_column(String(8), doc="邮件接收的最低紧急程度，off 为不接收")
    quiet_from: Mapped[str] = mapped_column(String(5), doc="免打扰开始（时:分），空为无")
    quiet_until: Mapped[str] = mapped_column(String(5), doc="免打扰结束（时:分）")
    updated_at: Mapped[datetime] = mapped_column(doc="修改时间")


class TemplateRow(Versioned, Base):
    """A template as this city has it: another wording of a module's, or one of its own."""

    __tablename__ = "message_templates"

    name: Mapped[str] = mapped_column(String(60), primary_key=True, doc="模板标识")
    title: Mapped[str] = mapped_column(String(60), doc="名称")
    subject: Mapped[str] = mapped_column(String(120), doc="标题")
    text: Mapped[str] = mapped_column(String(2000), doc="内容")
    sms: Mapped[str] = mapped_column(String(500), doc="短信内容，空为同内容")
    updated_at: Mapped[datetime] = mapped_column(doc="修改时间")


class OptOutRow(Record, Base):
    """A number to which nothing is sent by itself any more."""

    __tablename__ = "message_opt_outs"
    __table_args__ = (Index(None, "updated_at", "id"), Index(None, "number_index"))

    number: Mapped[str] = mapped_column(EncryptedText, doc="号码（已加密）")
    number_index: Mapped[str] = mapped_column(BlindIndex(), doc="号码索引")
    reason: Mapped[str] = mapped_column(String(200), doc="原因")
