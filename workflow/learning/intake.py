"""Takes in what is told of talks with bots, some at a time, and puts what somebody should look at into its group."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.ids import new_id
from cti.office.records import Office
from ivr.definition.flow import Flow
from ivr.reach.turns import FlowTold, HandedOver, TalkOver, TalkRated, TurnAnswered, TurnTaken
from ivr.running.state import Flows
from workflow.learning.alike import alike, nearest
from workflow.learning.models import BotTalkRow, BotTurnRow, TurnGroupRow
from workflow.learning.rules import Reason, kept

FAIR = 60
"""A rating below this is bad: 不满意."""
COMPARED = 300
"""Groups of a question with which a new sentence is compared, those that grew last."""


class Intake:
    """Writes batches; `grown` are the groups that a batch has changed."""

    def __init__(self, office: Office, flows: Flows) -> None:
        self._office, self._flows = office, flows

    async def take(self, told: Sequence[FlowTold]) -> list[str]:
        """A batch in its order; returns the groups that grew."""
        grown: dict[str, None] = {}
        async with self._office.store.writing() as session:
            # Most calls are no talk with a bot: what is told of them needs this one question for all.
            asked = select(BotTalkRow).where(BotTalkRow.id.in_({one.call for one in told}))
            talks = {row.id: row for row in await session.scalars(asked)}
            for one in told:
                if isinstance(one, TurnTaken):
                    grown |= dict.fromkeys(await self._turn(session, talks, one))
                elif (talk := talks.get(one.call)) is not None:
                    match one:
                        case TurnAnswered():
                            await self._answered(session, talk, one)
                        case HandedOver():
                            grown |= dict.fromkeys(await self._handed(session, talk))
                        case TalkRated():
                            grown |= dict.fromkeys(await self._rated(session, talk, one))
                        case TalkOver():
                            talk.over = True
        return list(grown)

    async def forget(self, days: int) -> None:
        """Let go of turns and talks that are older; groups stay."""
        before = self._office.clock.wall() - timedelta(days=days)
        async with self._office.store.writing() as session:
            await session.execute(delete(BotTurnRow).where(BotTurnRow.at < before))
            await session.execute(delete(BotTalkRow).where(BotTalkRow.began_at < before))

    # ── what is told ──

    async def _turn(self, session: AsyncSession, talks: dict[str, BotTalkRow], told: TurnTaken) -> list[str]:
        missed = told.how == "unknown"
        talk = talks.get(told.call)
        if talk is None:
            talk = talks[told.call] = BotTalkRow(
                id=told.call, medium=told.medium, flow=told.flow, revision=told.revision, began_at=told.at, turns=0,
                missed=0, intent="", handed=False, over=False, score=None, organisation=told.organisation,
                region=told.region,
            )  # fmt: skip
            session.add(talk)
        talk.turns += 1
        talk.missed += missed
        if told.how in ("intent", "aside"):
            talk.intent = told.intent
        # A question asked in between keeps its flow's name; a turn not understood what it was nearest to.
        row = BotTurnRow(
            id=new_id(), talk=told.call, medium=told.medium, at=told.at, flow=told.flow, revision=told.revision,
            node=told.node, said=kept(told.text), how=told.how, intent=told.intent, sure=told.sure, reason="",
            group="", handed=False, score=None, organisation=told.organisation, region=told.region,
            created_at=told.at, updated_at=told.at, version=1, created_by="",
        )  # fmt: skip
        session.add(row)
        await session.flush()
        return await self._list(session, [row], "unknown") if missed else []

    async def _answered(self, session: AsyncSession, talk: BotTalkRow, told: TurnAnswered) -> None:
        """What nobody understood was answered after all: it is no more of its group, which goes when it is the last."""
        said = await self._turns(session, told.call)
        if not said or said[-1].how != "unknown":
            return
        row = said[-1]
        talk.missed, talk.intent = talk.missed - 1, told.flow
        group = row.group
        row.how, row.intent, row.sure, row.reason, row.group = "aside", told.flow, 1.0, "", ""
        kept = await session.get(TurnGroupRow, group, populate_existing=True) if group else None
        if kept is not None:
            kept.count -= 1
            if kept.count <= 0:
                await session.delete(kept)

    async def _handed(self, session: AsyncSession, talk: BotTalkRow) -> list[str]:
        """The last thing that was said before, which was no wish for a human, is why."""
        if talk.handed:
            return []
        talk.handed = True
        said = await self._turns(session, talk.id)
        for row in said:
            row.handed = True
        last = [row for row in said if row.how != "human"][-1:]
        return await self._list(session, [row for row in last if not row.reason], "handed")

    async def _rated(self, session: AsyncSession, talk: BotTalkRow, told: TalkRated) -> list[str]:
        talk.score = told.score
        said = await self._turns(session, told.call)
        for row in said:
            row.score = told.score
        if told.score >= FAIR or talk.handed:
            # Whoever talked with a person rated the person.
            return []
        return await self._list(session, [row for row in said if not row.reason and row.how != "human"], "rated")

    async def _turns(self, session: AsyncSession, talk: str) -> Sequence[BotTurnRow]:
        found = await session.scalars(select(BotTurnRow).where(BotTurnRow.talk == talk).order_by(BotTurnRow.at))
        return found.all()

    # ── groups ──

    async def _list(self, session: AsyncSession, rows: Iterable[BotTurnRow], reason: Reason) -> list[str]:
        found = []
        for row in rows:
            row.reason = reason
            if row.said:
                found.append(await self._grouped(session, row, reason))
        return found

    async def _grouped(self, session: AsyncSession, row: BotTurnRow, reason: Reason) -> str:
        group = TurnGroupRow
        where = (
            group.organisation == row.organisation, group.region == row.region, group.flow == row.flow,
            group.node == row.node, group.state == "open",
        )  # fmt: skip
        newest = select(group.id, group.said).where(*where).order_by(group.updated_at.desc()).limit(COMPARED)
        same = alike(row.said, [(id, said) for id, said in await session.execute(newest)])
        now = self._office.clock.wall()
        if same:
            row.group = same
            more = {"count": group.count + 1, "last_at": row.at, "updated_at": now}
            await session.execute(update(group).where(group.id == same).values(more))
            return same
        near, sure = self._nearest(row)
        made = group(
            id=new_id(), flow=row.flow, node=row.node, said=row.said, count=1, reason=reason, last_at=row.at, near=near,
            near_sure=sure, article="", state="open", organisation=row.organisation, region=row.region,
            created_at=now, updated_at=now, version=1, created_by="",
        )  # fmt: skip
        session.add(made)
        row.group = made.id
        await session.flush()
        return made.id

    def _nearest(self, row: BotTurnRow) -> tuple[str, float]:
        flow = self._flow(row.flow, row.revision)
        return nearest(flow, row.node, row.said) if flow is not None else ("", 0.0)

    def _flow(self, name: str, revision: int) -> Flow | None:
        try:
            return self._flows.current(name)
        except KeyError:
            pass
        try:
            return self._flows.revision(name, revision)
        except KeyError:
            return None
