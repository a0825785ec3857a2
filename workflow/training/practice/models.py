"""Tables of practice."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from cti.store.columns import Base, Owned

IN_BOOK = text("box > 0")


class CardRow(Base):
    """How somebody stands with a question; `box` and `due` are those of the book of wrong answers, see `boxes`."""

    __tablename__ = "training_cards"
    __table_args__ = (
        Index(None, "person", "due", sqlite_where=IN_BOOK, postgresql_where=IN_BOOK),
        Index(None, "question"),
    )

    person: Mapped[str] = mapped_column(String(26), primary_key=True, doc="人员")
    question: Mapped[str] = mapped_column(String(26), primary_key=True, doc="题目")
    box: Mapped[int] = mapped_column(doc="错题本中的级别")
    due: Mapped[date | None] = mapped_column(Date, doc="下次复习")
    right: Mapped[int] = mapped_column(doc="答对次数")
    wrong: Mapped[int] = mapped_column(doc="答错次数")
    last_at: Mapped[datetime] = mapped_column(doc="最近作答")


class PracticeDayRow(Owned, Base):
    """What somebody practised on a day in a category."""

    __tablename__ = "training_practice_days"
    __table_args__ = (Index(None, "day", "id"), Index(None, "person", "day", "category", unique=True))

    id: Mapped[str] = mapped_column(String(26), primary_key=True, doc="编号")
    person: Mapped[str] = mapped_column(String(26), doc="人员")
    day: Mapped[datetime] = mapped_column(doc="日期")
    category: Mapped[str] = mapped_column(String(26), doc="类别")
    answered: Mapped[int] = mapped_column(doc="答题数")
    right: Mapped[int] = mapped_column(doc="答对数")
