"""The table of what is said to other systems and what they tell us."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from cti.store.columns import Base, EncryptedText, Owned

OPEN = text("state IN ('waiting', 'working')")


class ConnectorCallRow(Owned, Base):
    """A call of another system (`direction` out), or something that it told us (in), and what became of it.

    `key` names it once for its connector and direction: what comes or is said a second time under it is the same.
    """

    __tablename__ = "connector_calls"
    __table_args__ = (
        UniqueConstraint("connector", "direction", "key"),
        Index(
            "ix_connector_calls_open", "connector", "direction", "next_at", "id", sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
        Index(None, "created_at", "id"),
        Index(None, "about", "created_at"),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(String(26), primary_key=True, doc="调用编号")
    connector: Mapped[str] = mapped_column(String(60), doc="连接器")
    direction: Mapped[str] = mapped_column(String(3), doc="方向（out 发出、in 收到）")
    key: Mapped[str] = mapped_column(String(120), doc="去重键")
    verb: Mapped[str] = mapped_column(String(60), doc="操作")
    about: Mapped[str] = mapped_column(String(80), doc="所属记录")
    fields: Mapped[str] = mapped_column(EncryptedText, doc="内容（JSON，已加密）")
    sender: Mapped[str] = mapped_column(String(40), doc="发起人，自动发出为空")
    state: Mapped[str] = mapped_column(String(10), doc="状态")
    tries: Mapped[int] = mapped_column(doc="已尝试次数")
    created_at: Mapped[datetime] = mapped_column(doc="创建时间")
    next_at: Mapped[datetime] = mapped_column(doc="下次处理时间；处理中为认定中断的时间")
    ended_at: Mapped[datetime | None] = mapped_column(doc="结束时间")
    status: Mapped[int] = mapped_column(doc="对方应答的状态码，0 为没有应答")
    milliseconds: Mapped[int] = mapped_column(doc="最近一次用时（毫秒）")
    answer: Mapped[str] = mapped_column(EncryptedText, doc="对方应答（已加密）")
    last_error: Mapped[str] = mapped_column(String(200), doc="最近一次错误")
    repeats: Mapped[str] = mapped_column(String(26), doc="重发自哪次调用，空为不是重发")


class ConnectorReadingRow(Owned, Base):
    """A number that another system knew of a period; `at` is its beginning, `day` the same in the house's time zone."""

    __tablename__ = "connector_readings"
    __table_args__ = (Index(None, "at"),)

    connector: Mapped[str] = mapped_column(String(60), primary_key=True, doc="连接器")
    reading: Mapped[str] = mapped_column(String(60), primary_key=True, doc="读数")
    day: Mapped[str] = mapped_column(String(10), primary_key=True, doc="统计期首日")
    at: Mapped[datetime] = mapped_column(doc="统计期开始")
    value: Mapped[float] = mapped_column(doc="数值")
    read_at: Mapped[datetime] = mapped_column(doc="读取时间")
