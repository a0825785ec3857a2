"""What comes of attempts: written before the dial, told by the flow in the talk, ended once, and what follows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.ids import new_id
from cti.base.times.business_time import ZONE
from cti.telephony.redialling import ANSWERED
from ivr.telephone.minutes import SaidLine
from workflow.revisit.models import PlanRow, RevisitAttemptRow, RevisitRow, StrategyRow
from workflow.revisit.rules import ON_THE_LINE, Accepts, Medium, Policy, after_talk, why_of
from workflow.revisit.service import Revisits, move
from workflow.revisit.settings import RevisitSettings
from workflow.revisit.strategies import policy_of

ONCE = Policy(1, 1, 1, 1)
"""For a revisit whose plan or strategy is gone."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a flow has made out: see `spoken`. `day` and `time` are when he wants to be called, as far as he said."""

    outcome: str
    solved: str = ""
    satisfaction: str = ""
    hotline: str = ""
    reason: str = ""
    why: str = ""
    day: str = ""
    time: str = ""


class Results:
    """Writes them down. `said` has what was said in a call, by its id."""

    def __init__(self, revisits: Revisits, said: Callable[[str], Awaitable[list[SaidLine]]]) -> None:
        self._revisits, self._said = revisits, said
        self._office = revisits.office
        self.settings = RevisitSettings()
        self.send_link: Callable[[AsyncSession, RevisitRow], Awaitable[None]] | None = None
        """Sends a link to whom nobody reached, where links can be sent."""

    def begin(self, session: AsyncSession, row: RevisitRow) -> str:
        """Write an attempt down, and that he is dialled; returns its id, which is to be the call's."""
        now = self._office.clock.wall()
        attempt = RevisitAttemptRow(
            id=new_id(), organisation=row.organisation, region=row.region, revisit=row.id, plan=row.plan, at=now,
            result="", outcome="",
        )  # fmt: skip
        session.add(attempt)
        move(row, "dialling")
        row.attempt, row.last_at, row.updated_at, row.outcome = attempt.id, now, now, ""
        row.attempts += 1
        return attempt.id

    async def reached(self, attempt: str) -> None:
        """He answered."""
        async with self._revisits.changing() as session:
            row = await self._of(session, attempt)
            if row is None or row.state != "dialling":
                return
            move(row, "talking")
            row.result, row.updated_at = ANSWERED, self._office.clock.wall()
            id = row.id
        await self._revisits.changed([id])

    async def not_reached(self, attempt: str, result: str) -> None:
        """The dial ended so, if it is the one under way; told twice it counts once."""
        async with self._revisits.changing() as session:
            row = await self._of(session, attempt)
            if row is None or row.state != "dialling":
                return
            policy, _, by_sms = await self._rules(session, row)
            now = self._office.clock.wall()
            state, due = policy.after(row.attempts, result, now)
            move(row, state)
            row.result, row.due_at, row.updated_at = result, due, now
            if (kept := await session.get(RevisitAttemptRow, attempt)) is not None:
                kept.result = result
            if state == "human" and by_sms and self.send_link is not None:
                await self.send_link(session, row)
            id = row.id
        await self._follow(id, state)

    async def heard(self, attempt: str, heard: Heard) -> bool:
        """What the citizen said in the call of an attempt, if it is the one under way; the last word counts."""
        async with self._revisits.changing() as session:
            row = await self._of(session, attempt)
            if row is None or row.state not in ON_THE_LINE:
                return False
            if row.outcome == "result" and heard.outcome == "human":
                # He had answered all, and then wanted to talk: a person asks him again.
                row.satisfaction = row.hotline = row.solved = row.why = row.medium = ""
            row.outcome = heard.outcome
            if heard.outcome == "result":
                _fill(row, heard, "phone")
            elif heard.outcome == "later":
                row.due_at = self._agreed(heard)
            elif heard.reason:
                row.reason = heard.reason
            row.updated_at = self._office.clock.wall()
            id = row.id
        await self._revisits.changed([id])
        return True

    def _agreed(self, heard: Heard) -> datetime:
        """When he wants to be called: what he left open is filled in, a time that has passed is tomorrow's."""
        now = self._office.clock.wall().astimezone(ZONE)
        if not heard.day and not heard.time:
            return now + timedelta(hours=self.settings.later_hours)
        day = datetime.fromisoformat(heard.day).date() if heard.day else now.date()
        hour, minute = (int(one) for one in (heard.time or "10:00").split(":")[:2])
        due = datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE)
        return due if due > now else due + timedelta(days=max((now.date() - day).days, 0) + 1)

    async def talk_over(self, attempt: str) -> None:
        """The call that he answered is over: what follows by what was said, told twice once."""
        said = await self._said(attempt)
        async with self._revisits.changing() as session:
            row = await self._of(session, attempt)
            if row is None or row.state not in ON_THE_LINE:
                return
            if row.state == "dialling":
                # The engine died between his answer and the word of it.
                move(row, "talking")
            policy, accepts, _ = await self._rules(session, row)
            now = self._office.clock.wall()
            state, due = after_talk(row.outcome, row.satisfaction, accepts, policy, row.attempts, row.due_at, now)
            if row.outcome == "later":
                # He is promised a call: one more than the rule says, if need be.
                row.attempts = min(row.attempts, max(policy.attempts - 1, 0))
            by_itself = state == "accepted"
            move(row, "proposed" if by_itself else state)
            row.result = ANSWERED if row.outcome else "hung_up"
            row.due_at, row.updated_at = due, now
            row.said = msgspec.json.encode(said).decode() if said else ""
            if (kept := await session.get(RevisitAttemptRow, attempt)) is not None:
                kept.result, kept.outcome = row.result, row.outcome
            id = row.id
        if by_itself:
            await self._revisits.accept_by_itself(id)
        else:
            await self._follow(id, state)

    async def answered(self, session: AsyncSession, row: RevisitRow, heard: Heard, medium: Medium) -> bool:
        """He answered on another way than in a call; whether it goes into the ticket by itself. Conflict."""
        policy, accepts, _ = await self._rules(session, row)
        now = self._office.clock.wall()
        _fill(row, heard, medium)
        row.outcome, row.updated_at = "result", now
        state, _ = after_talk("result", heard.satisfaction, accepts, policy, row.attempts, now, now)
        move(row, "proposed")
        return state == "accepted"

    async def taken(self, id: str, *, by_itself: bool) -> None:
        """What `answered` took is committed."""
        if by_itself:
            await self._revisits.accept_by_itself(id)
        else:
            await self._revisits.changed([id])

    async def _follow(self, id: str, state: str) -> None:
        await self._revisits.changed([id])
        if state == "failed":
            await self._revisits.not_reached(id)

    @staticmethod
    async def _of(session: AsyncSession, attempt: str) -> RevisitRow | None:
        found: RevisitRow | None = await session.scalar(
            select(RevisitRow).where(RevisitRow.attempt == attempt).with_for_update(of=RevisitRow)
        )
        return found

    @staticmethod
    async def _rules(session: AsyncSession, row: RevisitRow) -> tuple[Policy, Accepts, bool]:
        plan = await session.get(PlanRow, row.plan)
        strategy = await session.get(StrategyRow, plan.strategy) if plan is not None else None
        if strategy is None:
            return ONCE, "verify", False
        accepts: Accepts = "self" if strategy.accepts == "self" else "good" if strategy.accepts == "good" else "verify"
        return policy_of(strategy), accepts, strategy.by_sms


def _fill(row: RevisitRow, heard: Heard, medium: Medium) -> None:
    """What he answered, on whichever way: the same places."""
    row.solved, row.satisfaction, row.hotline = heard.solved, heard.satisfaction, heard.hotline
    row.reason, row.medium = heard.reason, medium
    is_bad = heard.satisfaction == "unsatisfied"
    row.why = (heard.why or why_of(heard.reason, heard.solved)) if is_bad else ""
