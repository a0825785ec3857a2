"""Revisits that are talked in now, with the words of both sides; one click takes a citizen over from the machine."""

from __future__ import annotations

from datetime import datetime

import pydantic
from sqlalchemy import select

from acd.service import Acd
from cti.base.refusal import Conflict, NotFound
from cti.base.visitor import Visitor
from cti.office.identity.masking import shown_name
from cti.telephony.calls import Calls
from ivr.telephone.minutes import SIDES, said_in
from ivr.telephone.taking_over import TakingOver, taker_of
from workflow.revisit.models import RevisitRow
from workflow.revisit.rules import ON_THE_LINE, STATES
from workflow.revisit.service import Revisits
from workflow.revisit.strategies import SEE

TAKE = "revisit.take_over"
MOST = 100
"""Talks that are shown at once, the newest."""


class SaidView(pydantic.BaseModel):
    """Something that was said; `side` is a word for people."""

    side: str
    text: str
    at: float


class LiveRevisit(pydantic.BaseModel):
    """A revisit on the line. `agent` is who talks with the citizen, or takes him over; empty while the machine does."""

    id: str
    call: str
    ticket: str
    ticket_number: str
    about: str
    name: str
    state: str
    since: datetime | None
    agent: str
    said: list[SaidView]


class LiveRevisits(pydantic.BaseModel):
    """All within reach."""

    items: list[LiveRevisit]


class Live:
    """Who looks on sees what he may; who takes over is an agent who is ready."""

    def __init__(self, revisits: Revisits, calls: Calls, acd: Acd, taking_over: TakingOver) -> None:
        self._revisits, self._calls, self._acd, self._taking = revisits, calls, acd, taking_over

    async def now(self, visitor: Visitor) -> LiveRevisits:
        """Those on the line, the newest first."""
        visitor.need(SEE)
        mine = RevisitRow.state.in_(ON_THE_LINE), *self._revisits.readable(visitor)
        wanted = select(RevisitRow).where(*mine).order_by(RevisitRow.last_at.desc(), RevisitRow.id).limit(MOST)
        async with self._revisits.office.store.reading() as session:
            rows = (await session.scalars(wanted)).all()
        return LiveRevisits(items=[self._view(visitor, row) for row in rows])

    def _view(self, visitor: Visitor, row: RevisitRow) -> LiveRevisit:
        call = self._calls.find(row.attempt)
        lines = said_in(call) if call is not None else []
        talk = call.talk if call is not None else None
        return LiveRevisit(
            id=row.id, call=row.attempt, ticket=row.ticket, ticket_number=row.ticket_number, about=row.about,
            name=shown_name(visitor, row.name), state=STATES[row.state],
            since=call.answered_at if call is not None else None,
            agent=talk.agent if talk is not None else taker_of(call) if call is not None else "",
            said=[SaidView(side=SIDES[one["side"]], text=one["text"], at=one["at"]) for one in lines],
        )  # fmt: skip

    async def take(self, visitor: Visitor, id: str) -> None:
        """The citizen is led to the visitor, who has all that was said. NotFound; Conflict when he cannot be."""
        visitor.need(TAKE)
        agent = visitor.agent_no or ""
        async with self._revisits.changing() as session:
            row = await self._revisits.row(session, visitor, id, permission=SEE)
            if not agent or self._acd.agent(agent).state != "ready":
                raise Conflict("not_ready", "请先签入并就绪，再接管通话")
            call = self._calls.find(row.attempt)
            if row.state not in ON_THE_LINE or call is None or call.answered_at is None:
                raise NotFound("not_talking", "该市民不在通话中")
            if call.talk is not None or taker_of(call):
                raise Conflict("taken", "该通话已由座席接管")
            row.outcome = "human"
            await self._revisits.audit(session, visitor, "taken_over", id, after={"call": call.id, "agent": agent})
        await self._taking.take(call, agent)
        self._calls.save(call)
        await self._revisits.changed([id])
