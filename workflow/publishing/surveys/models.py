"""Tables of surveys: their questions, answers, and counts of what was chosen."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cti.office.records import Record
from cti.store.columns import Base


class SurveyRow(Record, Base):
    """A survey; its questions change only while it is a draft."""

    __tablename__ = "surveys"
    __table_args__ = (
        Index(None, "updated_at", "id"),
        Index(None, "organisation", "updated_at", "id"),
        Index(None, "region", "updated_at", "id"),
        Index(None, "state", "updated_at", "id"),
    )

    title: Mapped[str] = mapped_column(String(100), doc="标题")
    intro: Mapped[str] = mapped_column(Text, doc="说明")
    audience: Mapped[str] = mapped_column(String(12), doc="anyone 不限、once 登录后每人一次")
    questions: Mapped[list[dict[str, Any]]] = mapped_column(JSON, doc="题目")
    opens_at: Mapped[datetime | None] = mapped_column(doc="开始时间；空为发布后立即")
    closes_at: Mapped[datetime | None] = mapped_column(doc="结束时间；空为结束前一直开放")
    state: Mapped[str] = mapped_column(String(8), doc="draft、open、closed")
    answers: Mapped[int] = mapped_column(doc="收到的答卷数")


class SurveyAnswerRow(Base):
    """What one person answered. `respondent` tells nobody who he is: a keyed hash of his number, or a random word."""

    __tablename__ = "survey_answers"
    __table_args__ = (UniqueConstraint("survey", "respondent"), Index(None, "survey", "at", "id"))

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    survey: Mapped[str] = mapped_column(String(26), doc="问卷")
    respondent: Mapped[str] = mapped_column(String(32), doc="答卷人的摘要；不限人数的问卷为随机")
    said: Mapped[dict[str, Any]] = mapped_column(JSON, doc="各题的回答，按题号")
    channel: Mapped[str] = mapped_column(String(12), doc="渠道")
    at: Mapped[datetime] = mapped_column(doc="提交时间")


class SurveyTallyRow(Base):
    """How often an option of a question was chosen; `option` is empty for how many answered the question."""

    __tablename__ = "survey_tallies"

    survey: Mapped[str] = mapped_column(String(26), primary_key=True, doc="问卷")
    question: Mapped[int] = mapped_column(primary_key=True, doc="题号")
    option: Mapped[str] = mapped_column(String(100), primary_key=True, doc="选项；空为回答人数")
    times: Mapped[int] = mapped_column(doc="次数")
