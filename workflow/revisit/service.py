"""Revisits: a ticket each, where it stands, what the citizen said; verified by people, or given to them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

import msgspec
from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.refusal import Conflict, Invalid, Refusal
from cti.base.times.business_time import ZONE
from cti.base.visitor import Visitor, system
from cti.office.identity.masking import masked_text
from cti.office.records import Office, Records
from cti.office.records.kinds import RecordReference
from cti.office.records.telephones import Telephone
from cti.office.references import Reference
from cti.office.sharing import Shared
from ivr.telephone.minutes import SIDES
from workflow.revisit.models import RevisitRow
from workflow.revisit.plans import Plans
from workflow.revisit.rules import OPEN, WAYS, State
from workflow.revisit.strategies import EDIT, SEE
from workflow.revisit.views import PLANS, RevisitFields, RevisitQuery, RevisitView, ToHuman, Verified
from workflow.tickets.calls.revisiting import NOT_REACHED, REVISIT, Revisiting

VERIFY = "revisit.verify"
BY = system("智能回访")
"""The house itself, as the audit and the tickets name it."""


class Revisits(Records[RevisitRow, RevisitFields, RevisitView, RevisitQuery]):
    """The service. The states follow `rules.WAYS`, whoever changes them."""

    table, fields, view, query = RevisitRow, RevisitFields, RevisitView, RevisitQuery
    kind: ClassVar[str] = "revisit"
    title: ClassVar[str] = "智能回访"
    see: ClassVar[str] = SEE
    edit_permission: ClassVar[str] = EDIT
    export_permission: ClassVar[str] = "revisit.export"
    is_private: ClassVar[bool] = True
    sharing: ClassVar[Shared] = Shared(own=())
    screen: ClassVar[str] = "revisits"
    telephone: ClassVar[Telephone | None] = Telephone("number", name="name")
    refs: ClassVar[Mapping[str, Reference]] = {"plan": RecordReference(Plans, f"{PLANS}/choices", "title")}
    filters: ClassVar[tuple[str, ...]] = ("plan", "state", "satisfaction", "medium")
    period: ClassVar[str] = "last_at"
    orders: ClassVar[tuple[str, ...]] = ("last_at",)
    masked: ClassVar[tuple[str, ...]] = ("reason", "said")

    def __init__(self, office: Office, plans: Plans, revisiting: Revisiting, area: str) -> None:
        super().__init__(office)
        self.plans, self.revisiting, self.area = plans, revisiting, area

    def limits(self, visitor: Visitor, query: RevisitQuery) -> list[ColumnElement[bool]]:
        """By plan, state, what was said, and a number of a ticket or a telephone."""
        found = super().limits(visitor, query)
        if query.search:
            assert self.telephone is not None
            number = self.telephone.condition(RevisitRow, query.search, self.area)
            same = RevisitRow.ticket_number == query.search
            found.append(same if number is None else same | number)
        return found

    async def values(
        self, session: AsyncSession, body: RevisitFields, row: RevisitRow | None, organisation: str
    ) -> dict[str, Any]:
        """Nobody makes or changes one by hand."""
        raise Invalid("not_by_hand", "智能回访由回访计划产生，不能手工新增或修改")

    def words(self, visitor: Visitor, row: RevisitRow) -> dict[str, Any]:
        """Number and name by right; the citizen's words for those who verify them."""
        may = visitor.may(VERIFY)
        said = words_of(row.said)
        return {
            **super().words(visitor, row),
            "reason": row.reason if may else masked_text(row.reason),
            "said": said if may else masked_text(said),
        }

    def offered(self, row: RevisitRow, writes: bool) -> list[str]:
        """What can be done with one now; who may is said by each action's permission."""
        now: dict[str, list[str]] = {
            "proposed": ["accept", "verify", "to_human"], "waiting": ["to_human", "stop"],
            "failed": ["again", "to_human"], "stopped": ["again"], "human": ["again"],
        }  # fmt: skip
        return now.get(row.state, []) if row.removed_at is None else []

    # ── verified by people ───────────────────────────────────────────────────────────────────────────────────────

    async def accept(self, visitor: Visitor, id: str) -> RevisitView:
        """The result as it was heard goes into the ticket. Conflict when the ticket takes none any more."""
        return await self._into_ticket(visitor, id, None)

    async def verify(self, visitor: Visitor, id: str, body: Verified) -> RevisitView:
        """The result as somebody who compared words and sound says; what he changed stands in the audit. Invalid."""
        if body.satisfaction == "unsatisfied" and body.why is None:
            raise Invalid("why", "请选择不满意原因", "why")
        return await self._into_ticket(visitor, id, body)

    async def _into_ticket(self, visitor: Visitor, id: str, body: Verified | None) -> RevisitView:
        visitor.need(VERIFY)
        async with self.changing() as session:
            row = await self.row(session, visitor, id, lock=True, permission=VERIFY)
            if row.state != "proposed":
                raise Conflict("state", "该回访的状态已变化，请刷新后重试")
            before = self.told(row)
            if body is not None:
                row.satisfaction, row.hotline, row.solved = body.satisfaction, body.hotline, body.solved
                row.why = body.why or "" if body.satisfaction == "unsatisfied" else ""
                row.note = body.note
            row.verified_by, row.verified_at = visitor.name, self.office.clock.wall()
            await self._register(session, visitor, row)
            await self.audit(session, visitor, "verified", id, before, self.told(row))
            (found,) = await self.shown_all(session, visitor, [row])
            ticket = row.ticket
        await self.revisiting.registered([ticket])
        await self.changed([id])
        return found

    async def accept_by_itself(self, id: str) -> None:
        """A result that needs nobody goes into the ticket; what that refuses waits for people, with the reason."""
        try:
            async with self.changing() as session:
                row = await session.get(RevisitRow, id, with_for_update=True)
                if row is None or row.state != "proposed":
                    return
                before, ticket = self.told(row), row.ticket
                await self._register(session, BY, row)
                await self.audit(session, BY, "accepted", id, before, self.told(row))
        except Refusal as refusal:
            async with self.changing() as session:
                row = await session.get(RevisitRow, id, with_for_update=True)
                if row is not None and row.state == "proposed":
                    row.note = f"未能自动采用：{refusal.detail}"[:500]
        else:
            await self.revisiting.registered([ticket])
        await self.changed([id])

    async def _register(self, session: AsyncSession, by: Visitor, row: RevisitRow) -> None:
        """One result a ticket: its process takes it while it waits for one, from whoever may give it."""
        form: dict[str, Any] = {
            "satisfaction": row.satisfaction, "hotline": row.hotline, "solved": row.solved == "yes",
            "reason": row.reason[:2000],
        }  # fmt: skip
        if row.satisfaction == "unsatisfied":
            form["why"] = row.why
        move(row, "accepted")
        row.updated_at = self.office.clock.wall()
        await self.revisiting.register(session, by, row.ticket, REVISIT, form)

    async def not_reached(self, id: str) -> None:
        """The ticket is told that nobody was reached: its process says what follows."""
        async with self.office.store.reading() as session:
            row = await session.get(RevisitRow, id)
        if row is None or row.state != "failed":
            return
        try:
            async with self.changing() as session:
                reason = {"reason": f"智能回访拨打 {row.attempts} 次未接通"}
                await self.revisiting.register(session, BY, row.ticket, NOT_REACHED, reason)
        except Refusal as refusal:
            async with self.changing() as session:
                kept = await session.get(RevisitRow, id, with_for_update=True)
                if kept is not None:
                    kept.note = f"未能在工单中登记：{refusal.detail}"[:500]
        else:
            await self.revisiting.registered([row.ticket])

    # ── by hand ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def to_human(self, visitor: Visitor, id: str, body: ToHuman) -> RevisitView:
        """Somebody asks the citizen again, in person; what the machine heard counts for nothing."""
        return await self._moved(visitor, id, "to_human", "human", body.note)

    async def stop(self, visitor: Visitor, id: str) -> RevisitView:
        """Not called by this plan."""
        return await self._moved(visitor, id, "stopped", "stopped")

    async def again(self, visitor: Visitor, id: str) -> RevisitView:
        """Called once more, with all attempts, while its plan runs. Conflict when the ticket is revisited already."""
        return await self._moved(visitor, id, "again", "waiting")

    async def _moved(self, visitor: Visitor, id: str, action: str, state: State, note: str = "") -> RevisitView:
        visitor.need(EDIT)
        async with self.changing() as session:
            row = await self.row(session, visitor, id, lock=True, permission=EDIT)
            before = self.told(row)
            if state == "waiting":
                other = RevisitRow.ticket == row.ticket, RevisitRow.id != row.id, RevisitRow.state.in_(OPEN)
                if await self.taken(session, row, *other):
                    raise Conflict("open", "该工单正在由其他计划回访")
                row.attempts, row.due_at, row.outcome = 0, self.office.clock.wall(), ""
            move(row, state)
            row.note = note or row.note
            row.updated_at = self.office.clock.wall()
            await self.audit(session, visitor, action, id, before, self.told(row))
            (found,) = await self.shown_all(session, visitor, [row])
        await self.changed([id])
        return found


def move(row: RevisitRow, state: State) -> None:
    """Change a revisit's state by the table. Conflict."""
    if state not in WAYS[row.state]:  # type: ignore[index]  # a state of the table: only this writes it
        raise Conflict("state", "该回访的状态已变化，请刷新后重试")
    row.state = state


def words_of(said: str) -> str:
    """What both sides said, a line each, with the time of day."""
    found = []
    for one in msgspec.json.decode(said) if said else []:
        at = datetime.fromtimestamp(one["at"], ZONE)
        found.append(f"{at:%H:%M:%S} {SIDES[one['side']]}：{one['text']}")
    return "\n".join(found)
