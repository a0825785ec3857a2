"""Tables of cases: where each stands, everything that happened as a chain, and what is due when."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from cti.store.columns import Base, EncryptedText, Owned


class CaseRow(Owned, Base):
    """A case or one of its parallel tasks. `root` is the case at the top, `head` (there only) the end of its chain."""

    __tablename__ = "cases"
    __table_args__ = (
        Index(None, "root"),
        Index(None, "about", "record"),
        Index(None, "process", "outcome", "step"),
        Index(None, "holder", "outcome", "step"),
        Index(None, "person", "outcome"),
        Index(None, "outcome", "entered_at", "id"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True, doc="编号")
    root: Mapped[str] = mapped_column(String(26), doc="所属流程实例")
    parent: Mapped[str] = mapped_column(String(26), doc="上级任务")
    role: Mapped[str] = mapped_column(String(30), doc="承办角色")
    about: Mapped[str] = mapped_column(String(40), doc="记录类型")
    record: Mapped[str] = mapped_column(String(40), doc="记录编号")
    process: Mapped[str] = mapped_column(String(60), doc="流程")
    revision: Mapped[int] = mapped_column(doc="流程版本")
    step: Mapped[str] = mapped_column(String(60), doc="环节")
    holder: Mapped[str] = mapped_column(String(40), doc="当前办理机构")
    person: Mapped[str] = mapped_column(String(26), doc="当前办理人")
    variables: Mapped[str] = mapped_column(EncryptedText, doc="流程变量（JSON，已加密）")
    counts: Mapped[str] = mapped_column(Text, doc="操作次数（JSON）")
    clocks: Mapped[str] = mapped_column(Text, doc="时限记录（JSON）")
    opened_at: Mapped[datetime] = mapped_column(doc="开始时间")
    entered_at: Mapped[datetime] = mapped_column(doc="进入环节时间")
    outcome: Mapped[str] = mapped_column(String(60), doc="办结结果；空为未办结")
    ended_at: Mapped[datetime | None] = mapped_column(doc="办结时间")
    events: Mapped[int] = mapped_column(default=0, doc="事件数（仅主任务）")
    head: Mapped[str] = mapped_column(String(64), default="", doc="最后一条事件的校验值（仅主任务）")


class CaseEventRow(Base):
    """What happened to a case or its tasks, in order; `hash`, keyed, covers the event and the hash before it."""

    __tablename__ = "case_events"
    __table_args__ = (Index(None, "at"),)

    root: Mapped[str] = mapped_column(String(26), primary_key=True, doc="所属流程实例")
    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, doc="序号")
    case_id: Mapped[str] = mapped_column(String(26), doc="任务")
    at: Mapped[datetime] = mapped_column(doc="时间")
    person: Mapped[str] = mapped_column(String(26), doc="人员编号；空为系统")
    name: Mapped[str] = mapped_column(String(80), doc="姓名")
    organisation: Mapped[str] = mapped_column(String(40), doc="机构")
    kind: Mapped[str] = mapped_column(String(30), doc="事件")
    data: Mapped[str] = mapped_column(EncryptedText, doc="内容（JSON，已加密）")
    hash: Mapped[str] = mapped_column(String(64), doc="校验值")


class CaseStayRow(Owned, Base):
    """A case's stay at a step. `sequence` is that of the event with which it began, `action` what ended it."""

    __tablename__ = "case_stays"
    __table_args__ = (Index(None, "case_id", "left_at"), Index(None, "process", "entered_at"))

    root: Mapped[str] = mapped_column(String(26), primary_key=True, doc="所属流程实例")
    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, doc="事件序号")
    case_id: Mapped[str] = mapped_column(String(26), doc="任务")
    process: Mapped[str] = mapped_column(String(60), doc="流程")
    revision: Mapped[int] = mapped_column(doc="流程版本")
    step: Mapped[str] = mapped_column(String(60), doc="环节")
    entered_at: Mapped[datetime] = mapped_column(doc="进入时间")
    left_at: Mapped[datetime | None] = mapped_column(doc="离开时间；空为仍在此环节")
    action: Mapped[str] = mapped_column(String(60), default="", doc="离开时的操作；空为自动")


class CaseDeadlineRow(Owned, Base):
    """A time limit that began: when it falls due, or how it ended. Worked out from the case's events alone."""

    __tablename__ = "case_deadlines"
    __table_args__ = (
        Index(None, "root"),
        Index(None, "state", "due_at"),
        Index(None, "holder", "state", "due_at"),
        # Figures count what fell due in a period, in whatever state it is.
        Index(None, "due_at"),
    )

    case_id: Mapped[str] = mapped_column(String(26), primary_key=True, doc="任务")
    clock: Mapped[str] = mapped_column(String(60), primary_key=True, doc="时限")
    root: Mapped[str] = mapped_column(String(26), doc="所属流程实例")
    holder: Mapped[str] = mapped_column(String(40), doc="办理机构")
    title: Mapped[str] = mapped_column(String(80), doc="时限名称")
    state: Mapped[str] = mapped_column(String(10), doc="状态：running 计时、paused 暂停、ended 已结束")
    started_at: Mapped[datetime] = mapped_column(doc="开始时间")
    warn_at: Mapped[datetime | None] = mapped_column(doc="预警时间；暂停时为空")
    due_at: Mapped[datetime] = mapped_column(doc="到期时间")
    warned: Mapped[bool] = mapped_column(default=False, doc="是否已预警")
    missed: Mapped[bool] = mapped_column(default=False, doc="是否已超时")
    ended_at: Mapped[datetime | None] = mapped_column(doc="结束时间")
