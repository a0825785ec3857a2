"""Feeds campaigns that need nobody to look first: as agents become free, the next on the list are owed a call.

Who is owed one waits in the agents' queue behind all callers. An attempt stands on disk before he does, and the queue
keeps it over a death of the engine, so that nobody is dialled twice for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from acd.callbacks.callback import OVER, Callback, CallbackState
from acd.matching.decisions import Decision
from acd.service import Acd
from cti.base.calendars import Calendars
from cti.base.number import Number
from cti.telephony.redialling import ANSWERED
from cti.telephony.ways_out import House, WaysOut
from workflow.campaigns.attempts import Attempts, move
from workflow.campaigns.models import AttemptRow, CampaignRow, TargetRow
from workflow.campaigns.rules import State, result_of
from workflow.campaigns.settings import CampaignsSettings
from workflow.campaigns.targets import Targets

log = structlog.get_logger(__name__)

BEHIND = -1000.0
"""Points of those who are to be called: whoever calls comes first."""
LOOK_SECONDS = 30.0
"""So long after the last look somebody's time may have come, or a calendar has opened."""
LATER = timedelta(minutes=30)
PAUSED = "the campaign does not run"
CALLED_IN = "he called himself and was served"

_C = CallbackState
WhoIs = Callable[[str], Awaitable[tuple[str, str]]]
"""The id and the name of the person with an agent number."""


class Feeding:
    """Feeds them while it runs."""

    def __init__(
        self,
        targets: Targets,
        attempts: Attempts,
        acd: Acd,
        ways: WaysOut,
        calendars: Calendars,
        who_is: WhoIs,
        was_dialled: Callable[[str], Awaitable[bool]],
    ) -> None:
        self._targets = targets
        self._office = targets.office
        self._attempts = attempts
        self._acd = acd
        self._ways = ways
        self._calendars = calendars
        self._who_is = who_is
        self._was_dialled = was_dialled
        self.settings = CampaignsSettings()
        self._given: dict[str, str] = {}
        """The campaigns of the attempts that the queue has, by their ids."""
        self._feeds = True
        """Whether there is a campaign to feed: else nobody looks each time when an agent is ready."""
        self._told: list[tuple[str, CallbackState, str, Callback]] = []
        self._wake = asyncio.Event()

    def look(self) -> None:
        """Something changed: a campaign, a list, or who is free."""
        self._wake.set()

    def hear(self, decision: Decision) -> None:
        """What the matching decided."""
        if decision.event == "callback" and decision.work in self._given:
            state = CallbackState(decision.state)
            callback = self._callback(decision.work)
            if callback is not None and (state in OVER or state is _C.TALKING):
                self._told.append((decision.work, state, decision.why, callback))
                self._wake.set()
        elif self._feeds and decision.event == "state" and decision.state == "ready":
            self._wake.set()

    def _callback(self, id: str) -> Callback | None:
        return self._acd.callbacks.all.get(id) or self._acd.callbacks.past.get(id)

    def _is_dialled(self, id: str) -> bool:
        found = self._acd.callbacks.all.get(id)
        return found is not None and found.state in (_C.RESERVED, _C.DIALLING)

    async def run(self) -> None:
        """Until cancelled."""
        await self.take_up()
        while True:
            try:
                await self.turn()
            except Exception:
                log.exception("campaigns are not fed")
            try:
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._wake.wait()
            except TimeoutError:
                pass
            self._wake.clear()

    # ── what became of them ──────────────────────────────────────────────────────────────────────────────────────

    async def turn(self) -> None:
        """Take in what became of those who were given, and give the next ones."""
        told, self._told = self._told, []
        failed = []
        for one in told:
            try:
                await self._take_in(*one)
            except Exception:
                # The others need not wait for it; it is tried again at the next look.
                log.exception("what became of a campaign's call is not written down", attempt=one[0])
                failed.append(one)
        await self._feed_all()
        if self._told:
            self._wake.set()
        self._told += failed

    async def take_up(self) -> None:
        """What the last engine left: those whom the queue knows go on; of the others the calls tell what happened."""
        wanted = select(TargetRow.attempt, TargetRow.campaign).where(TargetRow.state == "given")
        async with self._office.store.reading() as session:
            left = (await session.execute(wanted)).tuples().all()
        for attempt, campaign in left:
            callback = self._callback(attempt)
            if callback is not None:
                self._given[attempt] = campaign
                if callback.state in OVER or callback.state is _C.TALKING:
                    self._told.append((attempt, callback.state, "", callback))
            elif await self._was_dialled(attempt):
                await self._attempts.ended(attempt, "unknown", call=attempt, counted=True)
            else:
                await self._attempts.put_back(attempt, "waiting", self._office.clock.wall())

    async def _take_in(self, attempt: str, state: CallbackState, why: str, callback: Callback) -> None:
        now = self._office.clock.wall()
        if state in (_C.TALKING, _C.DONE):
            agent = await self._who_is(callback.agent)
            await self._attempts.ended(attempt, ANSWERED, call=callback.visit or attempt, agent=agent, counted=True)
        elif callback.attempts:
            result = result_of(callback.result)
            await self._attempts.ended(attempt, result, call=callback.visit, counted=True)
        elif why == CALLED_IN:
            await self._attempts.put_back(attempt, "stopped", now, "called_in")
        else:
            await self._attempts.put_back(attempt, "waiting", now if why == PAUSED else now + LATER)
        if state in OVER:
            self._given.pop(attempt, None)

    # ── who is next ──────────────────────────────────────────────────────────────────────────────────────────────

    async def _feed_all(self) -> None:
        async with self._office.store.reading() as session:
            wanted = select(CampaignRow).where(
                CampaignRow.state == "running", CampaignRow.mode == "progressive", CampaignRow.removed_at.is_(None)
            )
            running = {row.id: row for row in await session.scalars(wanted)}
        self._feeds = bool(running)
        # Who only waits goes first: an agent who gets free of the others would be given him.
        held = [attempt for attempt, campaign in self._given.items() if campaign not in running]
        for attempt in sorted(held, key=self._is_dialled):
            self._acd.callbacks.cancel(attempt, PAUSED)
        for row in running.values():
            await self._feed(row)

    async def _feed(self, campaign: CampaignRow) -> None:
        queue = next((one for one in self._acd.queues() if one.queue == campaign.queue), None)
        if queue is None or queue.on_duty == 0:
            return
        waiting = sum(
            1
            for id, one in self._given.items()
            if one == campaign.id and (found := self._acd.callbacks.all.get(id)) and found.state is not _C.TALKING
        )
        room = min(queue.ready + 1, self.settings.ahead) - waiting
        if room > 0:
            for attempt, number in await self._chosen(campaign, room):
                self._owe(campaign, attempt, number)

    def _owe(self, campaign: CampaignRow, attempt: str, number: str) -> None:
        callback = Callback(
            attempt, number, campaign.queue, self._office.clock.wall().timestamp(), BEHIND,
            organisation=campaign.organisation, region=campaign.region, most=1, show=campaign.shown,
        )  # fmt: skip
        self._given[attempt] = campaign.id
        self._acd.callbacks.add(callback)
        if self._callback(attempt) is None:
            # A callback is owed to this number already, or the queue went this moment.
            self._told.append((attempt, _C.CANCELLED, "", callback))

    async def _chosen(self, campaign: CampaignRow, room: int) -> list[tuple[str, str]]:
        """The next to be called, with an attempt each; who cannot be called now waits, or is called no more."""
        found: list[tuple[str, str]] = []
        now = self._office.clock.wall()
        async with self._targets.changing() as session:
            due = (
                select(TargetRow)
                .where(
                    TargetRow.campaign == campaign.id,
                    TargetRow.state == "waiting",
                    TargetRow.due_at <= now,
                    TargetRow.removed_at.is_(None),
                )
                .order_by(TargetRow.due_at, TargetRow.id)
                .limit(room * 3)
                .with_for_update(of=TargetRow, skip_locked=True)
            )
            for row in await session.scalars(due):
                if len(found) == room:
                    break
                state, when, why = await self._barred(session, campaign, row, now)
                if state != row.state:
                    move(row, state)
                if state == "given":
                    found.append((self._attempts.begin(session, row, "", counted=False), row.number))
                else:
                    row.due_at, row.result = when, why or row.result
                row.updated_at = now
        return found

    async def _barred(
        self, session: AsyncSession, campaign: CampaignRow, row: TargetRow, now: datetime
    ) -> tuple[State, datetime, str]:
        """Whether somebody may be called now: `given`, or the state that he has instead, until when, and why."""
        if await self._targets.do_not_call.has(session, row.number):
            return "stopped", now, "do_not_call"
        number = Number.parse(row.number)
        if self._ways.refusal(House(organisation=campaign.organisation), number) is not None:
            return "stopped", now, "forbidden"
        if not self._calendars.is_open(campaign.calendar, now, row.region) or self._acd.callbacks.owed_to(row.number):
            return "waiting", now + LATER, ""
        if self.settings.apart:
            apart = timedelta(hours=self.settings.apart)
            other = select(func.max(AttemptRow.at)).where(
                AttemptRow.number_index == row.number, AttemptRow.campaign != campaign.id, AttemptRow.at > now - apart
            )
            if (last := await session.scalar(other)) is not None:
                return "waiting", last + apart, ""
        return "given", now, ""
