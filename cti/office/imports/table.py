"""The columns of every import, and of what is wrong in its file."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from cti.office.records.table import Record


class ImportRun(Record):
    """Mixed into a table: how far an import is, and what became of the rows. `place` is the last row that was done.

    A table may count more than `good`, `bad` and `again`.
    """

    title: Mapped[str] = mapped_column(String(120), doc="名称")
    state: Mapped[str] = mapped_column(String(10), doc="状态")
    dry: Mapped[bool] = mapped_column(doc="试导入")
    place: Mapped[int] = mapped_column(doc="已处理到的行")
    good: Mapped[int] = mapped_column(doc="成功")
    bad: Mapped[int] = mapped_column(doc="有误")
    again: Mapped[int] = mapped_column(doc="此前已导入")
    faults: Mapped[int] = mapped_column(doc="错误条数")
    message: Mapped[str] = mapped_column(String(400), doc="说明")
    begun_at: Mapped[datetime | None] = mapped_column(doc="开始时间")
    ended_at: Mapped[datetime | None] = mapped_column(doc="结束时间")


class ImportFaultLine:
    """Mixed into a table with a column `detail`: what is wrong in a row of an import's file."""

    batch: Mapped[str] = mapped_column(String(26), primary_key=True, doc="导入批次")
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, doc="序号")
    row: Mapped[int] = mapped_column(doc="行")
    field: Mapped[str] = mapped_column(String(60), doc="列")
    detail: Mapped[str]
