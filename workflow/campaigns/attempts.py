"""Attempts at somebody on a list: written before he is dialled, ended once, and what follows by the campaign's rule."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.ids import new_id
from cti.base.refusal import Conflict
from workflow.campaigns.barring import Barred
from workflow.campaigns.models import AttemptRow, CampaignRow, TargetRow
from workflow.campaigns.rules import WAYS, Policy, State
from workflow.campaigns.targets import Targets


def move(row: TargetRow, state: State) -> None:
    """Change a target's state by the table. Conflict."""
    if state not in WAYS[row.state]:
        raise Conflict("state", "该外呼对象的状态已变化，请刷新后重试")
    row.state = state


def put_off(row: TargetRow, barred: Barred) -> None:
    """He is not called now: later, or no more."""
    if barred.state != row.state:
        move(row, barred.state)
    row.due_at, row.result = barred.until, barred.result or row.result


async def policy_of(session: AsyncSession, row: TargetRow) -> Policy:
    """How often somebody is dialled: his campaign's rule."""
    campaign = await session.get(CampaignRow, row.campaign)
    if campaign is None:
        return Policy(1, 1, 1, 1)
    return Policy(campaign.attempts, campaign.busy_minutes, campaign.no_answer_minutes, campaign.other_minutes)


class Attempts:
    """Writes them down."""

    def __init__(self, targets: Targets) -> None:
        self._targets = targets
        self._office = targets.office

    def begin(self, session: AsyncSession, row: TargetRow, agent: str, counted: bool = True) -> str:
        """Write an attempt down; returns its id. One that is not `counted` may still come to no dial."""
        now = self._office.clock.wall()
        attempt = AttemptRow(
            id=new_id(), organisation=row.organisation, region=row.region, campaign=row.campaign, target=row.id,
            number_index=row.number, at=now, agent_name=agent, call="", result="",
        )  # fmt: skip
        session.add(attempt)
        row.attempt, row.call, row.last_at = attempt.id, "", now
        row.attempts += 1 if counted else 0
        return attempt.id

    async def ended(
        self, attempt: str, result: str, *, call: str = "", agent: tuple[str, str] = ("", ""), counted: bool = False
    ) -> None:
        """An attempt ended so, if it is the one under way; told twice it counts once. `counted`: it counts from now on.

        `agent` is the id and the name of who talks.
        """
        async with self._targets.changing() as session:
            row = await session.scalar(
                select(TargetRow).where(TargetRow.attempt == attempt).with_for_update(of=TargetRow)
            )
            if row is None or row.state not in ("given", "dialling"):
                return
            row.attempts += 1 if counted else 0
            policy, now = await policy_of(session, row), self._office.clock.wall()
            state, due = policy.after(row.attempts, result, now)
            move(row, state)
            row.result, row.due_at, row.updated_at, row.call = result, due, now, call or row.call
            if state == "talked":
                row.agent, row.agent_name = agent if agent[0] else (row.agent, row.agent_name)
            else:
                row.agent = row.agent_name = ""
            kept = await session.get(AttemptRow, attempt)
            if kept is not None:
                kept.result, kept.call, kept.agent_name = result, row.call, agent[1] or kept.agent_name
            id = row.id
        await self._targets.changed([id])

    async def put_back(self, attempt: str, state: State, due: datetime, result: str = "") -> None:
        """Nobody was dialled for an attempt: it is none, and he waits again, or is dialled no more."""
        async with self._targets.changing() as session:
            row = await session.scalar(
                select(TargetRow).where(TargetRow.attempt == attempt).with_for_update(of=TargetRow)
            )
            if row is None or row.state != "given":
                return
            kept = await session.get(AttemptRow, attempt)
            if kept is not None:
                await session.delete(kept)
            move(row, state)
            row.attempt, row.due_at, row.updated_at = "", due, self._office.clock.wall()
            row.result = result or row.result
            id = row.id
        await self._targets.changed([id])

    async def dialled(self, id: str, call: str) -> None:
        """The call that was begun for the attempt under way."""
        async with self._targets.changing() as session:
            row = await session.get(TargetRow, id, with_for_update=True)
            if row is not None and row.attempt:
                row.call = call
                attempt = await session.get(AttemptRow, row.attempt)
                if attempt is not None:
                    attempt.call = call

    async def not_dialled(self, id: str) -> None:
        """Nothing was dialled after all: no attempt."""
        async with self._targets.changing() as session:
            row = await session.get(TargetRow, id, with_for_update=True)
            if row is None or row.state != "dialling":
                return
            attempt = await session.get(AttemptRow, row.attempt)
            if attempt is not None:
                await session.delete(attempt)
            row.attempts -= 1
            row.attempt = ""
            move(row, "taken")
        await self._targets.changed([id])
