"""Trying a ranking before it is published: on one question, and on all kept ones beside the published ranking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from cti.base.files.findings import Finding as Fault
from cti.base.visitor import Visitor
from cti.office.workshop.api import chinese
from cti.office.workshop.kept import has_errors
from cti.office.workshop.service import Workshop
from cti.store.engine import Store
from workflow.knowledge.finding.index import EVERYTHING
from workflow.knowledge.finding.judging import MOST_RANKS, Rank, quality, ranks
from workflow.knowledge.finding.kept import JudgedQuestions
from workflow.knowledge.finding.ranking import RankingFile
from workflow.knowledge.finding.searching import Hit, Search, Searching
from workflow.knowledge.finding.service import Finding
from workflow.knowledge.finding.views import MovedQuestion, Tried, TriedArticle
from workflow.knowledge.models import PublishedRow
from workflow.knowledge.rules import Readable, published_for

SHOWN = 10
MOST_MOVED = 50


class Trying:
    """What would become of the order."""

    def __init__(self, store: Store, finding: Finding, judged: JudgedQuestions, desk: Workshop[RankingFile]) -> None:
        self._store, self._finding, self._judged, self._desk = store, finding, judged, desk

    async def attempt(self, visitor: Visitor, text: str, asked: str) -> Tried:
        """Lint the text; when it can be used, ask by it and by the published one."""
        found, faults = await self._desk.check(visitor, text)
        findings: list[Fault] = chinese(faults)
        if found is None or has_errors(faults):
            return Tried(findings=findings)
        async with self._store.reading() as session:
            readable = await published_for(session, visitor)
        now, then = self._finding.ranking, found.head.search
        judged = await self._judged.judged(visitor)

        def ask(searching: Searching) -> tuple[Sequence[Hit], Sequence[Hit], list[Rank], list[Rank]]:
            before = ranks(judged, lambda words: _ids(searching, words, now))
            after = ranks(judged, lambda words: _ids(searching, words, then))
            return _hits(searching, asked, then, readable), _hits(searching, asked, now, readable), after, before

        hits, usual, after, before = await self._finding.keeper.ask(ask)
        moved = [(was, is_) for was, is_ in zip(before, after, strict=True) if was.rank != is_.rank][:MOST_MOVED]
        answers = {next(iter(was.judged.answers)) for was, _ in moved}
        titles = await self._titles({*(hit.id for hit in hits), *answers})
        places = {hit.id: place for place, hit in enumerate(usual, 1)}
        return Tried(
            findings=findings,
            articles=[
                TriedArticle(
                    id=hit.id, title=titles.get(hit.id, ""), score=round(hit.score, 3), before=places.get(hit.id, 0),
                    signs={name: round(value, 3) for name, value in hit.signs.items()},
                )
                for hit in hits
            ],
            published=quality(before),
            tried=quality(after),
            moved=[
                MovedQuestion(
                    asked=was.judged.asked, title=titles.get(next(iter(was.judged.answers)), ""), before=was.rank,
                    now=is_.rank,
                )
                for was, is_ in moved
            ],
        )  # fmt: skip

    async def _titles(self, ids: set[str]) -> Mapping[str, str]:
        async with self._store.reading() as session:
            rows = await session.execute(select(PublishedRow.id, PublishedRow.title).where(PublishedRow.id.in_(ids)))
            return dict(rows.tuples().all())


def _ids(searching: Searching, words: str, by: Search) -> list[str]:
    found = searching.search(words, by, EVERYTHING, most=MOST_RANKS, counted=False)
    return [hit.id for hit in found.found]


def _hits(searching: Searching, words: str, by: Search, readable: Readable) -> Sequence[Hit]:
    return searching.search(words, by, readable, most=SHOWN, counted=False).found if words.strip() else []
