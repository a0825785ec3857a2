"""Finding articles: what a visitor looks for within what he reads, what is suggested as he types, what bots may say."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.visitor import Visitor
from cti.office.identity import regions
from cti.office.records import Office
from cti.office.references import ORGANISATIONS
from cti.office.search.passages import Piece
from cti.office.sharing.rule import within
from workflow.knowledge import rules
from workflow.knowledge.finding.articles import PublishedArticles
from workflow.knowledge.finding.asked import HEAT_DAYS, AskedQuestions
from workflow.knowledge.finding.correcting import Corrections
from workflow.knowledge.finding.facets import FACETS, shown_facets
from workflow.knowledge.finding.keeper import Keeper
from workflow.knowledge.finding.passages import answered, passage, title_pieces, wanted_words
from workflow.knowledge.finding.ranking import USED, RankingLibrary
from workflow.knowledge.finding.searching import Asker, Hit, Results, Search, Searching
from workflow.knowledge.finding.terms import question_terms, row
from workflow.knowledge.finding.views import (
    FoundArticle,
    FoundPage,
    IndexView,
    SearchQuery,
    SuggestedArticle,
    Suggestions,
)
from workflow.knowledge.meaning.questions import Questions
from workflow.knowledge.models import PublishedRow
from workflow.knowledge.rules import Readable, for_public
from workflow.knowledge.types import Types

SUGGESTED_ARTICLES, SUGGESTED_QUESTIONS = 6, 4
SUGGESTED_CANDIDATES = 20
PASSAGE = 240
"""Characters of a passage that a bot reads."""


@dataclass(frozen=True, slots=True)
class BestPassage:
    """The passage that answers a question best. `score` is between 0 and 1: how much of the question stands there.

    `other` is the title of the article that comes next, with how much of the question stands in that one.
    """

    article: str
    number: str
    edition: int
    title: str
    passage: str
    score: float
    other: str = ""
    other_score: float = 0.0


def _may_be_told(found: PublishedRow, audience: str) -> bool:
    """Whether an article is for them, as the tables say: the index may not have heard of a change."""
    return audience != "public" or (found.audience == "public" and not found.overdue)


@dataclass(frozen=True, slots=True)
class Plainly:
    """Questions that several people asked, and words that may be meant: for suggestions without the database."""

    questions: Sequence[str]
    corrections: Corrections


NOTHING_KNOWN = Plainly((), Corrections(()))


class Finding:
    """The service; it stands on the index of `keeper` and shows only what the tables let the visitor read."""

    def __init__(
        self,
        office: Office,
        keeper: Keeper,
        articles: PublishedArticles,
        types: Types,
        rankings: RankingLibrary,
        asked: AskedQuestions,
        questions: Questions | None = None,
    ) -> None:
        self._office, self._store = office, office.store
        self._articles, self._types, self._rankings = articles, types, rankings
        self.keeper, self.asked = keeper, asked
        self._meant = questions or Questions(None, 0)
        self._known = NOTHING_KNOWN

    async def stop(self) -> None:
        """Let go of the index, and of the model of questions."""
        await self.keeper.stop()
        await self._meant.close()

    @property
    def ranking(self) -> Search:
        """By what is ordered now."""
        return self._rankings.current(USED).head.search

    async def search(self, visitor: Visitor, query: SearchQuery) -> FoundPage:
        """A page of the articles that answer a question."""
        visitor.need(rules.SEE)
        async with self._store.reading() as session:
            readable = await rules.published_for(session, visitor)
        narrowed = {key: [value] for key in FACETS if (value := getattr(query, key))}
        asker = Asker(visitor.region, int(self.asked.now.timestamp()))
        skipped = (query.page - 1) * query.size
        meant = None if query.typing else await self._meant.of(query.words)

        def ask(searching: Searching) -> tuple[Results, Mapping[str, float], str]:
            found = searching.search(
                query.words, self.ranking, readable, narrowed, order=query.order, skipped=skipped, most=query.size,
                asker=asker, meant=meant,
            )  # fmt: skip
            return found, _wanted(searching, query.words), self._corrected(searching, query.words)

        found, wanted, corrected = await self.keeper.ask(ask)
        async with self._store.reading() as session:
            rows = await self._rows(session, [hit.id for hit in found.found], visitor)
            units = await ORGANISATIONS.titles(session, visitor, {one.unit for one in rows.values()})
            passages = {id: passage(self._articles.text(one), wanted) for id, one in rows.items()}
            # They are counted meanwhile.
            await found.matched.counted()
            filed = {one.category for one in rows.values()}
            facets, paths = await shown_facets(session, visitor, self._types, found.facets, filed)
        if query.words and query.page == 1 and not narrowed and not query.typing:
            self.asked.note(visitor, query.words, found.total, query.at)
        there = [(hit, rows[hit.id]) for hit in found.found if hit.id in rows]
        items = [self._shown(one, hit, passages[one.id], wanted, paths, units) for hit, one in there]
        return FoundPage(
            items=items, total=found.total, page=query.page, size=query.size, facets=facets, corrected=corrected,
            index=self.index,
        )  # fmt: skip

    @property
    def index(self) -> IndexView:
        """How the index is now."""
        state = self.keeper.state
        return IndexView(
            articles=state.articles, building=state.building, done=state.done, total=state.total, why=state.why,
            trouble=state.trouble,
        )  # fmt: skip

    async def rebuild(self, visitor: Visitor) -> IndexView:
        """Make the index anew; the old one serves meanwhile."""
        visitor.need(rules.MANAGE)
        async with self._store.writing() as session:
            await self._office.audit.write(session, visitor, "knowledge.rebuild", "knowledge:index", {}, {})
        self.keeper.rebuild()
        return self.index

    async def suggest(self, visitor: Visitor, words: str) -> Suggestions:
        """What one may mean who has typed so much."""
        visitor.need(rules.SEE)
        async with self._store.reading() as session:
            readable = await rules.published_for(session, visitor)
        quick = Search(self.ranking.weights, self.ranking.boosts, SUGGESTED_CANDIDATES)

        def ask(searching: Searching) -> tuple[Sequence[Hit], Mapping[str, float], str]:
            found = searching.suggested(words, quick, readable, SUGGESTED_ARTICLES)
            return found, _wanted(searching, words), self._corrected(searching, words)

        hits, wanted, corrected = await self.keeper.ask(ask)
        async with self._store.reading() as session:
            titles = await self._titles(session, [hit.id for hit in hits], visitor)
        there = [(hit.id, titles[hit.id]) for hit in hits if hit.id in titles]
        articles = [SuggestedArticle(id=id, title=title_pieces(title, wanted)) for id, title in there]
        plain = words.casefold()
        questions = [one for one in self._known.questions if plain in one.casefold() and one != words]
        return Suggestions(articles=articles, questions=questions[:SUGGESTED_QUESTIONS], corrected=corrected)

    async def ids(self, visitor: Visitor, words: str, most: int) -> Sequence[str]:
        """Of the articles that answer best, the best first: for whoever shows them in a way of his own.

        Withdrawn ones may be among them until the index has heard of it.
        """
        if not visitor.may(rules.SEE):
            return []
        async with self._store.reading() as session:
            readable = await rules.published_for(session, visitor)
        asker = Asker(visitor.region, int(self.asked.now.timestamp()))

        meant = await self._meant.of(words)

        def ask(searching: Searching) -> Results:
            return searching.search(words, self.ranking, readable, most=most, asker=asker, counted=False, meant=meant)

        return [hit.id for hit in (await self.keeper.ask(ask)).found]

    async def best_passage(self, words: str, region: str, audience: str = "public") -> BestPassage | None:
        """The passage that answers a question best, of articles of a region and those above it; None when none does.

        Bots of the public are told what is public alone; `audience` "inside" is for helpers of the staff.
        """
        readable = for_public(region) if audience == "public" else Readable(above=frozenset(regions.above(region)))

        meant = await self._meant.of(words)

        def ask(searching: Searching) -> tuple[Sequence[Hit], Mapping[str, float]]:
            found = searching.search(
                words, self.ranking, readable, most=2, asker=Asker(region), counted=False, meant=meant
            )
            return found.found, _wanted(searching, words)

        hits, wanted = await self.keeper.ask(ask)
        async with self._store.reading() as session:
            rows = await self._rows(session, [hit.id for hit in hits])
        if not hits or (found := rows.get(hits[0].id)) is None:
            return None
        if not _may_be_told(found, audience):
            return None
        said, score = self._answering(found, words, wanted)
        best = BestPassage(found.id, found.number, found.edition, found.title, said, score)
        other = rows.get(hits[1].id) if len(hits) > 1 else None
        if other is None or not _may_be_told(other, audience):
            return best
        return replace(best, other=other.title, other_score=self._answering(other, words, wanted)[1])

    def _answering(self, found: PublishedRow, words: str, wanted: Mapping[str, float]) -> tuple[str, float]:
        """The passage of an article that has most of a question, and how much of it stands there."""
        said = "".join(piece.text for piece in passage(self._articles.told(found), wanted, PASSAGE))
        return said, answered(words, f"{found.title} {said}")

    async def learn(self) -> None:
        """Know anew what people ask, what was read most, and which words there are. Run now and then."""
        self.keeper.take_heat(await self.asked.heat())
        hot = [one.words for one in await self.asked.questions(HEAT_DAYS, most=2_000)]
        async with self._store.reading() as session:
            words = [one for words in await session.scalars(select(PublishedRow.keywords)) for one in words]
        synonyms = self.keeper.synonym_words
        self._known = Plainly(tuple(hot), Corrections([*words, *synonyms]))

    # ── what is shown ────────────────────────────────────────────────────────────────────────────────────────────

    def _corrected(self, searching: Searching, words: str) -> str:
        rarity = searching.index.rarity
        return self._known.corrections.of(words, lambda pair: bool(rarity.known(row(question_terms(pair))).all()))

    @staticmethod
    async def _rows(
        session: AsyncSession, ids: Collection[str], visitor: Visitor | None = None
    ) -> dict[str, PublishedRow]:
        """The articles of these ids; of a visitor those that he reads, whatever the index said."""
        if not ids:
            return {}
        return {one.id: one for one in await session.scalars(select(PublishedRow).where(*_there(ids, visitor)))}

    @staticmethod
    async def _titles(session: AsyncSession, ids: Collection[str], visitor: Visitor) -> dict[str, str]:
        """The same by their titles alone."""
        if not ids:
            return {}
        wanted = select(PublishedRow.id, PublishedRow.title).where(*_there(ids, visitor))
        return dict((await session.execute(wanted)).tuples().all())

    def _shown(
        self,
        one: PublishedRow,
        hit: Hit,
        said: list[Piece],
        wanted: Mapping[str, float],
        paths: Mapping[str, str],
        units: Mapping[str, str],
    ) -> FoundArticle:
        return FoundArticle(
            id=one.id, number=one.number, title=title_pieces(one.title, wanted),
            passage=said, type=self._types.title(one.type),
            category=paths.get(one.category, ""), unit=units.get(one.unit, ""),
            region=regions.title_of(one.region), audience=one.audience, overdue=one.overdue,
            edition=one.edition, published_at=one.published_at, score=round(hit.score, 3),
        )  # fmt: skip


def _there(ids: Collection[str], visitor: Visitor | None) -> list[ColumnElement[bool]]:
    """That an article is one of these, and, of a visitor, that he reads it."""
    own = [] if visitor is None else [within(rules.reading(visitor))]
    return [PublishedRow.id.in_(list(ids)), *own]


def _wanted(searching: Searching, words: str) -> Mapping[str, float]:
    return wanted_words(words, searching.synonyms.of(words), searching.index.rarity)
