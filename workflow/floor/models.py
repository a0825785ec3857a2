"""Tables of the floor: raised hands, messages, rules of alarms and alarms; talks, visits to queues, agents' days."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from cti.office.records import Record
from cti.store.columns import Base, EncryptedText, Owned

UP = text("ended_at IS NULL")


class HandRow(Owned, Base):
    """An agent asked for help; `how` it ended is answered, taken_back or left, and empty while it is up."""

    __tablename__ = "floor_hands"
    __table_args__ = (
        Index(None, "raised_at", "id"),
        Index(None, "organisation", "raised_at", "id"),
        Index("uq_floor_hands_up", "agent", unique=True, sqlite_where=UP, postgresql_where=UP),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True, doc="编号")
    agent: Mapped[str] = mapped_column(String(16), doc="工号")
    agent_name: Mapped[str] = mapped_column(String(40), doc="座席")
    call: Mapped[str] = mapped_column(String(26), doc="来电编号，不在通话中为空")
    note: Mapped[str] = mapped_column(String(200), doc="求助内容")
    raised_at: Mapped[datetime] = mapped_column(doc="举手时间")
    ended_at: Mapped[datetime | None] = mapped_column(doc="结束时间")
    how: Mapped[str] = mapped_column(String(12), doc="结果")
    by_name: Mapped[str] = mapped_column(String(40), doc="响应人")


class NoteRow(Owned, Base):
    """A message from the board to agents; who has read it stands in their inboxes, under the key `floor_note:ID`."""

    __tablename__ = "floor_notes"
    __table_args__ = (Index(None, "at", "id"), Index(None, "organisation", "at", "id"))

    id: Mapped[str] = mapped_column(String(26), primary_key=True, doc="编号")
    text: Mapped[str] = mapped_column(EncryptedText, doc="内容（已加密）")
    urgent: Mapped[bool] = mapped_column(doc="是否紧急")
    sender: Mapped[str] = mapped_column(String(26), doc="发送人编号")
    sender_name: Mapped[str] = mapped_column(String(40), doc="发送人")
    people: Mapped[int] = mapped_column(doc="接收人数")
    at: Mapped[datetime] = mapped_column(doc="发送时间")


class RuleRow(Record, Base):
    """When the floor's alarm of a kind is raised, and how people are told of it."""

    __tablename__ = "floor_rules"
    __table_args__ = (Index(None, "updated_at", "id"),)

    title: Mapped[str] = mapped_column(String(30), doc="名称")
    kind: Mapped[str] = mapped_column(String(16), doc="监测内容")
    queue: Mapped[str] = mapped_column(String(60), doc="队列，空为全部")
    threshold: Mapped[float] = mapped_column(doc="阈值")
    back: Mapped[float | None] = mapped_column(doc="恢复值")
    lasting: Mapped[float] = mapped_column(doc="持续秒数")
    level: Mapped[str] = mapped_column(String(8), doc="级别")
    sound: Mapped[bool] = mapped_column(doc="提示音")
    tells: Mapped[bool] = mapped_column(doc="发送消息")
    active: Mapped[bool] = mapped_column(doc="启用")


class AlarmRow(Owned, Base):
    """An alarm that a rule raised about a queue, a seat or a trunk (`subject`: `queue:NAME`)."""

    __tablename__ = "floor_alarms"
    __table_args__ = (
        Index(None, "raised_at", "id"),
        Index(None, "organisation", "raised_at", "id"),
        Index("uq_floor_alarms_open", "rule", "subject", unique=True, sqlite_where=UP, postgresql_where=UP),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True, doc="编号")
    rule: Mapped[str] = mapped_column(String(26), doc="规则编号")
    kind: Mapped[str] = mapped_column(String(16), doc="监测内容")
    level: Mapped[str] = mapped_column(String(8), doc="级别")
    subject: Mapped[str] = mapped_column(String(80), doc="对象")
    subject_title: Mapped[str] = mapped_column(String(60), doc="对象名称")
    text: Mapped[str] = mapped_column(String(200), doc="内容")
    raised_at: Mapped[datetime] = mapped_column(doc="发生时间")
    ended_at: Mapped[datetime | None] = mapped_column(doc="结束时间")


class TalkRow(Owned, Base):
    """A talk of an agent in a call that is over, whole; it belongs to the organisation in which he worked."""

    __tablename__ = "floor_talks"
    __table_args__ = (Index(None, "began_at", "organisation"), Index(None, "agent", "began_at"))

    id: Mapped[str] = mapped_column(String(32), primary_key=True, doc="编号")
    call: Mapped[str] = mapped_column(String(26), doc="来电编号")
    agent: Mapped[str] = mapped_column(String(16), doc="工号")
    group: Mapped[str] = mapped_column(String(40), doc="班组")
    queue: Mapped[str] = mapped_column(String(60), doc="队列")
    half_hour: Mapped[str] = mapped_column(String(5), doc="时段")
    began_at: Mapped[datetime] = mapped_column(doc="开始时间")
    seconds: Mapped[float] = mapped_column(doc="通话秒数")
    waited: Mapped[float] = mapped_column(doc="等待秒数")
    holds: Mapped[int] = mapped_column(doc="保持次数")
    held: Mapped[float] = mapped_column(doc="保持秒数")
    transferred: Mapped[str] = mapped_column(String(12), doc="转出方式，没有转出为空")
    rating: Mapped[str] = mapped_column(String(16), doc="满意度")
    outgoing: Mapped[bool] = mapped_column(doc="由热线呼出")


class VisitRow(Owned, Base):
    """A caller's wait in a queue, in a call that is over, and what became of it."""

    __tablename__ = "floor_visits"
    __table_args__ = (Index(None, "entered_at", "organisation"), Index(None, "queue", "entered_at"))

    id: Mapped[str] = mapped_column(String(32), primary_key=True, doc="编号")
    call: Mapped[str] = mapped_column(String(26), doc="来电编号")
    queue: Mapped[str] = mapped_column(String(60), doc="队列")
    half_hour: Mapped[str] = mapped_column(String(5), doc="时段")
    entered_at: Mapped[datetime] = mapped_column(doc="进入时间")
    waited: Mapped[float] = mapped_column(doc="等待秒数")
    outcome: Mapped[str] = mapped_column(String(12), doc="结果")
    in_time: Mapped[bool] = mapped_column(doc="在服务水平时限内")
    again: Mapped[bool] = mapped_column(doc="24小时内重复来电")


class AgentDayRow(Owned, Base):
    """An agent's seconds on a day, of those that he was signed in; `planned` by the roster, where there is one."""

    __tablename__ = "floor_agent_days"
    __table_args__ = (Index(None, "day", "organisation"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, doc="编号：日期和工号")
    agent: Mapped[str] = mapped_column(String(16), doc="工号")
    group: Mapped[str] = mapped_column(String(40), doc="班组")
    day: Mapped[datetime] = mapped_column(doc="日期")
    signed_in: Mapped[float] = mapped_column(doc="签入秒数")
    ready: Mapped[float] = mapped_column(doc="就绪秒数")
    occupied: Mapped[float] = mapped_column(doc="占用秒数")
    wrapup: Mapped[float] = mapped_column(doc="话后秒数")
    breaks: Mapped[float] = mapped_column(doc="小休秒数")
    offered: Mapped[int] = mapped_column(doc="分配次数")
    answered: Mapped[int] = mapped_column(doc="接听次数")
    planned: Mapped[float | None] = mapped_column(doc="排班秒数")
    kept: Mapped[float | None] = mapped_column(doc="遵守排班的秒数")
