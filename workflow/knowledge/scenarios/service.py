"""Scenarios (D16) as a tree, and the articles of each (D17): kept, merged without losing anything, linked in bulk."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, ClassVar

import pydantic
from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.http.routes import Body
from cti.base.refusal import Conflict, Invalid
from cti.base.visitor import Visitor
from cti.office.bulk.acts import Back, BulkAct
from cti.office.records import Records
from cti.office.references import Reference
from cti.office.sharing.rule import Way
from cti.office.tree.service import TreeRecords, TreeReference, below
from cti.office.tree.views import TreeQuery
from cti.store.listing import points_to
from workflow.knowledge import rules
from workflow.knowledge.finding.reference import ARTICLE
from workflow.knowledge.models import PublishedRow
from workflow.knowledge.scenarios.matching import texts_of
from workflow.knowledge.scenarios.models import ScenarioLinkRow, ScenarioRow
from workflow.knowledge.scenarios.views import (
    OPTIONS,
    LinkFields,
    LinkQuery,
    LinkView,
    ScenarioFields,
    ScenarioView,
)

TRIGGERS = ("words", "categories", "examples")


class Scenarios(TreeRecords[ScenarioRow, ScenarioFields, ScenarioView, TreeQuery]):
    """The service. Whoever reads articles of a region reads its scenarios."""

    table, fields, view, query = ScenarioRow, ScenarioFields, ScenarioView, TreeQuery
    has_house_texts: ClassVar[bool] = True
    kind: ClassVar[str] = "knowledge_scenario"
    title: ClassVar[str] = "场景"
    see: ClassVar[str] = rules.SEE
    edit_permission: ClassVar[str] = rules.MANAGE
    export_permission: ClassVar[str] = rules.MANAGE

    def ways(self, visitor: Visitor, permission: str, *, writing: bool = False) -> list[Way]:
        """To read also those of the regions above."""
        return rules.with_above(super().ways(visitor, permission, writing=writing), self.table, visitor, writing)

    async def joined(self, session: AsyncSession, row: ScenarioRow, other: ScenarioRow) -> dict[str, Any]:
        """What this one was known by, the other is known by; an article of both is linked once."""
        links = select(ScenarioLinkRow).where(
            ScenarioLinkRow.scenario == other.id, ScenarioLinkRow.removed_at.is_(None)
        )
        seen, now = set[str](), self.office.clock.wall()
        for link in await session.scalars(links.order_by(ScenarioLinkRow.id)):
            if link.article in seen:
                link.removed_at = link.updated_at = now
            seen.add(link.article)
        await session.flush()
        return {key: texts_of([*getattr(other, key), *getattr(row, key)]) for key in TRIGGERS}


class ScenarioLinks(Records[ScenarioLinkRow, LinkFields, LinkView, LinkQuery]):
    """The service of what belongs to which scenario: a link that is taken away is a removed record."""

    table, fields, view, query = ScenarioLinkRow, LinkFields, LinkView, LinkQuery
    has_house_texts: ClassVar[bool] = True
    kind: ClassVar[str] = "knowledge_scenario_link"
    title: ClassVar[str] = "场景关联知识"
    see: ClassVar[str] = rules.MANAGE
    edit_permission: ClassVar[str] = rules.MANAGE
    export_permission: ClassVar[str] = rules.EXPORT
    filters: ClassVar[tuple[str, ...]] = ("scenario", "article")
    refs: ClassVar[Mapping[str, Reference]] = {
        "scenario": TreeReference(Scenarios, OPTIONS),
        "article": ARTICLE,
    }

    def ways(self, visitor: Visitor, permission: str, *, writing: bool = False) -> list[Way]:
        """To read also those of the regions above."""
        return rules.with_above(super().ways(visitor, permission, writing=writing), self.table, visitor, writing)

    def sought(self, visitor: Visitor, text: str) -> ColumnElement[bool]:
        """By a part of the article's title or of the scenario's path."""
        titled = points_to(ScenarioLinkRow.article, PublishedRow.title, text)
        return titled | points_to(ScenarioLinkRow.scenario, ScenarioRow.path, text)

    async def values(
        self, session: AsyncSession, body: LinkFields, row: ScenarioLinkRow | None, organisation: str
    ) -> dict[str, Any]:
        """Each article once in a scenario."""
        same = ScenarioLinkRow.scenario == body.scenario, ScenarioLinkRow.article == body.article
        if await self.taken(session, row, *same):
            raise Invalid("taken", "该知识已经关联到这个场景", "article")
        return {"scenario": body.scenario, "article": body.article}

    async def articles_of(self, session: AsyncSession, ids: Collection[str]) -> list[str]:
        """The articles of these links, removed ones too."""
        wanted = select(ScenarioLinkRow.article).where(ScenarioLinkRow.id.in_(list(ids)))
        return list(await session.scalars(wanted))


async def touched(session: AsyncSession, scenarios: Collection[str]) -> list[str]:
    """The articles of these scenarios and of those below them: what they are filed under has changed with them."""
    found = set[str]()
    for id in scenarios:
        inside = select(ScenarioRow.id).where((ScenarioRow.id == id) | below(ScenarioRow, id))
        found.update(await session.scalars(select(ScenarioLinkRow.article).where(ScenarioLinkRow.scenario.in_(inside))))
    return sorted(found)


async def stamp(session: AsyncSession, articles: Collection[str], now: Any) -> None:
    """Let the index see, also after a restart, that these articles are found otherwise."""
    await session.execute(update(PublishedRow).where(PublishedRow.id.in_(list(articles))).values(updated_at=now))


class Target(Body):
    """The scenario to which articles are linked."""

    scenario: str = pydantic.Field(min_length=1, max_length=26, title="场景")


class LinkMany(BulkAct):
    """Many articles into a scenario; taken back, they are in it no more."""

    name: ClassVar[str] = "scenario"
    title = "关联场景"
    fields = Target

    def __init__(self, scenarios: Scenarios, links: ScenarioLinks) -> None:
        self._scenarios, self._links = scenarios, links

    def permission(self, service: Any) -> str:
        """Only managers link articles."""
        return rules.MANAGE

    async def look(
        self, session: AsyncSession, service: Any, visitor: Visitor, row: Any, body: pydantic.BaseModel
    ) -> str:
        """Into which scenario; nothing for one that is in it."""
        assert isinstance(body, Target)
        await self.need_writable(session, service, visitor, row)
        wanted = select(ScenarioRow).where(
            ScenarioRow.id == body.scenario, ScenarioRow.removed_at.is_(None), *self._scenarios.readable(visitor)
        )
        scenario = await session.scalar(wanted)
        if scenario is None or scenario.off:
            raise Invalid("no_scenario", "没有这个场景，或已停用", "scenario")
        if await session.get(PublishedRow, row.id) is None:
            raise Conflict("not_published", "知识还没有上架")
        return "" if await self._linked(session, scenario.id, row.id) else f"关联到 {scenario.path}"

    async def do(self, service: Any, visitor: Visitor, id: str, body: pydantic.BaseModel) -> Back | None:
        """Link one of the articles to the scenario."""
        assert isinstance(body, Target)
        async with self._links.office.store.reading() as session:
            if await self._linked(session, body.scenario, id):
                return None
        made = await self._links.create(visitor, LinkFields(scenario=body.scenario, article=id))
        return {"link": made.id}

    async def undo(self, service: Any, visitor: Visitor, id: str, back: Back) -> None:
        """Take the link away."""
        await self._links.remove(visitor, back["link"])

    @staticmethod
    async def _linked(session: AsyncSession, scenario: str, article: str) -> bool:
        same = ScenarioLinkRow.scenario == scenario, ScenarioLinkRow.article == article
        wanted = select(ScenarioLinkRow.id).where(*same, ScenarioLinkRow.removed_at.is_(None))
        return await session.scalar(wanted) is not None
