"""An agent asks for help by one key; whoever leads him hears of it at once, and answers, or listens to the talk."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from acd.service import Acd
from cti.base.ids import new_id
from cti.base.refusal import Conflict, NotFound
from cti.base.scope import Scope
from cti.base.visitor import Visitor, system
from cti.office.identity.people import People
from cti.office.messages import Messages, Text, WithRight
from cti.office.records import Office
from cti.store.after import after_commit
from cti.store.listing import Listed, listed
from cti.telephony.engagement import Engagements
from workflow.floor.models import HandRow
from workflow.floor.topics import LEAD, WORK, FloorHand, OwnHand
from workflow.floor.views import FloorQuery, HandView

KIND = "floor_hand"
Told = Callable[[HandRow], None]
NEVER: OwnHand = {"up": "", "how": "", "by": ""}


def leads(scope: Scope, organisation: str) -> bool:
    """Whether somebody with this scope leads the people of an organisation: who reaches but himself leads nobody."""
    return scope.agent is None and scope.has(organisation)


class Hands:
    """All that are up, and what became of the others. `told` hears each that changed, when that is stored."""

    def __init__(
        self, office: Office, people: People, acd: Acd, engagements: Engagements, messages: Messages, told: Told
    ) -> None:
        self._office, self._people, self._acd, self._engagements = office, people, acd, engagements
        self._messages, self._told = messages, told
        messages.templates.add_kind(KIND, "座席求助")
        self.up: dict[str, HandRow] = {}
        """By agent number."""
        self._last: dict[str, OwnHand] = {}

    async def load(self) -> None:
        """Those that were up when the last engine stopped."""
        async with self._office.store.reading() as session:
            rows = await session.scalars(select(HandRow).where(HandRow.ended_at.is_(None)))
            self.up = {row.agent: row for row in rows}

    def since(self) -> Mapping[str, datetime]:
        """Since when the hand of each agent is up."""
        return {agent: row.raised_at for agent, row in self.up.items()}

    def own(self, visitor: Visitor) -> OwnHand:
        """A visitor's own."""
        return self.own_of(visitor.agent_no or "")

    def own_of(self, agent: str) -> OwnHand:
        """An agent's own."""
        row = self.up.get(agent)
        return {"up": row.raised_at.isoformat(), "how": "", "by": ""} if row else self._last.get(agent, NEVER)

    # ── the agent ────────────────────────────────────────────────────────────────────────────────────────────────

    async def lift(self, visitor: Visitor, note: str) -> OwnHand:
        """Ask for help; nothing more when the hand is up. NotFound without a number, Conflict when signed out."""
        agent = _number(visitor)
        if self._acd.agent(agent).state == "signed_out":
            raise Conflict("signed_out", "签入后才能求助")
        async with self._office.store.writing() as session:
            if await self._find(session, agent) is None:
                part = self._engagements.in_call(agent)
                row = HandRow(
                    id=new_id(), organisation=visitor.organisation, region=visitor.region, agent=agent,
                    agent_name=visitor.name, call=part.work if part is not None else "", note=note,
                    raised_at=self._office.clock.wall(), ended_at=None, how="", by_name="",
                )  # fmt: skip
                session.add(row)
                after = {"call": row.call, "note": note}
                await self._office.audit.write(session, visitor, "hand.raised", f"agent:{agent}", after=after)
                what = Text(KIND, f"{row.agent_name}（{agent}）举手求助", note or "请到实时监控中监听或响应")
                whom = WithRight(LEAD, organisation=row.organisation)
                await self._messages.tell(session, whom, what, link="/board", key=f"{KIND}:{row.id}")
                after_commit(session, row.id, lambda: self._changed(row))
        return self.own_of(agent)

    async def take_back(self, visitor: Visitor) -> OwnHand:
        """Help is not needed any more; nothing when the hand is down."""
        agent = _number(visitor)
        await self._end(agent, visitor, "taken_back", "hand.taken_back")
        return self.own_of(agent)

    async def left(self, agent: str) -> None:
        """The agent signed out: nobody can help him here."""
        if agent in self.up:
            await self._end(agent, system("floor"), "left", "hand.left")

    # ── who leads him ────────────────────────────────────────────────────────────────────────────────────────────

    async def answer(self, visitor: Visitor, id: str) -> None:
        """The visitor cares for it. NotFound beyond his reach, Conflict when somebody was quicker."""
        scope = visitor.reach(LEAD)
        async with self._office.store.reading() as session:
            row = await session.get(HandRow, id)
        if row is None or not visitor.may(LEAD) or not leads(scope, row.organisation):
            raise NotFound("no_hand", "没有这条求助")
        if row.ended_at is not None or not await self._end(row.agent, visitor, "answered", "hand.answered", id):
            raise Conflict("ended", f"该求助已结束：{row.by_name or row.agent_name}")

    async def joined(self, agent: str, supervisor: str) -> None:
        """A supervisor is in the agent's talk: that is the answer."""
        if agent in self.up and (leader := await self._people.visitor_of(supervisor)) is not None:
            await self._end(agent, leader, "answered", "hand.answered")

    def within(self, visitor: Visitor) -> list[FloorHand]:
        """Those that are up within reach."""
        scope = visitor.reach(LEAD)
        return [shown(row) for row in self.up.values() if leads(scope, row.organisation)]

    async def find(self, visitor: Visitor, query: FloorQuery) -> Listed[HandRow]:
        """A page of all that there were within reach, the newest first."""
        limits = in_reach(HandRow, visitor, LEAD, HandRow.raised_at, query)
        order: list[ColumnElement[Any]] = [HandRow.raised_at.desc(), HandRow.id.desc()]
        async with self._office.store.reading() as session:
            return await listed(session, HandRow, limits, order, query.page, query.size)

    # ── both ─────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _find(self, session: AsyncSession, agent: str, id: str = "") -> HandRow | None:
        wanted = select(HandRow).where(HandRow.agent == agent, HandRow.ended_at.is_(None)).with_for_update()
        row: HandRow | None = await session.scalar(wanted.where(HandRow.id == id) if id else wanted)
        return row

    async def _end(self, agent: str, by: Visitor, how: str, action: str, id: str = "") -> bool:
        async with self._office.store.writing() as session:
            row = await self._find(session, agent, id)
            if row is None:
                return False
            row.ended_at, row.how = self._office.clock.wall(), how
            row.by_name = by.name if how == "answered" else ""
            await self._office.audit.write(session, by, action, f"agent:{agent}", after={"hand": row.id})
            await self._messages.withdraw(session, f"{KIND}:{row.id}")
            after_commit(session, row.id, lambda: self._changed(row))
        return True

    def _changed(self, row: HandRow) -> None:
        if row.ended_at is None:
            self.up[row.agent] = row
        else:
            self.up.pop(row.agent, None)
            self._last[row.agent] = {"up": "", "how": row.how, "by": row.by_name}
        self._told(row)


def in_reach(
    table: Any, visitor: Visitor, permission: str, moment: Any, query: FloorQuery
) -> Sequence[ColumnElement[bool]]:
    """The conditions on rows of the floor that a visitor reads: of those whom he leads, in a period."""
    visitor.need(permission)
    scope = visitor.reach(permission)
    if scope.agent is not None:
        return [table.id == ""]
    limits: list[ColumnElement[bool]] = scope.limits(table)
    if query.since is not None:
        limits.append(moment >= query.since)
    if query.until is not None:
        limits.append(moment < query.until)
    return limits


def shown(row: HandRow) -> FloorHand:
    """As it is told live."""
    return {
        "id": row.id, "agent": row.agent, "name": row.agent_name, "note": row.note, "call": row.call,
        "at": row.raised_at.isoformat(), "ended": row.ended_at is not None,
    }  # fmt: skip


def view(row: HandRow) -> HandView:
    """As the list has it."""
    return HandView.model_validate(row, from_attributes=True)


def _number(visitor: Visitor) -> str:
    visitor.need(WORK)
    if visitor.agent_no is None:
        raise NotFound("no_agent", "您没有工号，不能求助")
    return visitor.agent_no
