"""An agent dials somebody whom he has looked at: his telephone first, then the citizen's, and what came of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import ClassVar

from sqlalchemy import select

from cti.base.visitor import Visitor
from cti.store.calls import StoredCalls
from cti.store.journal.journal import Journal
from softphone.dial_out import DialOut
from softphone.written_dials import WrittenDials
from workflow.campaigns.attempts import Attempts
from workflow.campaigns.models import CampaignRow, TargetRow
from workflow.campaigns.targets import Targets
from workflow.campaigns.working import Working


class Previewing(WrittenDials):
    """Dials, and follows the ends of calls: what an engine that died has begun comes to its end here too."""

    kept: ClassVar[str] = "campaigns"

    def __init__(
        self, calls: StoredCalls, journal: Journal, targets: Targets, working: Working, attempts: Attempts, out: DialOut
    ) -> None:
        super().__init__(calls, journal, out)
        self._targets = targets
        self._working = working
        self._attempts = attempts

    async def dial(self, visitor: Visitor, id: str) -> str:
        """Dial him; returns the call's id. What `DialOut.dial` raises leaves all as it was."""
        number = await self._working.dialling(visitor, id)
        attempt, show = await self._attempt(id)
        return await self.dial_written(visitor, id, attempt, number, show)

    async def _attempt(self, id: str) -> tuple[str, str]:
        """The attempt under way, and the number that its campaign shows."""
        wanted = select(TargetRow.attempt, CampaignRow.shown).join(CampaignRow, CampaignRow.id == TargetRow.campaign)
        async with self._targets.office.store.reading() as session:
            attempt, show = (await session.execute(wanted.where(TargetRow.id == id))).tuples().one()
        return attempt, show

    async def under_way(self, calls: Collection[str] | None = None) -> Sequence[tuple[str, str]]:
        """Attempts of those who are dialled now."""
        wanted = select(TargetRow.attempt, TargetRow.call).where(TargetRow.state == "dialling")
        async with self._targets.office.store.reading() as session:
            found = await session.execute(wanted if calls is None else wanted.where(TargetRow.call.in_(calls)))
        return found.tuples().all()

    async def was_begun(self, id: str, call: str) -> None:
        """See `Attempts.dialled`."""
        await self._attempts.dialled(id, call)

    async def came_to_nothing(self, id: str) -> None:
        """See `Attempts.not_dialled`."""
        await self._attempts.not_dialled(id)

    async def was_over(self, attempt: str, result: str, call: str) -> None:
        """See `Attempts.ended`."""
        await self._attempts.ended(attempt, result, call=call)
