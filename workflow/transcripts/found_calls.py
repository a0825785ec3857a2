"""The calls in which words were said, for a list of something else of them: their recordings."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.visitor import Visitor
from cti.office.search import service as search
from workflow.transcripts.models import TranscriptRow
from workflow.transcripts.service import Transcripts

FIRST, LARGEST = 250, 2_000
"""Calls of the first batch; each next one has twice as many, up to so many."""
AROUND = timedelta(days=1)
"""A call's transcript begins with its first talk, and may have been stored late."""


class FoundCalls:
    """Looks for words in transcripts that a visitor may read."""

    def __init__(self, transcripts: Transcripts) -> None:
        self._transcripts = transcripts

    async def saying(
        self,
        visitor: Visitor,
        words: str,
        since: datetime | None,
        until: datetime | None,
        session: AsyncSession,
        among: Select[tuple[str]] | None = None,
    ) -> AsyncIterator[Sequence[str]]:
        """Calls in which all the words were said, the newest first, in batches; of about that time. NotAllowed.

        Of the few that are `among` some, each is looked at, whatever else has the words.
        """
        kind, see = self._transcripts.kind, self._transcripts.see
        visitor.need(see)
        least = search.place_of(since - AROUND) if since is not None else 0
        before = search.place_of(until + AROUND) if until is not None else None
        few: list[search.Few] = []
        if among is not None:
            some = select(TranscriptRow.id).where(TranscriptRow.call.in_(among), *self._transcripts.readable(visitor))
            few = [search.Few(kind, some, true())]
        size, seen = FIRST, 0
        while seen < search.MOST:
            hits = await search.find(
                session, words, visitor.reach(see), kinds=() if few else (kind,), few=few, before=before, size=size
            )
            ids = [one.id for one in hits if one.place >= least]
            mine = TranscriptRow.id.in_(ids), *self._transcripts.readable(visitor)
            rows = await session.execute(select(TranscriptRow.id, TranscriptRow.call).where(*mine))
            calls: dict[str, str] = dict(rows.tuples().all())
            yield [calls[id] for id in ids if id in calls]
            if len(ids) < size:
                return
            before, seen, size = hits[-1].place, seen + size, min(size * 2, LARGEST)
