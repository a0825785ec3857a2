"""Tickets that were dispatched by themselves: taken back by one click, judged where they are sampled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.refusal import Conflict, Invalid, NotFound
from cti.base.visitor import Visitor
from cti.office.records import Office, Records
from cti.office.references import ORGANISATIONS, Reference
from cti.office.sharing.rule import Shared
from workflow.assistant.dispatching.views import DispatchFields, DispatchQuery, DispatchView, Verdict
from workflow.assistant.models import DispatchRow
from workflow.assistant.rules import DISPATCH
from workflow.tickets.acting import Acts
from workflow.tickets.texts import TicketTexts

RECALL = "recall"
WHY = "智能派单不准，收回重新派审"


class Dispatches(Records[DispatchRow, DispatchFields, DispatchView, DispatchQuery]):
    """The service. Rows come from `Sending`; what is done with a ticket is done by the ticket's own process."""

    table, fields, view, query = DispatchRow, DispatchFields, DispatchView, DispatchQuery
    kind: ClassVar[str] = "assistant_dispatch"
    title: ClassVar[str] = "自动派单"
    sharing: ClassVar[Shared] = Shared(own=())
    see: ClassVar[str] = DISPATCH
    edit_permission: ClassVar[str] = DISPATCH
    export_permission: ClassVar[str] = DISPATCH
    filters: ClassVar[tuple[str, ...]] = ("state", "review")
    asked_openly: ClassVar[tuple[str, ...]] = ("probability",)
    period: ClassVar[str] = "created_at"
    refs: ClassVar[Mapping[str, Reference]] = {"unit": ORGANISATIONS}
    sort: ClassVar[str] = "-created_at"

    def __init__(self, office: Office, acts: Acts, texts: TicketTexts) -> None:
        super().__init__(office)
        self._acts, self._texts = acts, texts

    async def values(
        self, session: AsyncSession, body: DispatchFields, row: DispatchRow | None, organisation: str
    ) -> dict[str, Any]:
        """Nobody makes one by hand."""
        raise Invalid("not_by_hand", "自动派单由系统产生，不能手工新增或修改")

    def sought(self, visitor: Visitor, text: str) -> ColumnElement[bool]:
        """By the ticket's number."""
        return DispatchRow.number.contains(text, autoescape=True)

    def words(self, visitor: Visitor, row: DispatchRow) -> dict[str, Any]:
        """The probability as people read it; the title comes with `complete`."""
        return {**super().words(visitor, row), "probability": f"{row.probability:.1%}", "title": ""}

    def offered(self, row: DispatchRow, writes: bool) -> list[str]:
        """Taking back while it is with the unit, judging where it is sampled."""
        if not writes:
            return []
        return [
            *(["take_back"] if row.state == "sent" else []),
            *(["judge"] if row.review == "waiting" else []),
        ]

    async def complete(
        self, session: AsyncSession, visitor: Visitor, rows: Sequence[DispatchRow], views: Sequence[DispatchView]
    ) -> None:
        """Also the tickets' titles."""
        await super().complete(session, visitor, rows, views)
        titles = await self._texts.titles(session, [row.ticket for row in rows])
        for view in views:
            view.title = titles.get(view.ticket, "")

    async def take_back(self, visitor: Visitor, ticket: str) -> None:
        """Undo it: the ticket comes back to its reviewers, by who may recall it, and it counts as a miss.

        NotFound, NotAllowed, Conflict.
        """
        async with self.changing() as session:
            # The ticket first, as everywhere.
            await self._acts.act_in(session, visitor, ticket, RECALL, {"reason": WHY})
            row = await session.scalar(select(DispatchRow).where(DispatchRow.ticket == ticket).with_for_update())
            if row is None:
                raise NotFound("no_dispatch", "该工单不是自动派出的")
            if row.state == "answered":
                raise Conflict("answered", "单位已办结，请在结果审核中处理")
            row.state, row.updated_at, row.version = "missed", self.office.clock.wall(), row.version + 1
            await self.audit(session, visitor, "taken_back", row.id, after={"number": row.number, "unit": row.unit})
            id = row.id
        await self._acts.acted(ticket)
        await self.changed([id])

    async def take_back_row(self, visitor: Visitor, id: str) -> DispatchView:
        """The same from the list."""
        async with self.office.store.reading() as session:
            ticket = (await self.row(session, visitor, id)).ticket
        await self.take_back(visitor, ticket)
        return await self.get(visitor, id)

    async def judge(self, visitor: Visitor, id: str, body: Verdict) -> DispatchView:
        """Say of a sampled one whether it went to the right unit. Conflict when somebody was quicker."""
        visitor.need(DISPATCH)
        async with self.changing() as session:
            row = await self.row(session, visitor, id, lock=True)
            if row.review != "waiting":
                raise Conflict("judged", "该工单已抽查，或未被抽中")
            before = {"review": row.review}
            await self.apply(session, visitor, row, row.version, {"review": body.verdict, "note": body.note})
            await self.audit(session, visitor, "judged", id, before, {"review": body.verdict, "note": body.note})
            (found,) = await self.shown_all(session, visitor, [row])
        await self.changed([id])
        return found

    async def became(self, ticket: str, state: str) -> None:
        """What a ticket came to: only what is still with its unit changes."""
        async with self.office.store.writing() as session:
            wanted = select(DispatchRow).where(DispatchRow.ticket == ticket, DispatchRow.state == "sent")
            row = await session.scalar(wanted.with_for_update())
            if row is None:
                return
            row.state, row.updated_at, row.version = state, self.office.clock.wall(), row.version + 1
            id = row.id
        await self.changed([id])
