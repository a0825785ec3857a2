"""What is said, told and asked of records in a tree."""

from __future__ import annotations

import pydantic

from cti.base.http.routes import Body
from cti.office.records.query import RecordQuery, RecordView
from cti.office.screens.forms import form
from cti.office.tree.models import NAME


class TreeFields(Body):
    """Where it stands and what it is called; `parent` is an id, or a path of names such as 市政/道路."""

    parent: str | None = pydantic.Field(
        default=None, max_length=700, title="上级", json_schema_extra=form(help="导入时填上级的完整路径，如 市政/道路")
    )
    name: str = pydantic.Field(
        min_length=1, max_length=NAME, title="名称", pattern=r"^[^/]*$",
        json_schema_extra=form(wrong="名称中不能有 /，它用来分隔各级"),
    )  # fmt: skip


class TreeView(RecordView):
    """Where it stands and what it is called."""

    parent: str | None = pydantic.Field(title="上级")
    name: str = pydantic.Field(title="名称")
    path: str = pydantic.Field(title="完整路径")
    off: bool = pydantic.Field(title="已停用")


class TreeQuery(RecordQuery):
    """`search` is a part of a path, or of pinyin initials; `below` a node with all below it."""

    parent: str = pydantic.Field(default="", max_length=26)
    below: str = pydantic.Field(default="", max_length=26)
    off: bool | None = None


class TreeNode(pydantic.BaseModel):
    """A node, as trees and pickers have it."""

    id: str
    parent: str | None
    name: str
    path: str
    initials: str
    off: bool
    version: int
    acts: list[str]


class Move(Body):
    """Where a node goes: below `parent` (the top without one), before the sibling `before` (the end without one)."""

    parent: str | None = pydantic.Field(default=None, max_length=26, title="上级")
    before: str | None = pydantic.Field(default=None, max_length=26, title="排在之前")
    version: int = pydantic.Field(ge=1, title="版本")


class Merge(Body):
    """Which node takes the place of this one."""

    into: str = pydantic.Field(min_length=1, max_length=26, title="并入")


class Pointing(pydantic.BaseModel):
    """How many records of a kind point to a node."""

    title: str
    count: int


class MergePreview(pydantic.BaseModel):
    """What a merge would do: what points to the node will point to the other, and what is below it goes there."""

    path: str
    into: str
    below: int
    pointing: list[Pointing]
