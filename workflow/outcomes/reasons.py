"""The list of reasons, which an administrator keeps."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.ids import new_id
from cti.base.refusal import Conflict, Invalid
from cti.base.visitor import Visitor
from cti.office.records import RecordQuery, Records
from cti.office.screens import Choice
from workflow.outcomes.models import ReasonRow
from workflow.outcomes.views import ReasonFields, ReasonView

FIRST = (("答复完毕", False), ("无声", False), ("误拨", False), ("骚扰", True), ("中断", False), ("无法听清", False))
"""Those of a new hotline, in order; the second is whether the number may be proposed for the black list."""


class Reasons(Records[ReasonRow, ReasonFields, ReasonView, RecordQuery]):
    """The service. Those of the house are for all; an organisation may have more of its own."""

    table, fields, view, query = ReasonRow, ReasonFields, ReasonView, RecordQuery
    kind: ClassVar[str] = "outcome_reason"
    title: ClassVar[str] = "通话结果原因"
    see: ClassVar[str] = "outcomes.reasons"
    edit_permission: ClassVar[str] = "outcomes.reasons"
    orders: ClassVar[tuple[str, ...]] = ("place",)
    export_permission: ClassVar[str] = "outcomes.reasons"
    sort: ClassVar[str] = "place"

    async def values(
        self, session: AsyncSession, body: ReasonFields, row: ReasonRow | None, organisation: str
    ) -> dict[str, Any]:
        """A name stands once in an organisation."""
        if await self.taken(session, row, ReasonRow.title == body.title, ReasonRow.organisation == organisation):
            raise Conflict("taken", "已有同名的原因", "title")
        return body.model_dump(include=set(ReasonFields.model_fields))

    async def deliver(self) -> None:
        """Begin with the first ones; what an administrator removed does not come back."""
        async with self.office.store.writing() as session:
            if await session.scalar(select(func.count()).select_from(ReasonRow)):
                return
            now = self.office.clock.wall()
            for number, (title, nuisance) in enumerate(FIRST, start=1):
                session.add(
                    ReasonRow(
                        id=new_id(), organisation=self.office.organisation, region=self.office.region,
                        created_at=now, updated_at=now, title=title, place=number * 10, nuisance=nuisance, noted=False,
                    )
                )  # fmt: skip

    async def to_give(self, session: AsyncSession, visitor: Visitor) -> list[ReasonRow]:
        """Those that a visitor may give, in order."""
        whose = or_(ReasonRow.organisation == self.office.organisation, ReasonRow.organisation == visitor.organisation)
        wanted = select(ReasonRow).where(whose, ReasonRow.removed_at.is_(None))
        return list(await session.scalars(wanted.order_by(ReasonRow.place, ReasonRow.id)))

    async def choices(self, visitor: Visitor) -> list[Choice]:
        """The same, to choose from."""
        async with self.office.store.reading() as session:
            return [Choice(value=row.id, title=row.title) for row in await self.to_give(session, visitor)]

    async def need(self, session: AsyncSession, visitor: Visitor, id: str) -> ReasonRow:
        """One of them. Invalid."""
        for row in await self.to_give(session, visitor):
            if row.id == id:
                return row
        raise Invalid("no_reason", "没有这个原因，可能刚刚被删除", "reason")
