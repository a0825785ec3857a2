"""The words that come up in tickets and talks, counted within a visitor's reach and kept for some minutes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from cti.base.http.routes import Paged
from cti.base.refusal import Conflict
from cti.base.visitor import Visitor
from cti.office.records import Office
from workflow.transcripts.service import Transcripts
from workflow.trends.models import MatterTicketRow
from workflow.trends.rules import SEE, limits_of
from workflow.trends.views import WordQuery, WordView
from workflow.trends.words import HotWord, hot_words

MOST = 6_000
"""Texts of each of the two periods, the newest: they take a second to count."""
KEPT = 300
KEPT_SECONDS = 600.0
PEOPLE = 50
"""Answers that are kept at once."""

Asked = tuple[str, str, str]
"""The visitor's person, the source, the days."""


class Said:
    """The service; `transcripts` is there while that plugin runs."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self.transcripts: Transcripts | None = None
        self._kept: dict[Asked, tuple[float, list[HotWord]]] = {}
        self._turn = asyncio.Lock()

    async def words(self, visitor: Visitor, query: WordQuery) -> Paged[WordView]:
        """A page of words, those that rise most surely first. Conflict while nothing is written down of talks."""
        visitor.need(SEE)
        # One at a time: a second who asks the same finds it counted.
        async with self._turn:
            found = await self._counted(visitor, query.source, query.days)
        words = [one for one in found if query.search in one.word]
        if query.sort == "-count":
            words.sort(key=lambda one: (-one.count, -one.sure))
        views = [
            WordView(word=one.word, count=one.count, expected=round(one.expected, 1), sure=round(one.sure, 1))
            for one in words
        ]
        return Paged.cut(views, query)

    async def _counted(self, visitor: Visitor, source: str, days: str) -> list[HotWord]:
        key, now = (visitor.person, source, days), self._office.clock.now()
        held = self._kept.get(key)
        if held is not None and now < held[0] + KEPT_SECONDS:
            return held[1]
        until, span = self._office.clock.wall() + timedelta(seconds=1), timedelta(days=int(days))
        lately = await self._texts(visitor, source, until - span, until)
        before = await self._texts(visitor, source, until - 2 * span, until - span)
        found = await asyncio.to_thread(hot_words, lately, before, KEPT)
        while len(self._kept) >= PEOPLE:
            del self._kept[next(iter(self._kept))]
        self._kept[key] = now, found
        return found

    async def _texts(self, visitor: Visitor, source: str, since: datetime, until: datetime) -> Sequence[str]:
        if source == "talks":
            if self.transcripts is None:
                raise Conflict("no_transcripts", "通话转写没有启用", "source")
            return await self.transcripts.texts(visitor, since, until, MOST)
        row = MatterTicketRow
        wanted = select(row.title).where(*limits_of(visitor, SEE, row), row.at >= since, row.at < until)
        async with self._office.store.reading() as session:
            return list(await session.scalars(wanted.order_by(row.at.desc()).limit(MOST)))
