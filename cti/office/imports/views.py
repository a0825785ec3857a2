"""What is told of imports, what their rows become, and what can be done with one when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import pydantic

from cti.office.records.query import RecordView
from cti.office.screens.description import Tone
from cti.office.screens.forms import form

STATES = {
    "new": "未开始", "looking": "试导入中", "looked": "已试导入", "working": "导入中", "done": "已导入",
    "stopping": "正在停止", "stopped": "已停止", "failed": "失败", "undoing": "撤销中", "undone": "已撤销",
}  # fmt: skip
TONES: dict[str, Tone] = {
    "looking": "talk", "working": "talk", "undoing": "talk", "stopping": "break", "stopped": "break", "done": "ready",
    "failed": "ring",
}  # fmt: skip
AT_WORK = ("looking", "working")
BUSY = (*AT_WORK, "stopping", "undoing")
GIVEN_UP = ("stopped", "failed")
"""How an import is whose job was given up."""
AFTER: Mapping[str, tuple[str, ...]] = {
    "look": ("new", "looked", "failed", "stopped", "done", "undone"),
    "take": ("new", "looked", "failed", "stopped", "done", "undone"),
    "stop": ("looking", "working"),
    "undo": ("done", "stopped", "failed"),
}
"""What can be done in which state."""
BEGUN = {"look": "looking", "take": "working", "stop": "stopping", "undo": "undoing"}

Cells = tuple[int, list[str]]
"""A row of a table with its number."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a row, by the title of the column; one that is not `grave` is told, and the row taken."""

    field: str
    detail: str
    grave: bool = True


@dataclass(slots=True)
class Read:
    """A row that was read: what is wrong with it, and what became of it, which names the column that counts it."""

    number: int
    faults: list[Fault] = field(default_factory=list)
    became: str = "bad"


class ImportRunView(RecordView):
    """An import and how far it is."""

    title: str = pydantic.Field(title="名称", json_schema_extra=form(width=220))
    state: str = pydantic.Field(title="状态", json_schema_extra=form(kind="choice", options=STATES, tones=TONES))
    place: int = pydantic.Field(title="处理到第几行", json_schema_extra=form(width=110))
    good: int = pydantic.Field(title="成功", json_schema_extra=form(width=80))
    again: int = pydantic.Field(title="此前已导入", json_schema_extra=form(width=110))
    bad: int = pydantic.Field(title="有误", json_schema_extra=form(width=80))
    message: str = pydantic.Field(title="说明")
    begun_at: datetime | None = pydantic.Field(title="开始时间")
    ended_at: datetime | None = pydantic.Field(title="结束时间")


class ImportFault(pydantic.BaseModel):
    """What is wrong in a row of the file."""

    id: str
    row: int = pydantic.Field(title="行", json_schema_extra=form(width=80))
    field: str = pydantic.Field(title="列", json_schema_extra=form(width=140))
    detail: str = pydantic.Field(title="错误", json_schema_extra=form(width=640))
