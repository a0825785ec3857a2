"""An agent dials somebody whom he has looked at: his telephone first, then the citizen's, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from sqlalchemy import select

from cti.base.events import CallEnded, Event
from cti.base.visitor import Visitor
from cti.store.calls import StoredCalls
from cti.store.following import Following
from cti.store.journal import Journal
from cti.telephony.switch.port import DialResult
from softphone.dial_out import DialOut
from workflow.campaigns.attempts import Attempts
from workflow.campaigns.models import CampaignRow, TargetRow
from workflow.campaigns.rules import ANSWERED
from workflow.campaigns.targets import Targets
from workflow.campaigns.working import Working


class Previewing(Following):
    """Dials, and follows the ends of calls: what an engine that died has begun comes to its end here too."""

    kept: ClassVar[str] = "campaigns"
    types: ClassVar[tuple[type[Event], ...]] = (CallEnded,)

    def __init__(
        self, calls: StoredCalls, journal: Journal, targets: Targets, working: Working, attempts: Attempts, out: DialOut
    ) -> None:
        super().__init__(calls, journal)
        self._targets = targets
        self._working = working
        self._attempts = attempts
        self._out = out

    async def dial(self, visitor: Visitor, id: str) -> str:
        """Dial him; returns the call's id. What `DialOut.dial` raises leaves all as it was."""
        number = await self._working.dialling(visitor, id)
        attempt, show = await self._attempt(id)

        async def tell(call: str, who: Literal["agent", "other"], result: DialResult) -> None:
            if who == "agent":
                await self._attempts.not_dialled(id)
            else:
                await self._attempts.ended(attempt, str(result), call=call)

        try:
            call = self._out.dial(visitor, number, tell, show=show)
        except Exception:
            await self._attempts.not_dialled(id)
            raise
        await self._attempts.dialled(id, call)
        return call

    async def _attempt(self, id: str) -> tuple[str, str]:
        """The attempt under way, and the number that its campaign shows."""
        wanted = select(TargetRow.attempt, CampaignRow.shown).join(CampaignRow, CampaignRow.id == TargetRow.campaign)
        async with self._targets.office.store.reading() as session:
            attempt, show = (await session.execute(wanted.where(TargetRow.id == id))).tuples().one()
        return attempt, show

    async def take_up(self) -> None:
        """What the last engine was about to dial, or let ring, and of which no call tells any more: an attempt."""
        wanted = select(TargetRow.attempt, TargetRow.call).where(TargetRow.state == "dialling")
        async with self._targets.office.store.reading() as session:
            left = (await session.execute(wanted)).tuples().all()
        calls = await self._calls.load_some({call for _, call in left if call})
        for attempt, call in left:
            found = calls.get(call)
            if found is None:
                await self._attempts.ended(attempt, "unknown", call=call)
            elif found.ended_at is not None:
                await self._ended(attempt, call, answered=found.answered_at is not None)

    async def heard(self, events: Sequence[Event]) -> None:
        """Calls ended: those of campaigns are over."""
        ended = {event.call for event in events if isinstance(event, CallEnded)}
        wanted = select(TargetRow.attempt, TargetRow.call).where(
            TargetRow.call.in_(ended), TargetRow.state == "dialling"
        )
        async with self._targets.office.store.reading() as session:
            found = (await session.execute(wanted)).tuples().all()
        calls = await self._calls.load_some({call for _, call in found}) if found else {}
        for attempt, call in found:
            await self._ended(attempt, call, answered=call in calls and calls[call].answered_at is not None)

    async def _ended(self, attempt: str, call: str, *, answered: bool) -> None:
        await self._attempts.ended(attempt, ANSWERED if answered else "unknown", call=call)
