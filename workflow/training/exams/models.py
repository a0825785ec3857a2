"""Tables of papers, exams, sittings with their answers and marks, and appeals."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from cti.office.records import Record
from cti.store.columns import Base

UNMARKED = text("points IS NULL")


class PaperRow(Record, Base):
    """A paper: questions that somebody picked, or rules by which they are drawn."""

    __tablename__ = "training_papers"
    __table_args__ = (Index(None, "updated_at", "id"),)

    title: Mapped[str] = mapped_column(String(120), doc="名称")
    way: Mapped[str] = mapped_column(String(10), doc="组卷方式")
    picked: Mapped[list[dict[str, Any]]] = mapped_column(JSON, doc="选定的题目")
    drawn: Mapped[list[dict[str, Any]]] = mapped_column(JSON, doc="抽题规则")
    points: Mapped[float] = mapped_column(doc="总分")
    count: Mapped[int] = mapped_column(doc="题数")
    note: Mapped[str] = mapped_column(String(500), doc="说明")


class ExamRow(Record, Base):
    """An exam, or practice that people are told to do (`purpose`).

    `items` are the editions and points that all get, fixed when it is announced; empty where each draws his own.
    """

    __tablename__ = "training_exams"
    __table_args__ = (
        Index(None, "updated_at", "id"),
        Index(None, "purpose", "updated_at", "id"),
        Index(None, "state", "updated_at", "id"),
    )

    purpose: Mapped[str] = mapped_column(String(10), doc="性质")
    title: Mapped[str] = mapped_column(String(120), doc="名称")
    paper: Mapped[str] = mapped_column(String(26), doc="试卷")
    each: Mapped[bool] = mapped_column(doc="每人抽不同的题")
    seed: Mapped[int] = mapped_column(doc="抽题种子")
    begins_at: Mapped[datetime] = mapped_column(doc="开始时间")
    ends_at: Mapped[datetime] = mapped_column(doc="结束时间")
    minutes: Mapped[int] = mapped_column(doc="答题分钟数")
    attempts: Mapped[int] = mapped_column(doc="可参加次数")
    shuffled: Mapped[bool] = mapped_column(doc="打乱题目和选项")
    pass_percent: Mapped[int] = mapped_column(doc="及格线（%）")
    tells: Mapped[str] = mapped_column(String(10), doc="何时可看成绩")
    full_screen: Mapped[bool] = mapped_column(doc="要求全屏")
    leaves: Mapped[int] = mapped_column(doc="允许离开页面的次数")
    difference: Mapped[int] = mapped_column(doc="两评分差上限（%）")
    appeal_days: Mapped[int] = mapped_column(doc="申诉期（天）")
    organisations: Mapped[list[str]] = mapped_column(JSON, doc="参加机构")
    roles: Mapped[list[str]] = mapped_column(JSON, doc="参加角色")
    people: Mapped[list[str]] = mapped_column(JSON, doc="参加人员")
    items: Mapped[list[list[Any]]] = mapped_column(JSON, doc="统一试题：题目版次和分值")
    state: Mapped[str] = mapped_column(String(12), default="draft", doc="状态")
    released_at: Mapped[datetime | None] = mapped_column(doc="成绩公布时间")


class SittingRow(Record, Base):
    """Somebody at an exam, for the `attempt`th time. `items` are the editions and points that he has, in his order.

    `due_at` is when the server ends it, whatever his browser's clock says. `of` are the points that can be had.
    """

    __tablename__ = "training_sittings"
    __table_args__ = (
        Index(None, "exam", "person", "attempt", unique=True),
        Index(None, "exam", "state", "id"),
        Index(None, "exam", "updated_at", "id"),
        Index(None, "person", "updated_at", "id"),
        Index(None, "state", "updated_at", "id"),
        Index(None, "updated_at", "id"),
        Index(None, "ended_at", "id"),
    )

    exam: Mapped[str] = mapped_column(String(26), doc="考试")
    purpose: Mapped[str] = mapped_column(String(10), doc="性质")
    person: Mapped[str] = mapped_column(String(26), doc="参加人")
    person_name: Mapped[str] = mapped_column(String(80), doc="参加人姓名")
    attempt: Mapped[int] = mapped_column(doc="第几次")
    state: Mapped[str] = mapped_column(String(12), doc="状态")
    items: Mapped[list[list[Any]]] = mapped_column(JSON, doc="试题：题目版次和分值")
    seed: Mapped[int] = mapped_column(doc="乱序种子")
    begun_at: Mapped[datetime | None] = mapped_column(doc="开始答题")
    due_at: Mapped[datetime | None] = mapped_column(doc="最晚交卷")
    ended_at: Mapped[datetime | None] = mapped_column(doc="交卷时间")
    ended_by: Mapped[str] = mapped_column(String(10), doc="交卷方式")
    points: Mapped[float | None] = mapped_column(doc="得分")
    of: Mapped[float] = mapped_column(doc="总分")
    passed: Mapped[bool | None] = mapped_column(doc="是否及格")
    leaves: Mapped[int] = mapped_column(doc="离开页面次数")
    away: Mapped[int] = mapped_column(doc="离开页面秒数")


class AnswerRow(Base):
    """What is answered at a place of a sitting, as it was saved last; `points` once it is marked."""

    __tablename__ = "training_answers"

    sitting: Mapped[str] = mapped_column(String(26), primary_key=True, doc="答卷")
    place: Mapped[int] = mapped_column(primary_key=True, doc="题号")
    said: Mapped[str] = mapped_column(Text, doc="作答")
    saved_at: Mapped[datetime] = mapped_column(doc="保存时间")


class MarkRow(Base):
    """The points of a place of a sitting that is over. An essay that waits for its markers has none yet."""

    __tablename__ = "training_marks"
    __table_args__ = (
        Index(
            None, "exam", "sitting", "place", sqlite_where=UNMARKED, postgresql_where=UNMARKED
        ),
    )  # fmt: skip

    sitting: Mapped[str] = mapped_column(String(26), primary_key=True, doc="答卷")
    place: Mapped[int] = mapped_column(primary_key=True, doc="题号")
    exam: Mapped[str] = mapped_column(String(26), doc="考试")
    edition: Mapped[str] = mapped_column(String(26), doc="题目版次")
    points: Mapped[float | None] = mapped_column(doc="得分")
    of: Mapped[float] = mapped_column(doc="分值")


class EssayMarkRow(Base):
    """What one marker gives an essay; nobody marks one twice."""

    __tablename__ = "training_essay_marks"

    sitting: Mapped[str] = mapped_column(String(26), primary_key=True, doc="答卷")
    place: Mapped[int] = mapped_column(primary_key=True, doc="题号")
    marker: Mapped[str] = mapped_column(String(26), primary_key=True, doc="阅卷人")
    marker_name: Mapped[str] = mapped_column(String(80), doc="阅卷人姓名")
    points: Mapped[float] = mapped_column(doc="评分")
    comment: Mapped[str] = mapped_column(String(500), doc="评语")
    at: Mapped[datetime] = mapped_column(doc="评分时间")


class AppealRow(Record, Base):
    """Somebody's appeal of the mark of one of his answers."""

    __tablename__ = "training_appeals"
    __table_args__ = (
        Index(None, "updated_at", "id"),
        Index(None, "state", "updated_at", "id"),
        Index(None, "exam", "updated_at", "id"),
        Index(None, "sitting", "place", unique=True),
    )

    exam: Mapped[str] = mapped_column(String(26), doc="考试")
    sitting: Mapped[str] = mapped_column(String(26), doc="答卷")
    place: Mapped[int] = mapped_column(doc="题号")
    person: Mapped[str] = mapped_column(String(26), doc="申诉人")
    question: Mapped[str] = mapped_column(Text, doc="题干")
    said: Mapped[str] = mapped_column(Text, doc="作答")
    answer: Mapped[str] = mapped_column(Text, doc="答案")
    reason: Mapped[str] = mapped_column(String(500), doc="申诉理由")
    before: Mapped[float] = mapped_column(doc="原得分")
    of: Mapped[float] = mapped_column(doc="分值")
    after: Mapped[float | None] = mapped_column(doc="复核得分")
    reply: Mapped[str] = mapped_column(String(500), doc="处理意见")
    decided_by: Mapped[str] = mapped_column(String(26), doc="处理人")
    state: Mapped[str] = mapped_column(String(12), default="open", doc="状态")
