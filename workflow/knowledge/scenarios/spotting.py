"""Scenarios of a request: for the desk as the agent writes, for the public, and for whoever tries them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.visitor import Visitor
from cti.office.identity import regions
from cti.office.records import Office
from cti.office.sharing.rule import within
from workflow.knowledge import rules
from workflow.knowledge.finding.asked import AskedQuestions
from workflow.knowledge.models import PublishedRow
from workflow.knowledge.scenarios.matching import Match, Matcher, Trigger
from workflow.knowledge.scenarios.models import ScenarioLinkRow, ScenarioRow
from workflow.knowledge.scenarios.service import ScenarioLinks, Scenarios
from workflow.knowledge.scenarios.views import MatchedScenario, ScenarioArticle, TriedScenarios, TriedText, TryBody

MOST_ARTICLES = 8
"""Articles that are shown of a scenario."""
MOST_LEARNED = 60
"""Titles and wordings of a scenario's articles that it is known by."""
MOST_ASKED = 200
TICKET_CATEGORY = "ticket_category"
"""The kind of records that a request is filed under, in a house that has tickets."""


class Spotting:
    """Compares a request with the triggers of the scenarios that count in its region."""

    def __init__(self, office: Office, scenarios: Scenarios, links: ScenarioLinks, asked: AskedQuestions) -> None:
        self._office, self._scenarios, self._links, self._asked = office, scenarios, links, asked
        self._matcher: Matcher | None = None

    def forget(self, _: object = None) -> None:
        """A scenario or one of its articles has changed: know them anew when somebody asks."""
        self._matcher = None

    async def of(self, visitor: Visitor, text: str, category: str = "") -> list[MatchedScenario]:
        """Those of a request that the visitor reads, with the articles that he reads."""
        visitor.need(rules.SEE)
        async with self._office.store.reading() as session:
            return await self._of(session, visitor, text, await self._path(session, category))

    async def tried(self, visitor: Visitor, body: TryBody) -> TriedScenarios:
        """Scenarios tried on texts, or on what people looked for of late: the most frequent first."""
        visitor.need(rules.MANAGE)
        asked = [(text, 0) for text in body.texts if text.strip()]
        if not asked:
            asked = [(one.words, one.times) for one in await self._asked.questions(body.days, most=MOST_ASKED)]
        async with self._office.store.reading() as session:
            category = await self._path(session, body.category)
            found = [
                TriedText(text=text, times=times, matches=await self._of(session, visitor, text, category))
                for text, times in asked
            ]
        return TriedScenarios(texts=found, missed=sum(not one.matches for one in found))

    async def for_public(self, text: str, region: str) -> list[MatchedScenario]:
        """Those of what somebody of the public asks, with public articles of his region and those above it."""
        above = regions.above(region)
        async with self._office.store.reading() as session:
            matches = (await self._known(session)).of(text)
            open_to_all = (
                PublishedRow.audience == "public", PublishedRow.overdue.is_(False), PublishedRow.region.in_(above),
            )  # fmt: skip
            found = await self._shown(session, matches, [ScenarioRow.region.in_(above)], open_to_all)
        return [one for one in found if one.articles]

    async def _of(self, session: AsyncSession, visitor: Visitor, text: str, category: str) -> list[MatchedScenario]:
        matches = (await self._known(session)).of(text, category)
        own = self._scenarios.readable(visitor)
        return await self._shown(session, matches, own, [within(rules.reading(visitor))])

    async def _shown(
        self, session: AsyncSession, matches: Sequence[Match], own: Sequence[Any], articles: Sequence[Any]
    ) -> list[MatchedScenario]:
        ids = [one.id for one in matches]
        if not ids:
            return []
        paths = select(ScenarioRow.id, ScenarioRow.path).where(ScenarioRow.id.in_(ids), *own)
        there = dict((await session.execute(paths)).tuples().all())
        wanted = (
            select(ScenarioLinkRow.scenario, PublishedRow)
            .join(PublishedRow, PublishedRow.id == ScenarioLinkRow.article)
            .where(ScenarioLinkRow.scenario.in_(list(there)), ScenarioLinkRow.removed_at.is_(None), *articles)
            .order_by(PublishedRow.published_at.desc(), PublishedRow.id)
        )
        linked: dict[str, dict[str, ScenarioArticle]] = {}
        for scenario, row in (await session.execute(wanted)).tuples():
            linked.setdefault(scenario, {})[row.id] = ScenarioArticle(
                id=row.id, title=row.title, summary=row.summary, audience=row.audience
            )
        return [
            MatchedScenario(
                id=one.id, path=there[one.id], score=one.score, reasons=list(one.reasons),
                articles=list(linked.get(one.id, {}).values())[:MOST_ARTICLES],
            )
            for one in matches if one.id in there
        ]  # fmt: skip

    async def _path(self, session: AsyncSession, category: str) -> str:
        """A ticket's category as its whole path, whether it was told by id or by path."""
        tickets = self._office.services.get(TICKET_CATEGORY)
        row = await session.get(tickets.table, category) if tickets is not None and category else None
        return row.path if row is not None else category

    async def _known(self, session: AsyncSession) -> Matcher:
        if (known := self._matcher) is None:
            known = self._matcher = Matcher(await self._triggers(session))
        return known

    async def _triggers(self, session: AsyncSession) -> list[Trigger]:
        wanted = select(ScenarioRow).where(ScenarioRow.removed_at.is_(None), ScenarioRow.off.is_(False))
        rows = (await session.scalars(wanted.order_by(ScenarioRow.id))).all()
        texts = (
            select(ScenarioLinkRow.scenario, PublishedRow.title, PublishedRow.questions)
            .join(PublishedRow, PublishedRow.id == ScenarioLinkRow.article)
            .where(ScenarioLinkRow.removed_at.is_(None))
            .order_by(ScenarioLinkRow.id)
        )
        learned: dict[str, list[str]] = {}
        for scenario, title, questions in (await session.execute(texts)).tuples():
            learned.setdefault(scenario, []).extend((title, *questions))
        return [
            Trigger(one.id, one.words, one.categories, [one.name, *one.examples],
                    learned.get(one.id, [])[:MOST_LEARNED])
            for one in rows
        ]  # fmt: skip
