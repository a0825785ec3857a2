"""Takes tickets into running plans as they come to wait for their revisit, and lets go of those that went on."""

from __future__ import annotations

from collections.abc import Collection

import structlog
from sqlalchemy import select

from cti.base.ids import new_id
from cti.base.refusal import Refusal
from cti.base.visitor import Visitor
from cti.office.identity.directory import visitor_of
from workflow.revisit.models import PlanRow, RevisitRow
from workflow.revisit.plans import Plans, taken
from workflow.revisit.rules import is_for_human
from workflow.revisit.service import Revisits, move
from workflow.tickets.calls.revisiting import ToRevisit

log = structlog.get_logger(__name__)

AT_ONCE = 200
"""Tickets of a plan that one look takes."""
WAITING = ("waiting", "proposed", "human")


class Intake:
    """Takes them by the rights of who started the plan."""

    def __init__(self, plans: Plans, revisits: Revisits) -> None:
        self._plans, self._revisits = plans, revisits
        self._office = revisits.office

    async def take(self, plan: PlanRow) -> None:
        """The next that are meant, each once."""
        async with self._revisits.changing() as session:
            visitor = await visitor_of(session, plan.started_by)
            if visitor is None:
                log.warning("who started a plan of revisits is gone", plan=plan.id)
                return
            found = await self._found(visitor, plan)
            made = [self.row(plan, one) for one in found]
            session.add_all(made)
            ids = [one.id for one in made]
        if ids:
            await self._revisits.changed(ids)

    async def _found(self, visitor: Visitor, plan: PlanRow) -> list[ToRevisit]:
        try:
            async with self._office.store.reading() as session:
                return await self._revisits.revisiting.find(
                    session, visitor, self._plans.meant(plan), taken(plan.id), AT_ONCE
                )
        except Refusal as refusal:
            log.warning("a plan of revisits finds no tickets", plan=plan.id, reason=refusal.detail)
            return []

    def row(self, plan: PlanRow, ticket: ToRevisit) -> RevisitRow:
        """The revisit of a ticket by a plan, not stored yet."""
        now = self._office.clock.wall()
        by_human = is_for_human(ticket.id, plan.human_share)
        return RevisitRow(
            id=new_id(), organisation=ticket.organisation, region=ticket.region, created_by="", created_at=now,
            updated_at=now, plan=plan.id, ticket=ticket.id, ticket_number=ticket.number, about=ticket.title,
            number=ticket.contact, number_index=ticket.contact, number_last_four=ticket.contact, name=ticket.name,
            gender=ticket.gender, by_human=by_human, state="human" if by_human else "waiting", attempts=0, due_at=now,
            last_at=None, result="", attempt="", outcome="", medium="", solved="", satisfaction="", hotline="", why="",
            reason="", said="", verified_by="", verified_at=None, note="",
        )  # fmt: skip

    async def let_go(self, tickets: Collection[str] | None = None) -> None:
        """Of these tickets, or all: whose revisit somebody else has done is not called, nor verified."""
        wanted = select(RevisitRow).where(RevisitRow.state.in_(WAITING), RevisitRow.removed_at.is_(None))
        if tickets is not None:
            wanted = wanted.where(RevisitRow.ticket.in_(tickets))
        gone = []
        async with self._revisits.changing() as session:
            rows = (await session.scalars(wanted.with_for_update(of=RevisitRow))).all()
            still = await self._revisits.revisiting.still(session, {row.ticket for row in rows}) if rows else {}
            for row in rows:
                if row.ticket not in still:
                    move(row, "elsewhere")
                    row.updated_at = self._office.clock.wall()
                    gone.append(row.id)
        if gone:
            await self._revisits.changed(gone)
