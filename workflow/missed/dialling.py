"""An agent calls a citizen back: his own telephone first, then the citizen's, and what came of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import ClassVar

from sqlalchemy import select

from cti.base.visitor import Visitor
from cti.store.calls import StoredCalls
from cti.store.journal.journal import Journal
from softphone.dial_out import DialOut
from softphone.written_dials import WrittenDials
from workflow.missed.models import MissedRow
from workflow.missed.working import Working


class Dialling(WrittenDials):
    """Dials, and follows the ends of calls: what an engine that died has begun comes to its end here too."""

    kept: ClassVar[str] = "missed_dials"

    def __init__(self, calls: StoredCalls, journal: Journal, working: Working, out: DialOut) -> None:
        super().__init__(calls, journal, out)
        self._working = working

    async def dial(self, visitor: Visitor, id: str) -> str:
        """Dial him; returns the call's id. What `DialOut.dial` raises leaves no attempt."""
        attempt, number = await self._working.dialling(visitor, id)
        return await self.dial_written(visitor, id, attempt, number)

    async def under_way(self, calls: Collection[str] | None = None) -> Sequence[tuple[str, str]]:
        """Attempts at those who are dialled now."""
        wanted = select(MissedRow.attempt, MissedRow.called_back).where(MissedRow.state == "dialling")
        async with self._working.missed.office.store.reading() as session:
            found = await session.execute(wanted if calls is None else wanted.where(MissedRow.called_back.in_(calls)))
        return found.tuples().all()

    async def was_begun(self, id: str, call: str) -> None:
        """See `Working.was_begun`."""
        await self._working.was_begun(id, call)

    async def came_to_nothing(self, id: str) -> None:
        """See `Working.came_to_nothing`."""
        await self._working.came_to_nothing(id)

    async def was_over(self, attempt: str, result: str, call: str) -> None:
        """See `Working.was_over`."""
        await self._working.was_over(attempt, result, call)
