"""The part of the day that was before this engine, counted from the store: each event once, none of them twice."""

from __future__ import annotations

from datetime import datetime

from cti.base.events import CallArrived, CallEnded, CallLeftQueue, SatisfactionGiven, Stored, TalkEnded, TalkStarted
from cti.base.times.business_time import ZONE, day_of
from cti.store.calls import StoredCalls
from cti.store.journal.journal import Journal
from softphone.figures import DayFigures

KINDS = (CallArrived, CallEnded, TalkStarted, TalkEnded, CallLeftQueue, SatisfactionGiven)
PAGE = 500
"""Events counted in one go: some milliseconds."""


class DaySoFar:
    """From its making on the figures hold what they hear, until `count` has read the store."""

    def __init__(self, figures: DayFigures, books: StoredCalls, journal: Journal) -> None:
        self._figures, self._books, self._journal = figures, books, journal
        self._stored: list[Stored] = []
        self._undo = journal.on_stored(self._stored.extend)
        figures.hold()

    async def count(self, now: datetime) -> None:
        """Count the day of `now`; whatever happens, the figures go on afterwards."""
        last = 0
        try:
            await self._journal.flushed()
            last = await self._books.last_sequence()
            await self._read(day_of(now), last)
            # What was told of all that has been counted is known by then.
            await self._journal.flushed()
        finally:
            self._undo()
            self._figures.go_on({id(one.event) for one in self._stored if one.sequence <= last})

    async def _read(self, day: str, last: int) -> None:
        midnight = datetime.fromisoformat(day).replace(tzinfo=ZONE)
        sequence = await self._books.sequence_before(midnight)
        types = [kind.__name__ for kind in KINDS]
        while sequence < last and (found := await self._books.events_after(sequence, types=types, limit=PAGE)):
            for one in found:
                if one.sequence <= last and day_of(one.event.at) == day:
                    self._figures.count(one.event, day)
            sequence = found[-1].sequence
