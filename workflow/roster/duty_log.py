"""The duty log (值班记录): written online by who is on duty, with what is handed over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

import pydantic
from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Body
from cti.base.refusal import Invalid, NotAllowed
from cti.base.visitor import Visitor
from cti.office.records import RecordQuery, Records, RecordView
from cti.office.references import PEOPLE
from cti.office.screens import form
from cti.office.sharing import Shared
from workflow.roster.models import DutyLogRow
from workflow.roster.rules import APPROVE, ASK, BASE, SEE

DUTY_LOG = f"{BASE}/duty_log"


class DutyLogFields(Body):
    """What somebody writes of his shift."""

    title: str = pydantic.Field(min_length=1, max_length=80, title="班次", json_schema_extra=form(help="例如 早班"))
    begins_at: pydantic.AwareDatetime = pydantic.Field(title="开始时间")
    ends_at: pydantic.AwareDatetime = pydantic.Field(title="结束时间")
    situation: str = pydantic.Field(
        min_length=1, max_length=4000, title="值班情况", json_schema_extra=form(kind="long")
    )
    handover: str = pydantic.Field(default="", max_length=4000, title="交接事项", json_schema_extra=form(kind="long"))


class DutyLogView(RecordView):
    """An entry."""

    person: str = pydantic.Field(title="值班人")
    title: str = pydantic.Field(title="班次")
    begins_at: datetime = pydantic.Field(title="开始时间")
    ends_at: datetime = pydantic.Field(title="结束时间")
    situation: str = pydantic.Field(title="值班情况", json_schema_extra=form(kind="long"))
    handover: str = pydantic.Field(title="交接事项", json_schema_extra=form(kind="long"))


class DutyLogQuery(RecordQuery):
    """What lies at least partly in a period."""

    since: pydantic.AwareDatetime | None = pydantic.Field(default=None, alias="from")
    until: pydantic.AwareDatetime | None = pydantic.Field(default=None, alias="to")


class DutyLog(Records[DutyLogRow, DutyLogFields, DutyLogView, DutyLogQuery]):
    """Read by the whole organisation, whose next shift goes on with it; changed by its author and by who leads."""

    table, fields, view, query = DutyLogRow, DutyLogFields, DutyLogView, DutyLogQuery
    kind: ClassVar[str] = "roster_duty_log"
    title: ClassVar[str] = "值班记录"
    see: ClassVar[str] = SEE
    edit_permission: ClassVar[str] = ASK
    export_permission: ClassVar[str] = "roster.export"
    screen: ClassVar[str] = "roster_duty_log"
    sharing: ClassVar[Shared] = Shared(own=())
    refs: ClassVar = {"person": PEOPLE}
    searched: ClassVar[tuple[str, ...]] = ("title", "situation", "handover")
    orders: ClassVar[tuple[str, ...]] = ("begins_at",)
    sort: ClassVar[str] = "-begins_at"

    def limits(self, visitor: Visitor, query: DutyLogQuery) -> list[ColumnElement[bool]]:
        """By words and by when."""
        found = super().limits(visitor, query)
        if query.since is not None:
            found.append(DutyLogRow.ends_at > query.since)
        if query.until is not None:
            found.append(DutyLogRow.begins_at < query.until)
        return found

    async def values(
        self, session: AsyncSession, body: DutyLogFields, row: DutyLogRow | None, organisation: str
    ) -> dict[str, Any]:
        """A shift lasts at most a day and a half."""
        if not timedelta() < body.ends_at - body.begins_at <= timedelta(hours=36):
            raise Invalid("times", "结束时间应晚于开始时间，最长 36 小时", "ends_at")
        return await super().values(session, body, row, organisation)

    async def edit(self, visitor: Visitor, id: str, version: int, body: DutyLogFields) -> DutyLogView:
        """One's own entry, or one of the people whom one leads. NotAllowed."""
        await self._need_own(visitor, id)
        return await super().edit(visitor, id, version, body)

    async def _set_removed(self, visitor: Visitor, id: str, removed: bool) -> bool:
        await self._need_own(visitor, id)
        return await super()._set_removed(visitor, id, removed)

    async def _need_own(self, visitor: Visitor, id: str) -> None:
        visitor.need(self.edit_permission)
        async with self.office.store.reading() as session:
            row = await self.row(session, visitor, id)
        if not _may_change(visitor, row):
            raise NotAllowed("not_yours", "只有值班人本人和班长可以修改")

    async def complete(
        self, session: AsyncSession, visitor: Visitor, rows: Sequence[DutyLogRow], views: Sequence[DutyLogView]
    ) -> None:
        """Nothing is offered to others."""
        await super().complete(session, visitor, rows, views)
        for row, view in zip(rows, views, strict=True):
            if not _may_change(visitor, row):
                view.acts = []

    async def drafted(self, session: AsyncSession, visitor: Visitor, body: DutyLogFields) -> DutyLogRow:
        """By whoever writes it."""
        row = await super().drafted(session, visitor, body)
        row.person = visitor.person
        return row


def _may_change(visitor: Visitor, row: DutyLogRow) -> bool:
    return row.person == visitor.person or visitor.may(APPROVE)
