"""Tables of what people look for, and by what it is found."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from cti.office.records import Record
from cti.store.columns import Base, Owned


class HotBoardRow(Base):
    """A board of hot articles (热点知识榜单) of a period of the house: who looks at it is shown what he reads of it."""

    __tablename__ = "knowledge_hot_boards"
    __table_args__ = (Index(None, "until"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    since: Mapped[datetime] = mapped_column(doc="统计期开始")
    until: Mapped[datetime] = mapped_column(doc="统计期结束，即生成时间")
    articles: Mapped[list[dict[str, Any]]] = mapped_column(JSON, doc="知识编号、查看、引用次数，最热的在前")
    questions: Mapped[list[dict[str, Any]]] = mapped_column(JSON, doc="检索词和次数")


class SearchRow(Owned, Base):
    """That somebody looked for something, and how many articles were found. `person` is empty for the public."""

    __tablename__ = "knowledge_searches"
    __table_args__ = (
        Index(None, "at", "words"),
        Index(None, "found", "at"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    words: Mapped[str] = mapped_column(String(60), doc="检索词")
    found: Mapped[int] = mapped_column(doc="找到几条")
    person: Mapped[str] = mapped_column(String(26), doc="人员；空为公众")
    place: Mapped[str] = mapped_column(String(12), doc="在哪里检索：console、desk、public、bot")
    at: Mapped[datetime] = mapped_column(doc="时间")


class SynonymRow(Record, Base):
    """Words that mean the same (同义词): a question with one of them is asked with the others, too."""

    __tablename__ = "knowledge_synonyms"
    __table_args__ = (Index(None, "updated_at", "id"),)

    words: Mapped[list[str]] = mapped_column(JSON, doc="同义词")
    plain: Mapped[str] = mapped_column(String(700), doc="同义词，用于检索")


class JudgedRow(Record, Base):
    """A question with the article that answers it (评测问法): by these a ranking is measured."""

    __tablename__ = "knowledge_judged"
    __table_args__ = (
        Index(None, "updated_at", "id"),
        Index(None, "article"),
    )

    asked: Mapped[str] = mapped_column(String(500), doc="问法")
    article: Mapped[str] = mapped_column(String(26), doc="应找到的知识")
