"""What every list of records can be asked for and answers, and the order of its rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Generic, TypeVar

import pydantic
from sqlalchemy import ColumnElement, nulls_last
from sqlalchemy.orm import InstrumentedAttribute

from cti.base.http.routes import Page
from cti.base.refusal import Invalid
from cti.office.records.table import Record

V = TypeVar("V")


class RecordQuery(Page):
    """Filters of a list: `sort` is a column's key, behind `-` descending; `removed` asks for what was removed.

    `columns` are the keys of the columns that a file has, with commas; all without it.
    `purpose` is why somebody looks for a number or name that he may not see. `where` are conditions that somebody
    built: see `cti.office.conditions`.
    """

    sort: str = pydantic.Field(default="", max_length=40, title="排序")
    search: str = pydantic.Field(default="", max_length=60, title="查找")
    organisation: str = pydantic.Field(default="", max_length=40, title="机构")
    purpose: str = pydantic.Field(default="", max_length=200, title="查询事由")
    removed: bool = pydantic.Field(default=False, title="已删除")
    where: str = pydantic.Field(default="", max_length=4000, title="筛选条件")
    columns: str = pydantic.Field(default="", max_length=2000, title="导出的列")


class RecordView(pydantic.BaseModel):
    """What every record tells of itself; a module's view adds what its records are.

    `titles` are the words of what its keys point to, `acts` the names of what this visitor may do with it now.
    """

    id: str = pydantic.Field(title="编号")
    organisation: str = pydantic.Field(title="所属机构")
    region: str = pydantic.Field(title="行政区划")
    created_at: datetime = pydantic.Field(title="创建时间")
    updated_at: datetime = pydantic.Field(title="修改时间")
    removed: bool = pydantic.Field(title="已删除")
    version: int = pydantic.Field(title="版本")
    created_by: str = pydantic.Field(default="", title="创建人")
    titles: dict[str, str] = pydantic.Field(default={}, title="名称")
    acts: list[str] = pydantic.Field(default=[], title="可以进行的操作")


class RecordPage(pydantic.BaseModel, Generic[V]):
    """A page of a list; `total` counts all that match, or, with `more`, those of them that were counted."""

    items: list[V]
    total: int
    page: int
    size: int
    more: bool = False


class Moment(pydantic.BaseModel):
    """Something in the life of a record, for a timeline."""

    at: datetime
    title: str
    text: str = ""
    by: str = ""
    tone: str = ""


class Moments(pydantic.BaseModel):
    """A page of a timeline, the newest first."""

    items: list[Moment]
    total: int
    page: int
    size: int


class Tally(pydantic.BaseModel):
    """How many records of a query have a value; `title` are its words."""

    value: str
    title: str
    count: int


class TallyPage(pydantic.BaseModel):
    """The values that records have in a column, in the order of its words, else the most frequent first."""

    items: list[Tally]


def plain(value: object) -> str:
    """A value as options and addresses write it."""
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def order_of(
    table: type[Record], sorts: Mapping[str, InstrumentedAttribute[Any]], wanted: str
) -> list[ColumnElement[Any]]:
    """The order that `sort` asks for, made total by the id. Invalid when the list cannot be sorted so."""
    key = wanted.removeprefix("-")
    if key not in sorts:
        raise Invalid("sort", f"不能按“{key}”排序", "sort")
    down = wanted.startswith("-")
    order: list[ColumnElement[Any]] = [column.desc() if down else column.asc() for column in (sorts[key], table.id)]
    if sorts[key].property.columns[0].nullable:
        # What has no value comes last on every database, whatever the order.
        order[0] = nulls_last(order[0])
    return order
