"""Tables of the files."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from cti.store.columns import Base


class FileRow(Base):
    """A file of a record. `blob` is its key in the store, `place` which store: `local` or `s3`.

    `scan` is `off` (no scanner), `pending`, `clean`, `infected` or `failed` (tried again). One that was removed stays
    for a time, and can be restored.
    """

    __tablename__ = "files"
    __table_args__ = (
        Index(None, "kind", "record", "added_at"),
        Index(None, "scan"),
        Index(None, "place"),
        Index(None, "removed_at"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True, doc="编号")
    kind: Mapped[str] = mapped_column(String(40), doc="所属记录类型")
    record: Mapped[str] = mapped_column(String(26), doc="所属记录编号")
    name: Mapped[str] = mapped_column(String(255), doc="文件名")
    type: Mapped[str] = mapped_column(String(100), doc="内容类型（按内容识别）")
    size: Mapped[int] = mapped_column(BigInteger, doc="字节数")
    sha256: Mapped[str] = mapped_column(String(64), doc="SHA-256")
    blob: Mapped[str] = mapped_column(String(26), unique=True, doc="存储编号")
    place: Mapped[str] = mapped_column(String(10), doc="存储位置")
    scan: Mapped[str] = mapped_column(String(10), doc="病毒扫描状态")
    found: Mapped[str] = mapped_column(Text, doc="扫描结果说明")
    person: Mapped[str] = mapped_column(String(26), doc="上传人编号")
    by: Mapped[str] = mapped_column(String(80), doc="上传人")
    added_at: Mapped[datetime] = mapped_column(doc="上传时间")
    removed_at: Mapped[datetime | None] = mapped_column(doc="删除时间")
    removed_by: Mapped[str] = mapped_column(String(80), doc="删除人")
    missing_at: Mapped[datetime | None] = mapped_column(doc="发现文件内容丢失的时间")


class UploadRow(Base):
    """A file on its way, or come and not yet linked to a record. `token` is made by the browser.

    `sha256` is empty until all of it has come; then `type` is known, too.
    """

    __tablename__ = "uploads"
    __table_args__ = (Index(None, "person"), Index(None, "begun_at"))

    token: Mapped[str] = mapped_column(String(40), primary_key=True, doc="上传标识", info={"secret": False})
    person: Mapped[str] = mapped_column(String(26), doc="上传人编号")
    name: Mapped[str] = mapped_column(String(255), doc="文件名")
    size: Mapped[int] = mapped_column(BigInteger, doc="字节数")
    blob: Mapped[str] = mapped_column(String(26), unique=True, doc="存储编号")
    type: Mapped[str] = mapped_column(String(100), doc="内容类型（按内容识别）")
    sha256: Mapped[str] = mapped_column(String(64), doc="SHA-256")
    begun_at: Mapped[datetime] = mapped_column(doc="开始时间")
