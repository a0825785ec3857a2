"""The columns of a record that stands in a tree."""

from __future__ import annotations

from sqlalchemy import String, text
from sqlalchemy.orm import Mapped, mapped_column

from cti.office.records.table import Record

DEEPEST = 8
NAME = 80


class TreeRecord(Record):
    """Mixed into a table: where it stands, its place among its siblings, and its path in names and in ids.

    `line` has the ids of those above it, each behind a `/`, so that all below one are found by an index. `merged_into`
    is the node that took the place of a removed one.
    """

    parent: Mapped[str | None] = mapped_column(String(26), doc="上级")
    place: Mapped[int] = mapped_column(doc="排序")
    name: Mapped[str] = mapped_column(String(NAME), doc="名称")
    initials: Mapped[str] = mapped_column(String(NAME), doc="拼音首字母")
    path: Mapped[str] = mapped_column(String((NAME + 1) * DEEPEST), default="", server_default="", doc="完整路径")
    line: Mapped[str] = mapped_column(String(27 * DEEPEST), default="", server_default="", doc="各级上级")
    off: Mapped[bool] = mapped_column(default=False, server_default=text("false"), doc="已停用")
    merged_into: Mapped[str | None] = mapped_column(String(26), doc="并入")
