"""Feeds campaigns that need nobody to look first: as agents become free, the next on the list are owed a call."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ClassVar

from sqlalchemy import select

from acd.callbacks.callback import CALLED_IN, Callback, CallbackState
from acd.feeding import BEHIND, LATER, PAUSED, Feeding
from acd.service import Acd
from cti.telephony.redialling import ANSWERED, result_of
from workflow.campaigns.attempts import Attempts, move, put_off
from workflow.campaigns.barring import Barring
from workflow.campaigns.models import CampaignRow, TargetRow
from workflow.campaigns.settings import CampaignsSettings
from workflow.campaigns.targets import Targets

_C = CallbackState
WhoIs = Callable[[str], Awaitable[tuple[str, str]]]
"""The id and the name of the person with an agent number."""


class CampaignFeeding(Feeding):
    """Feeds them while it runs; a part of the list is a campaign."""

    what: ClassVar[str] = "campaigns"

    def __init__(
        self,
        targets: Targets,
        attempts: Attempts,
        acd: Acd,
        barring: Barring,
        who_is: WhoIs,
        was_dialled: Callable[[str], Awaitable[bool]],
    ) -> None:
        super().__init__(acd)
        self._targets = targets
        self._office = targets.office
        self._attempts = attempts
        self._barring = barring
        self._who_is = who_is
        self._was_dialled = was_dialled
        self.settings = CampaignsSettings()

    # ── what became of them ──────────────────────────────────────────────────────────────────────────────────────

    async def take_up(self) -> None:
        """What the last engine left: those whom the queue knows go on; of the others the calls tell what happened."""
        wanted = select(TargetRow.attempt, TargetRow.campaign).where(TargetRow.state == "given")
        async with self._office.store.reading() as session:
            left = (await session.execute(wanted)).tuples().all()
        for attempt, campaign in left:
            if self._goes_on(attempt, campaign):
                continue
            if await self._was_dialled(attempt):
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

    # ── who is next ──────────────────────────────────────────────────────────────────────────────────────────────

    async def _feed_all(self) -> None:
        async with self._office.store.reading() as session:
            wanted = select(CampaignRow).where(
                CampaignRow.state == "running", CampaignRow.mode == "progressive", CampaignRow.removed_at.is_(None)
            )
            running = {row.id: row for row in await session.scalars(wanted)}
        self._feeds = bool(running)
        self._hold(set(running))
        for row in running.values():
            room = self._room(row.queue, row.id, self.settings.ahead)
            if room > 0:
                for attempt, number in await self._chosen(row, room):
                    self._owe(row, attempt, number)

    def _owe(self, campaign: CampaignRow, attempt: str, number: str) -> None:
        self._give(
            campaign.id,
            Callback(
                attempt, number, campaign.queue, self._office.clock.wall().timestamp(), BEHIND,
                organisation=campaign.organisation, region=campaign.region, most=1, show=campaign.shown,
            ),
        )  # fmt: skip

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
                barred = await self._barring.found(session, campaign, row, now)
                if barred is None:
                    move(row, "given")
                    found.append((self._attempts.begin(session, row, "", counted=False), row.number))
                else:
                    put_off(row, barred)
                row.updated_at = now
        return found
