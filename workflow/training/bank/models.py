"""Tables of the question bank."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from cti.office.records import Record
from cti.office.tree import TreeRecord
from cti.store.columns import Base


class CategoryRow(TreeRecord, Base):
    """A category of questions, courses and materials."""

    __tablename__ = "training_categories"
    __table_args__ = (
        Index(None, "organisation", "parent", "place", "id"),
        Index(None, "path", "id"),
        Index(None, "line"),
        Index(None, "updated_at", "id"),
    )


class QuestionRow(Record, Base):
    """A question. `answer` is letters of options (`A`, `ACD`), 对 or 错, or what an essay should say."""

    __tablename__ = "training_questions"
    __table_args__ = (
        Index(None, "updated_at", "id"),
        Index(None, "category", "kind", "stars", "id"),
        Index(None, "kind", "updated_at", "id"),
        Index(None, "stars", "updated_at", "id"),
        Index(None, "used_for", "updated_at", "id"),
        Index(None, "content"),
    )

    category: Mapped[str] = mapped_column(String(26), doc="类别")
    kind: Mapped[str] = mapped_column(String(10), doc="题型")
    text: Mapped[str] = mapped_column(Text, doc="题干")
    content: Mapped[str] = mapped_column(String(64), doc="题干摘要，用于查重")
    option_a: Mapped[str] = mapped_column(String(500), doc="选项A")
    option_b: Mapped[str] = mapped_column(String(500), doc="选项B")
    option_c: Mapped[str] = mapped_column(String(500), doc="选项C")
    option_d: Mapped[str] = mapped_column(String(500), doc="选项D")
    option_e: Mapped[str] = mapped_column(String(500), doc="选项E")
    option_f: Mapped[str] = mapped_column(String(500), doc="选项F")
    answer: Mapped[str] = mapped_column(Text, doc="答案")
    explanation: Mapped[str] = mapped_column(Text, doc="解析")
    stars: Mapped[int] = mapped_column(doc="难度")
    keywords: Mapped[list[str]] = mapped_column(JSON, doc="关键词")
    used_for: Mapped[str] = mapped_column(String(10), doc="用途")


class EditionRow(Base):
    """A question as it was once, by the digest of what it said: sittings keep editions. Never changed."""

    __tablename__ = "training_question_editions"
    __table_args__ = (Index(None, "question", "digest", unique=True),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, doc="编号")
    question: Mapped[str] = mapped_column(String(26), doc="题目")
    digest: Mapped[str] = mapped_column(String(64), doc="内容摘要")
    content: Mapped[dict[str, Any]] = mapped_column(JSON, doc="题目内容")
    made_at: Mapped[datetime] = mapped_column(doc="形成时间")
