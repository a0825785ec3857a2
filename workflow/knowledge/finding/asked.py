"""What people looked for: hot questions and articles by period, and what nobody found, for the editors."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.clock import Clock
from cti.base.ids import new_id
from cti.base.visitor import Visitor
from cti.office.records.gathering import Gathering
from cti.office.search.tokens import PRIVATE_DIGITS
from cti.office.sharing.rule import within
from cti.store.engine import Store
from workflow.knowledge import rules
from workflow.knowledge.finding.models import SearchRow
from workflow.knowledge.finding.views import HotArticle, HotQuestion, MissedQuery, MissedQuestion
from workflow.knowledge.models import PublishedRow, UseRow

KEPT_DAYS = 400
USES_KEPT_DAYS = 800
"""Who read what is known for two years: figures are held against those of the year before."""
LONGEST = 60
"""Characters of a question that are kept: longer ones are somebody's own story, and nobody else's question."""
MOST_HOT = 20
FEWEST_PEOPLE = 2
"""What one person alone looked for is shown to nobody else."""
HEAT_DAYS = 30
_PRIVATE = re.compile(rf"\d{{{PRIVATE_DIGITS},}}[xX]?")


@dataclass(frozen=True, slots=True)
class Search:
    """That somebody looked for something and so many articles were found."""

    words: str
    found: int
    person: str
    organisation: str
    region: str
    place: str
    at: datetime


class AskedQuestions:
    """Keeps searches, and tells what they come to."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._searches = Gathering("searches of the knowledge base", self._write)
        self.visited: Callable[[Visitor], None] = lambda visitor: None
        """Hears of whoever looks for something."""

    def note(self, visitor: Visitor, words: str, found: int, place: str) -> None:
        """Keep a search; numbers that may be a telephone's or a person's are left out."""
        self.visited(visitor)
        plain = " ".join(_PRIVATE.sub(" ", words).split())
        if 1 < len(plain) <= LONGEST:
            now = self._clock.wall()
            self._searches.add(Search(plain, found, visitor.person, visitor.organisation, visitor.region, place, now))

    async def flushed(self) -> None:
        """Wait until all searches are kept."""
        await self._searches.flushed()

    async def _write(self, searches: Sequence[Search]) -> None:
        async with self._store.writing() as session:
            session.add_all(
                SearchRow(
                    id=new_id(), words=one.words, found=one.found, person=one.person, place=one.place, at=one.at,
                    organisation=one.organisation, region=one.region,
                )
                for one in searches
            )  # fmt: skip

    async def sweep(self) -> None:
        """Forget what is old."""
        async with self._store.writing() as session:
            await session.execute(delete(SearchRow).where(SearchRow.at < self._since(KEPT_DAYS)))
            # Citations stay: they belong to their records.
            await session.execute(delete(UseRow).where(UseRow.what != "cited", UseRow.at < self._since(USES_KEPT_DAYS)))

    @property
    def now(self) -> datetime:
        """What time it is."""
        return self._clock.wall()

    def _since(self, days: int) -> datetime:
        return self._clock.wall() - timedelta(days=days)

    async def questions(self, days: int, like: str = "", most: int = MOST_HOT) -> list[HotQuestion]:
        """What several people looked for and found, the most frequent first."""
        wanted = (
            select(SearchRow.words, func.count())
            .where(SearchRow.at >= self._since(days), SearchRow.found > 0)
            .group_by(SearchRow.words)
            .having(func.count(SearchRow.person.distinct()) >= FEWEST_PEOPLE)
            .order_by(func.count().desc(), SearchRow.words)
            .limit(most)
        )
        if like:
            wanted = wanted.where(SearchRow.words.contains(like, autoescape=True))
        async with self._store.reading() as session:
            return [HotQuestion(words=words, times=times) for words, times in (await session.execute(wanted)).all()]

    async def articles(self, visitor: Visitor, days: int, most: int = MOST_HOT) -> list[HotArticle]:
        """What was read and cited most of what the visitor reads."""
        cited = func.coalesce(func.sum(UseRow.times).filter(UseRow.what == "cited"), 0)
        viewed = func.coalesce(func.sum(UseRow.times).filter(UseRow.what == "viewed"), 0)
        wanted = (
            select(PublishedRow.id, PublishedRow.title, viewed, cited)
            .join(UseRow, UseRow.article == PublishedRow.id)
            .where(UseRow.at >= self._since(days), within(rules.reading(visitor)))
            .group_by(PublishedRow.id, PublishedRow.title)
            .order_by((viewed + 3 * cited).desc(), PublishedRow.id)
            .limit(most)
        )
        async with self._store.reading() as session:
            rows = (await session.execute(wanted)).all()
        return [HotArticle(id=id, title=title, viewed=read, cited=used) for id, title, read, used in rows]

    async def heat(self) -> Mapping[str, float]:
        """How often each article was read and cited in the last month, beside the one that was most often.

        Who reads one ten times in a day counts once.
        """
        wanted = (
            select(UseRow.article, func.count()).where(UseRow.at >= self._since(HEAT_DAYS)).group_by(UseRow.article)
        )
        async with self._store.reading() as session:
            counted = dict((await session.execute(wanted)).tuples().all())
        most = max(counted.values(), default=1)
        return {article: times / most for article, times in counted.items()}

    async def missed(self, visitor: Visitor, query: MissedQuery) -> tuple[list[MissedQuestion], int]:
        """What was looked for within the visitor's reach and not found, the most frequent first; and how many such."""
        visitor.need(rules.WRITE)
        wanted = self._missed(visitor, query)
        async with self._store.reading() as session:
            total = await session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
            rows = await self._page(session, wanted, query)
        return [
            MissedQuestion(id=one[0], words=one[0], times=one[1], people=one[2], last_at=one[3]) for one in rows
        ], total

    def _missed(self, visitor: Visitor, query: MissedQuery) -> Select[tuple[str, int, int, datetime]]:
        wanted = (
            select(SearchRow.words, func.count(), func.count(SearchRow.person.distinct()), func.max(SearchRow.at))
            .where(
                SearchRow.at >= self._since(query.days), SearchRow.found == 0,
                *visitor.reach(rules.WRITE).limits(SearchRow),
            )
            .group_by(SearchRow.words)
        )  # fmt: skip
        return wanted.where(SearchRow.words.contains(query.search, autoescape=True)) if query.search else wanted

    @staticmethod
    async def _page(
        session: AsyncSession, wanted: Select[tuple[str, int, int, datetime]], query: MissedQuery
    ) -> Sequence[tuple[str, int, int, datetime]]:
        ordered = wanted.order_by(func.count().desc(), SearchRow.words)
        page = ordered.offset((query.page - 1) * query.size).limit(query.size)
        return (await session.execute(page)).tuples().all()
