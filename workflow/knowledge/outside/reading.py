"""What the public reads: public articles of a region and of those above it, none overdue; found, read, corrected."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Exchange
from cti.base.personal_data import find, masked
from cti.base.rates import AddressRate
from cti.base.recent import Recent
from cti.base.refusal import NotFound
from cti.base.visitor import Visitor
from cti.office.files.service import Files
from cti.office.files.views import FileView
from cti.office.identity import regions
from cti.office.identity.directory import known_organisations
from cti.office.records import Office
from cti.office.tree import TreeRecord
from workflow.knowledge.asking.corrections import Corrections
from workflow.knowledge.asking.views import CorrectionFields
from workflow.knowledge.finding.articles import PublishedArticles
from workflow.knowledge.finding.passages import passage, title_pieces, wanted_words
from workflow.knowledge.finding.searching import Asker, Results, Searching
from workflow.knowledge.finding.service import Finding
from workflow.knowledge.helpful.views import VoteFields
from workflow.knowledge.helpful.votes import Votes
from workflow.knowledge.models import CategoryRow, LifeEventRow, PublishedRow, UseRow
from workflow.knowledge.outside.models import ComponentRow
from workflow.knowledge.outside.views import (
    PublicArticle,
    PublicFile,
    PublicFound,
    PublicHot,
    PublicPage,
    PublicScenario,
    PublicSearchQuery,
    PublicVote,
    PublicWrong,
    Thanks,
    Told,
)
from workflow.knowledge.published import Published
from workflow.knowledge.publishing import KIND
from workflow.knowledge.rules import SEE, for_public
from workflow.knowledge.scenarios.models import ScenarioLinkRow, ScenarioRow
from workflow.knowledge.scenarios.spotting import Spotting

MOST_SCENARIOS, MOST_LIFE_EVENTS, MOST_HOT = 12, 16, 10
NUMBERS = frozenset({"telephone", "identity", "card", "plate", "account"})
"""What of a citizen's words nobody needs in order to mend an article: a mobile, an identity card, a bank card."""
VOTES_AT_ONCE, VOTES_A_MINUTE = 20, 2
"""What one address may say of articles: a reader judges some, a program many."""
_PICTURE = re.compile(r"/api/knowledge/published/[0-9A-Z]{26}/files/([0-9A-Z]{26})/content\?inline=true")


def reader(row: ComponentRow, region: str, address: str) -> Visitor:
    """Somebody of the public, of whom nothing is known but where he asks; he reads nothing of the staff's."""
    return Visitor("", "public", "公众", None, row.organisation, region, permissions=frozenset(), address=address)


def browser_of(exchange: Exchange) -> str:
    """By what one reader is told from another, where nobody has to say who he is."""
    return f"{exchange.address} {exchange.browser}"


class PublicReading:
    """The service; `region` is whose articles are read."""

    def __init__(
        self, office: Office, published: Published, corrections: Corrections, votes: Votes, finding: Finding,
        spotting: Spotting,
    ) -> None:  # fmt: skip
        self._office, self._published, self._corrections, self._votes = office, published, corrections, votes
        self._rate = AddressRate(office.clock, VOTES_A_MINUTE / 60, VOTES_AT_ONCE)
        self._finding, self._spotting = finding, spotting
        self._texts = PublishedArticles(office.store, published.types)
        self._pages = Recent[tuple[str, str], PublicPage](office.clock)
        self._beside = Recent[str, tuple[list[PublicScenario], list[PublicScenario]]](office.clock)

    async def search(self, who: Visitor, query: PublicSearchQuery) -> PublicPage:
        """A page of what answers a question, as it was some seconds ago at most."""
        key = who.region, query.model_dump_json()
        found = await self._pages.of(key, lambda: self._search(who, query))
        if query.words and query.page == 1:
            self._finding.asked.note(who, query.words, found.total, "public")
        return found

    async def _search(self, who: Visitor, query: PublicSearchQuery) -> PublicPage:
        finding, readable = self._finding, for_public(who.region)
        asked = {"scenario": query.scenario, "life_event": query.life_event}
        narrowed = {key: [value] for key, value in asked.items() if value}
        asker = Asker(who.region, int(finding.asked.now.timestamp()))

        def ask(searching: Searching) -> tuple[Results, Mapping[str, float]]:
            found = searching.search(
                query.words, finding.ranking, readable, narrowed, skipped=(query.page - 1) * query.size,
                most=query.size, asker=asker, counted=False,
            )  # fmt: skip
            synonyms = searching.synonyms.of(query.words)
            return found, wanted_words(query.words, synonyms, searching.index.rarity)

        found, wanted = await finding.keeper.ask(ask)
        scenarios, events = await self._beside.of(who.region, lambda: self._read_beside(who.region))
        if query.words.strip():
            spotted = await self._spotting.for_public(query.words, who.region)
            scenarios = [PublicScenario(id=one.id, title=one.path) for one in spotted]
        async with self._office.store.reading() as session:
            rows = await self._rows(session, who.region, [hit.id for hit in found.found])
            there = [rows[hit.id] for hit in found.found if hit.id in rows]
            units, paths = await self._named(session, there)
        items = [
            PublicFound(
                id=one.id, title=title_pieces(one.title, wanted), passage=passage(self._texts.text(one), wanted),
                type=self._published.types.title(one.type), category=paths.get(one.category, ""),
                unit=units.get(one.unit, ""), published_at=one.published_at,
            )
            for one in there
        ]  # fmt: skip
        return PublicPage(
            items=items, total=found.total, page=query.page, size=query.size, scenarios=scenarios,
            life_events=events,
        )  # fmt: skip

    async def article(self, who: Visitor, id: str, files_at: str) -> PublicArticle:
        """One article; that somebody read it is noted. Its files are had below the path `files_at`. NotFound."""
        async with self._office.store.writing() as session:
            row = await self._row(session, who.region, id)
            units, paths = await self._named(session, [row])
            files = await self._files(session, row)
            await self._published.used(session, who, id, row.edition, "viewed")
        return PublicArticle(
            id=row.id, number=row.number, edition=row.edition, title=row.title, summary=row.summary,
            keywords=row.keywords,
            body=_PICTURE.sub(lambda found: f"{files_at}/{found[1]}?inline=true", row.body),
            lines=self._published.types.lines(row.type, row.details),
            type=self._published.types.title(row.type), category=paths.get(row.category, ""),
            unit=units.get(row.unit, ""), contact=row.contact, published_at=row.published_at,
            valid_until=row.valid_until,
            files=[PublicFile(name=one.name, size=one.size, url=f"{files_at}/{one.id}") for one in files],
        )  # fmt: skip

    async def check_file(self, session: AsyncSession, who: Visitor, id: str, file: str) -> None:
        """NotFound for a file that is none of an article's, as it was when that was approved."""
        if file not in (await self._row(session, who.region, id)).files:
            raise NotFound("no_file", "附件不存在")

    async def hot(self, who: Visitor, days: int) -> PublicHot:
        """What is read and cited most."""
        since = self._finding.asked.now - timedelta(days=days)
        counted = (
            select(PublishedRow.id, PublishedRow.title)
            .join(UseRow, UseRow.article == PublishedRow.id)
            .where(UseRow.at >= since, *_open_to_all(who.region))
            .group_by(PublishedRow.id, PublishedRow.title)
            .order_by(func.sum(UseRow.times).desc(), PublishedRow.id)
            .limit(MOST_HOT)
        )
        async with self._office.store.reading() as session:
            rows = (await session.execute(counted)).tuples().all()
        return PublicHot(articles=[PublicScenario(id=id, title=title) for id, title in rows])

    async def hot_words(self, who: Visitor, days: int) -> list[str]:
        """What several of the staff looked for most, as far as the public finds an answer to it."""
        finding, readable, found = self._finding, for_public(who.region), list[str]()
        for asked in await finding.asked.questions(days, most=2 * MOST_HOT):

            def answers(searching: Searching, words: str = asked.words) -> Results:
                return searching.search(words, finding.ranking, readable, {}, most=1, counted=False)

            results = await finding.keeper.ask(answers)
            if results.total and len(found) < MOST_HOT:
                found.append(asked.words)
        return found

    async def vote(self, who: Visitor, id: str, body: PublicVote, said: str) -> Told:
        """Say whether an article helped; `said` tells one reader from another. NotFound, Conflict, TooMany."""
        self._rate.take(who.address)
        async with self._office.store.writing() as session:
            row = await self._row(session, who.region, id)
            voter = self._votes.of_public(who, row, said)
            await self._votes.keep(session, row, voter, VoteFields(edition=body.edition, helped=body.helped))
        return Told(words="已取消评价" if body.helped is None else "感谢您的评价")

    async def correct(self, who: Visitor, id: str, body: PublicWrong, said: str) -> Thanks:
        """Report what is wrong in an article; it goes the way of all corrections. NotFound.

        What surely tells who somebody is, such as a mobile's number, is left out. Of a reader whom the article did not
        help it is the reason.
        """
        async with self._office.store.reading() as session:
            row = await self._row(session, who.region, id)
        # He reads this one article, and nothing else.
        allowed = Visitor(
            "", who.login, who.name, None, row.organisation, row.region, permissions=frozenset({SEE}),
            address=who.address,
        )  # fmt: skip
        content = masked(body.content, [one for one in find(body.content) if one.sure and one.kind in NUMBERS])
        made = await self._corrections.create(allowed, CorrectionFields(article=id, kind=body.kind, content=content))
        voter = self._votes.of_public(who, row, said)
        async with self._office.store.writing() as session:
            await self._votes.explained(session, id, made.edition, voter.key, made.id)
        return Thanks(number=made.number, words="感谢您的指正，我们将尽快核实修改。")

    # ── what is read ─────────────────────────────────────────────────────────────────────────────────────────────

    async def _rows(self, session: AsyncSession, region: str, ids: Sequence[str]) -> dict[str, PublishedRow]:
        wanted = select(PublishedRow).where(PublishedRow.id.in_(ids), *_open_to_all(region))
        return {one.id: one for one in await session.scalars(wanted)}

    async def _row(self, session: AsyncSession, region: str, id: str) -> PublishedRow:
        found = (await self._rows(session, region, [id])).get(id)
        if found is None:
            raise NotFound("no_article", "没有这条知识，或已下架")
        return found

    async def _files(self, session: AsyncSession, row: PublishedRow) -> list[FileView]:
        files, shown = self._office.need(Files), set(_PICTURE.findall(row.body))
        there = [one for gone in (False, True) for one in await files.of(session, KIND, row.id, removed=gone)]
        return [one for one in there if one.id in row.files and one.id not in shown and not one.blocked]

    async def _named(
        self, session: AsyncSession, rows: Sequence[PublishedRow]
    ) -> tuple[Mapping[str, str], Mapping[str, str]]:
        known = await known_organisations(session)
        units = {row.unit: known[row.unit].title for row in rows if row.unit in known}
        return units, await _paths(session, CategoryRow, [row.category for row in rows])

    async def _read_beside(self, region: str) -> tuple[list[PublicScenario], list[PublicScenario]]:
        """Scenarios and life events of a region."""
        async with self._office.store.reading() as session:
            return await self._scenarios(session, region), await self._life_events(session, region)

    async def _scenarios(self, session: AsyncSession, region: str) -> list[PublicScenario]:
        """Those of the region that have something to read."""
        linked = (
            select(ScenarioLinkRow.scenario)
            .join(PublishedRow, PublishedRow.id == ScenarioLinkRow.article)
            .where(ScenarioLinkRow.removed_at.is_(None), *_open_to_all(region))
        )
        wanted = select(ScenarioRow).where(
            ScenarioRow.id.in_(linked), ScenarioRow.removed_at.is_(None), ScenarioRow.off.is_(False),
            ScenarioRow.region.in_(regions.above(region)),
        )  # fmt: skip
        rows = await session.scalars(wanted.order_by(ScenarioRow.line, ScenarioRow.place).limit(MOST_SCENARIOS))
        return [PublicScenario(id=row.id, title=row.path) for row in rows]

    async def _life_events(self, session: AsyncSession, region: str) -> list[PublicScenario]:
        """The first ones of the tree, in its order, at which or below which there is something to read."""
        there = select(PublishedRow.life_event).where(PublishedRow.life_event != "", *_open_to_all(region))
        used = select(LifeEventRow.id, LifeEventRow.line).where(LifeEventRow.id.in_(there.distinct()))
        tops = {line.split("/")[1] if line else id for id, line in (await session.execute(used)).tuples()}
        if not tops:
            return []
        wanted = select(LifeEventRow).where(
            LifeEventRow.id.in_(sorted(tops)), LifeEventRow.removed_at.is_(None), LifeEventRow.off.is_(False),
            LifeEventRow.region.in_(regions.above(region)),
        )  # fmt: skip
        rows = await session.scalars(wanted.order_by(LifeEventRow.place, LifeEventRow.id).limit(MOST_LIFE_EVENTS))
        return [PublicScenario(id=row.id, title=row.name) for row in rows]


def _open_to_all(region: str) -> list[Any]:
    return [
        PublishedRow.audience == "public", PublishedRow.overdue.is_(False),
        PublishedRow.region.in_(regions.above(region)),
    ]  # fmt: skip


async def _paths(session: AsyncSession, table: type[TreeRecord], ids: Sequence[str]) -> Mapping[str, str]:
    wanted = select(table.id, table.path).where(table.id.in_(sorted(set(ids) - {""})))
    return dict((await session.execute(wanted)).tuples().all())
