"""The route that lists numbers without a record, with the reason of each."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pydantic
from sqlalchemy import ColumnElement

from cti.base.http.routes import Page, Route
from cti.base.visitor import Visitor
from cti.office.numbering.models import TakenNumberRow
from cti.office.screens.forms import form
from cti.store.engine import Store
from cti.store.listing import listed

UNFINISHED = "登记未完成（服务中断）"
"""What is told of a number that was drawn, and of whose record nothing was heard any more."""


class GapView(pydantic.BaseModel):
    """A number that no record has, and why."""

    number: str = pydantic.Field(title="编号")
    at: datetime = pydantic.Field(title="取号时间")
    by: str = pydantic.Field(title="取号人")
    reason: str = pydantic.Field(title="空号原因", json_schema_extra=form(kind="long"))


class GapPage(pydantic.BaseModel):
    """A page of them, the newest first."""

    items: list[GapView]
    total: int
    page: int
    size: int
    more: bool = False


def gap_routes(store: Store, kind: str, title: str, permission: str, base: str) -> list[Route]:
    """`GET {base}/numbers/gaps`, for who sees records of the kind, within his reach."""

    async def gaps(visitor: Visitor, query: Page) -> GapPage:
        limits = [*visitor.reach(permission).limits(TakenNumberRow), TakenNumberRow.kind == kind]
        limits.append(TakenNumberRow.record == "")
        order: list[ColumnElement[Any]] = [TakenNumberRow.at.desc(), TakenNumberRow.number.desc()]
        async with store.reading() as session:
            found = await listed(session, TakenNumberRow, limits, order, query.page, query.size)
        items = [
            GapView(number=row.number, at=row.at, by=row.by, reason=row.reason or UNFINISHED) for row in found.rows
        ]
        return GapPage(items=items, total=found.total, page=query.page, size=query.size, more=found.more)

    return [Route("GET", f"{base}/numbers/gaps", gaps, permission, f"{title}的空号及原因")]
