"""A citizen's calls in the timeline of his record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.scope import Scope
from cti.office.timeline.entries import Place, Target, TimelineEntry
from cti.office.timeline.sources import Subject
from cti.store.calls import CallFilter, StoredCall, StoredCalls
from workflow.citizens.models import CitizenRow
from workflow.citizens.service import Citizens, numbers_of

TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class CallsOfCitizen:
    """The source: calls from any of his numbers that the visitor's reach of citizens covers, whoever took them."""

    calls: StoredCalls

    @property
    def kind(self) -> str:
        """`call`."""
        return "call"

    @property
    def title(self) -> str:
        """As people call it."""
        return "来电"

    async def entries(
        self, session: AsyncSession, about: Subject, place: Place | None, size: int
    ) -> Sequence[TimelineEntry]:
        """From the calls as they are stored."""
        row = await session.get(CitizenRow, about.id)
        numbers = tuple(numbers_of(row)) if row is not None else ()
        if not numbers:
            return []
        reach = about.visitor.reach(Citizens.see)
        wanted = CallFilter(numbers=numbers)
        if place is not None and place.kind == self.kind:
            wanted = CallFilter(numbers=numbers, behind=(place.at, place.id))
        elif place is not None:
            # Kinds before ours in the alphabet come later: then calls of that time are still to be told.
            wanted = CallFilter(numbers=numbers, until=place.at + (TICK if self.kind < place.kind else timedelta()))
        found = await self.calls.search(wanted, Scope(reach.organisations, reach.regions), size=size)
        return [_entry(one) for one in found.items]


def _entry(call: StoredCall) -> TimelineEntry:
    talked = f"，通话 {round(call.talk_seconds)} 秒" if call.talk_seconds else "，未接通"
    return TimelineEntry(
        kind="call",
        id=call.id,
        at=call.arrived_at,
        title=f"来电 {call.called}{talked}",
        by="、".join(call.agents),
        tone="talk" if call.talk_seconds else "break",
        target=Target(screen="calls", id=call.id, title="来电"),
    )
