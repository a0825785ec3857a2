"""The table of what was exported."""

from __future__ import annotations

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from cti.store.columns import Base


class ExportedRow(Base):
    """A record that stood in an exported file; `sequence` is the entry of the audit that tells of it."""

    __tablename__ = "exported_records"

    kind: Mapped[str] = mapped_column(String(40), primary_key=True, doc="记录类型")
    record: Mapped[str] = mapped_column(String(26), primary_key=True, doc="记录编号")
    sequence: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False, doc="审计序号")
