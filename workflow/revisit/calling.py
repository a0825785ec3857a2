"""Calls citizens by running plans: as many at once as hours and lines allow, each attempt on disk before its dial."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, Protocol

import structlog
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.store.calls import StoredCalls
from cti.store.engine import Store
from cti.store.journal.journal import Journal
from cti.telephony.followed_dials import FollowedDials
from cti.telephony.redialling import ANSWERED
from cti.telephony.switch.port import DialResult
from cti.telephony.unexpected_dials import UnexpectedDials
from workflow.revisit.intake import Intake
from workflow.revisit.models import PlanRow, RevisitAttemptRow, RevisitRow, StrategyRow
from workflow.revisit.results import Results
from workflow.revisit.rules import ON_THE_LINE
from workflow.revisit.service import BY, Revisits, move
from workflow.revisit.settings import RevisitSettings
from workflow.revisit.strategies import Hours, Strategies

log = structlog.get_logger(__name__)

LOOK_SECONDS = 5.0
"""So long after the last look somebody's time may have come, or a line is free."""
LATER = timedelta(minutes=10)
A_MINUTE = timedelta(minutes=1)
MOST_TRIED = 3
"""Rows looked at for each line: some of them may not be called now."""


@dataclass(frozen=True, slots=True)
class RevisitDial:
    """Whom to dial for an attempt, whose id is the call's, and which flow leads him."""

    attempt: str
    plan: str
    number: str
    organisation: str
    region: str
    flow: str
    language: str
    shown: str
    ring: float


class Dialler(Protocol):
    """Dials: the telephone, or a test."""

    async def dial(self, order: RevisitDial) -> DialResult:
        """ANSWERED: the flow has him, until the call ends."""

    async def give_up(self, attempt: str) -> None:
        """Let a phone that rings fall silent; who talks goes on talking."""


class Over(FollowedDials):
    """How calls ended, also those of an engine that died."""

    kept: ClassVar[str] = "revisit_dials"

    def __init__(self, calls: StoredCalls, journal: Journal, results: Results, store: Store) -> None:
        super().__init__(calls, journal)
        self._results, self._store = results, store

    async def under_way(self, calls: Collection[str] | None = None) -> Sequence[tuple[str, str]]:
        """Attempts of those on the line: each is the call of the same id."""
        wanted = select(RevisitRow.attempt).where(RevisitRow.state.in_(ON_THE_LINE))
        async with self._store.reading() as session:
            found = await session.scalars(wanted if calls is None else wanted.where(RevisitRow.attempt.in_(calls)))
        return [(attempt, attempt) for attempt in found]

    async def was_over(self, attempt: str, result: str, call: str) -> None:
        """A talk, or a dial of which nobody can tell any more how it ended."""
        if result == ANSWERED:
            await self._results.talk_over(attempt)
        else:
            await self._results.not_reached(attempt, result)
            # One that was answered, and of whose call nothing is left, is over too.
            await self._results.talk_over(attempt)


class Calling:
    """Looks, and has citizens dialled. `lines_left` says how many lines may be used with a share kept free."""

    def __init__(
        self, revisits: Revisits, strategies: Strategies, intake: Intake, results: Results, dials: UnexpectedDials,
        dialler: Dialler, lines_left: Callable[[float], int],
        background: Callable[[Coroutine[Any, Any, None], str], None],
    ) -> None:  # fmt: skip
        self._revisits, self._strategies, self._intake, self._results = revisits, strategies, intake, results
        self._office = revisits.office
        self._dials, self._dialler, self._lines_left, self._background = dials, dialler, lines_left, background
        self.settings = RevisitSettings()
        self._ringing: dict[str, str] = {}
        """The plans of attempts that ring, by their ids."""
        self._gone: set[str] = set()
        """Tickets that changed: their revisit may be nobody's any more."""
        self._wake = asyncio.Event()

    def look(self) -> None:
        """A plan or strategy changed."""
        self._wake.set()

    def tickets_changed(self, ids: Sequence[str]) -> None:
        """Somebody did something with these."""
        self._gone |= set(ids)

    async def run(self) -> None:
        """Until cancelled."""
        await self._intake.let_go()
        while True:
            try:
                await self.turn()
            except Exception:
                log.exception("revisits are not called")
            try:
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._wake.wait()
            except TimeoutError:
                pass
            self._wake.clear()

    async def turn(self) -> None:
        """Take what waits, end what is over, and dial whose time has come."""
        gone, self._gone = self._gone, set()
        if gone:
            await self._intake.let_go(gone)
        running = await self._running()
        now_running = {plan.id for plan, _ in running}
        for attempt, of in list(self._ringing.items()):
            if of not in now_running:
                await self._dialler.give_up(attempt)
        left = self._lines_left(self.settings.kept_free)
        for plan, strategy in running:
            await self._intake.take(plan)
            hours = self._strategies.hours(strategy, self._office.clock.wall(), plan.region)
            if hours is not None and left > 0:
                orders = await self._chosen(plan, strategy, hours, left)
                left -= len(orders)
                for order in orders:
                    self._ringing[order.attempt] = plan.id
                    self._background(self._dial(order), "dial for a revisit")

    async def _running(self) -> list[tuple[PlanRow, StrategyRow]]:
        """Plans in their time; one whose time is over is finished."""
        now = self._office.clock.wall()
        wanted = (
            select(PlanRow, StrategyRow)
            .join(StrategyRow, StrategyRow.id == PlanRow.strategy)
            .where(PlanRow.state == "running", PlanRow.removed_at.is_(None), PlanRow.begins_at <= now)
            .order_by(PlanRow.begins_at, PlanRow.id)
        )
        async with self._office.store.reading() as session:
            found = (await session.execute(wanted)).tuples().all()
        for plan, _ in found:
            if plan.ends_at <= now:
                await self._revisits.plans.step(BY, plan.id, "finish")
        return [(plan, strategy) for plan, strategy in found if plan.ends_at > now]

    async def _chosen(self, plan: PlanRow, strategy: StrategyRow, hours: Hours, left: int) -> list[RevisitDial]:
        found: list[RevisitDial] = []
        now = self._office.clock.wall()
        changed: list[str] = []
        async with self._revisits.changing() as session:
            room = min(left, await self._room(session, strategy, hours, now))
            if room <= 0:
                return []
            due = (
                select(RevisitRow)
                .where(
                    RevisitRow.plan == plan.id, RevisitRow.state == "waiting", RevisitRow.due_at <= now,
                    RevisitRow.removed_at.is_(None),
                )
                .order_by(RevisitRow.due_at, RevisitRow.id)
                .limit(room * MOST_TRIED)
                .with_for_update(of=RevisitRow, skip_locked=True)
            )  # fmt: skip
            rows = (await session.scalars(due)).all()
            still = await self._revisits.revisiting.still(session, [row.ticket for row in rows]) if rows else {}
            numbers: set[str] = set()
            for row in rows:
                if len(found) == room:
                    break
                changed.append(row.id)
                row.updated_at = now
                ticket = still.get(row.ticket)
                if ticket is None:
                    move(row, "elsewhere")
                    continue
                # The number that the ticket has now, and no other, is whose word counts.
                if row.number != ticket.contact:
                    row.number = row.number_index = row.number_last_four = ticket.contact
                barred = await self._dials.barred(
                    session, row.number, now,
                    organisation=row.organisation, calendar=hours.calendar, region=row.region,
                )  # fmt: skip
                if (barred is not None and not barred.for_ever) or ticket.is_taken or row.number in numbers:
                    row.due_at = now + LATER
                elif barred is not None:
                    move(row, "stopped")
                    row.result = barred.reason
                else:
                    numbers.add(row.number)
                    attempt = self._results.begin(session, row)
                    await self._revisits.revisiting.note(session, BY, row.ticket, attempt)
                    found.append(
                        RevisitDial(
                            attempt, plan.id, row.number, row.organisation, row.region, plan.flow, strategy.language,
                            strategy.shown, float(strategy.ring),
                        )
                    )  # fmt: skip
        await self._revisits.changed(changed)
        return found

    async def _room(self, session: AsyncSession, strategy: StrategyRow, hours: Hours, now: datetime) -> int:
        """How many more a strategy may dial: of its lines, and in this minute; all its plans count together."""
        plans = select(PlanRow.id).where(PlanRow.strategy == strategy.id)
        busy = select(func.count()).select_from(RevisitRow).where(
            RevisitRow.plan.in_(plans), RevisitRow.state.in_(ON_THE_LINE)
        )  # fmt: skip
        lately = select(func.count()).select_from(RevisitAttemptRow).where(
            RevisitAttemptRow.plan.in_(plans), RevisitAttemptRow.at > now - A_MINUTE
        )  # fmt: skip
        used, dialled = await session.scalar(busy) or 0, await session.scalar(lately) or 0
        return min(hours.lines - used, strategy.a_minute - dialled)

    async def _dial(self, order: RevisitDial) -> None:
        try:
            result = await self._dialler.dial(order)
        except Exception:
            log.exception("a revisit is not dialled", attempt=order.attempt)
            result = DialResult.FAILED
        finally:
            self._ringing.pop(order.attempt, None)
        if result is DialResult.ANSWERED:
            await self._results.reached(order.attempt)
        else:
            await self._results.not_reached(order.attempt, str(result))
        self._wake.set()
