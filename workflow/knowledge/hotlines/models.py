"""Tables of merged hotlines."""

from __future__ import annotations

from sqlalchemy import JSON, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from cti.office.imports.table import ImportFaultLine, ImportRun
from cti.office.records import Record
from cti.store.columns import Base


class HotlineRow(Record, Base):
    """A hotline that was merged into this one (归并热线): how its table of knowledge is read, and where it is filed."""

    __tablename__ = "knowledge_hotlines"
    __table_args__ = (Index(None, "updated_at", "id"),)

    name: Mapped[str] = mapped_column(String(60), doc="名称")
    number: Mapped[str] = mapped_column(String(20), doc="热线号码")
    unit: Mapped[str] = mapped_column(String(40), doc="责任单位")
    audience: Mapped[str] = mapped_column(String(8), doc="使用范围")
    category: Mapped[str] = mapped_column(String(26), doc="归入的归口")
    keep_tree: Mapped[bool] = mapped_column(doc="按原分类建立下级归口")
    columns: Mapped[list[dict[str, str]]] = mapped_column(JSON, doc="列对照")
    categories: Mapped[list[dict[str, str]]] = mapped_column(JSON, doc="分类对照")


class OriginRow(Base):
    """Which article an id of a merged hotline became, and what it said when it was last taken in.

    `version` is the article's after that: another says that somebody has worked on it here since.
    """

    __tablename__ = "knowledge_origins"
    __table_args__ = (
        Index(None, "article"),
        Index(None, "made", "origin"),
        Index(None, "hotline", "met"),
    )

    hotline: Mapped[str] = mapped_column(String(26), primary_key=True, doc="来源热线")
    origin: Mapped[str] = mapped_column(String(80), primary_key=True, doc="来源热线中的编号")
    article: Mapped[str] = mapped_column(String(26), doc="知识")
    category: Mapped[str] = mapped_column(String(300), doc="来源热线中的分类")
    digest: Mapped[str] = mapped_column(String(64), doc="内容摘要值")
    version: Mapped[int] = mapped_column(doc="导入后的知识版本号")
    made: Mapped[str] = mapped_column(String(26), doc="首次导入的批次")
    met: Mapped[str] = mapped_column(String(26), doc="最近出现的批次")


class HotlineImportRow(ImportRun, Base):
    """An import of a merged hotline's table."""

    __tablename__ = "knowledge_imports"
    __table_args__ = (Index(None, "updated_at", "id"),)

    hotline: Mapped[str] = mapped_column(String(26), doc="来源热线")
    changed: Mapped[int] = mapped_column(doc="更新")


class HotlineImportFaultRow(ImportFaultLine, Base):
    """What is wrong in a row of its file."""

    __tablename__ = "knowledge_import_faults"

    detail: Mapped[str] = mapped_column(Text, doc="错误")
