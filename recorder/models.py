"""The recorder's own tables; the table of recordings is the core's (`cti.store.models`)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from cti.office.imports.table import ImportFaultLine, ImportRun
from cti.store.columns import Base, EncryptedText


class WrappingKeyRow(Base):
    """A key that wraps the keys of recordings, itself sealed by the master key. The newest wraps what is new."""

    __tablename__ = "recording_keys"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, doc="密钥序号")
    key: Mapped[str] = mapped_column(EncryptedText, doc="包裹密钥（已加密）")
    made_at: Mapped[datetime] = mapped_column(doc="生成时间")
    retired_at: Mapped[datetime | None] = mapped_column(doc="停用时间")


class RecordingNoteRow(Base):
    """A mark or note at a second of a recording."""

    __tablename__ = "recording_notes"
    __table_args__ = (Index(None, "recording", "second"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, doc="编号")
    recording: Mapped[str] = mapped_column(String(26), doc="录音编号")
    second: Mapped[float] = mapped_column(doc="位置（秒）")
    text: Mapped[str] = mapped_column(Text, doc="备注")
    person: Mapped[str] = mapped_column(String(26), doc="添加人编号")
    by: Mapped[str] = mapped_column(String(80), doc="添加人")
    at: Mapped[datetime] = mapped_column(doc="添加时间")


class OutlineRow(Base):
    """How loud each side of a recording is, and when it speaks (`recorder.outline`): made when somebody first looks."""

    __tablename__ = "recording_outlines"

    recording: Mapped[str] = mapped_column(String(26), primary_key=True, doc="录音编号")
    data: Mapped[str] = mapped_column(Text, doc="波形与说话时段（JSON）")


class RecordingImportRow(ImportRun, Base):
    """An import of an old platform's recordings."""

    __tablename__ = "recording_imports"
    __table_args__ = (Index(None, "updated_at", "id"),)

    source: Mapped[str] = mapped_column(String(60), doc="原平台")
    folder: Mapped[str] = mapped_column(String(200), doc="录音文件夹")
    prefix: Mapped[str] = mapped_column(String(200), doc="路径中去掉的开头")
    agent_first: Mapped[bool] = mapped_column(doc="座席在左声道")
    columns: Mapped[list[dict[str, str]]] = mapped_column(JSON, doc="列对照")
    words: Mapped[list[dict[str, str]]] = mapped_column(JSON, doc="取值对照")
    changed: Mapped[int] = mapped_column(doc="已更新")


class RecordingImportFaultRow(ImportFaultLine, Base):
    """What is wrong in a row of an import's table."""

    __tablename__ = "recording_import_faults"

    detail: Mapped[str] = mapped_column(EncryptedText, doc="错误（已加密）")


class ImportedRow(Base):
    """What an old platform said of a recording that was taken over: of one `old` id there is one recording."""

    __tablename__ = "recordings_imported"
    __table_args__ = (
        Index("uq_recordings_imported_old", "owner", "source", "old", unique=True),
        Index(None, "batch", "recording"),
    )

    recording: Mapped[str] = mapped_column(String(26), primary_key=True, doc="录音编号")
    owner: Mapped[str] = mapped_column(String(40), doc="导入机构")
    source: Mapped[str] = mapped_column(String(60), doc="原平台")
    old: Mapped[str] = mapped_column(String(80), doc="原录音编号")
    batch: Mapped[str] = mapped_column(String(26), doc="导入批次")
    said: Mapped[str] = mapped_column(EncryptedText, doc="原平台的记载（JSON，已加密）")
