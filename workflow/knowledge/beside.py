"""What stands beside an article that somebody reads: related ones, and who has cited it."""

from __future__ import annotations

from datetime import datetime

import pydantic
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.visitor import Visitor
from cti.office.citing.service import Citing
from cti.office.records import Office
from cti.office.references import ORGANISATIONS
from cti.office.sharing.rule import within
from workflow.knowledge import rules
from workflow.knowledge.citing import SOURCE
from workflow.knowledge.models import ArticleRow, PublishedRow, UseRow
from workflow.knowledge.published import Published
from workflow.knowledge.scenarios.models import ScenarioLinkRow, ScenarioRow

MOST, LOOKED_AT = 6, 60


class Neighbour(pydantic.BaseModel):
    """An article beside another."""

    id: str
    title: str
    summary: str


class CitedLine(pydantic.BaseModel):
    """That an answer cites it: when, by whom, and as it read then; the answer itself is asked of its own page."""

    id: str
    at: datetime = pydantic.Field(title="引用时间")
    by: str = pydantic.Field(title="引用人")
    unit: str = pydantic.Field(title="单位")
    version: str = pydantic.Field(title="版次")
    holds: bool = pydantic.Field(title="有效")


class Surroundings(pydantic.BaseModel):
    """All of it; `views` and `citations` are counted over all time, `scenarios` are paths by id.

    `confirmed_at` is when somebody last said that it holds, `confirm_by` when that is due again.
    """

    scenarios: dict[str, str]

    related: list[Neighbour]
    cited: list[CitedLine]
    views: int
    citations: int
    confirmed_at: datetime | None
    confirm_by: datetime | None


class Beside:
    """Answers it, each within the visitor's scope."""

    def __init__(self, office: Office, published: Published, citing: Citing) -> None:
        self._office, self._published, self._citing = office, published, citing

    async def of(self, visitor: Visitor, id: str) -> Surroundings:
        """Of one article. NotFound."""
        visitor.need(self._published.see)
        async with self._office.store.reading() as session:
            row = await self._published.row(session, visitor, id)
            wanted = select(PublishedRow).where(
                PublishedRow.category == row.category, PublishedRow.id != id, *self._published.readable(visitor)
            )
            near = (await session.scalars(wanted.order_by(PublishedRow.published_at.desc()).limit(LOOKED_AT))).all()
            reach = visitor.reach(self._published.see)
            reached = reach.organisations if reach.regions is None else reach.inside
            cited = await self._citing.of(session, SOURCE, id, reached, MOST)
            units = await ORGANISATIONS.titles(session, visitor, {one.organisation for one in cited})
            counts = select(UseRow.what, func.sum(UseRow.times)).where(UseRow.article == id).group_by(UseRow.what)
            used = dict((await session.execute(counts)).tuples().all())
            scenarios = await _scenarios(session, visitor, id)
            made = await session.get_one(ArticleRow, id)
            confirmed_at, confirm_by = made.confirmed_at, made.confirm_by
        related = sorted(near, key=lambda one: -_common(one, row))[:MOST]
        return Surroundings(
            scenarios=scenarios,
            related=[Neighbour(id=one.id, title=one.title, summary=one.summary) for one in related],
            cited=[
                CitedLine(
                    id=one.id, at=one.at, by=one.by, unit=units.get(one.organisation, ""), version=one.version,
                    holds=one.holds,
                )
                for one in cited
            ],
            views=used.get("viewed", 0),
            citations=used.get("cited", 0),
            confirmed_at=confirmed_at,
            confirm_by=confirm_by,
        )  # fmt: skip

    async def pick(self, visitor: Visitor, id: str, call: str) -> None:
        """Note that the visitor means to cite it: it then stands first where an answer asks what it cites. NotFound."""
        visitor.need(self._published.see)
        async with self._office.store.writing() as session:
            row = await self._published.row(session, visitor, id)
            await self._published.used(session, visitor, id, row.edition, "picked", "call" if call else "", call)


async def _scenarios(session: AsyncSession, visitor: Visitor, article: str) -> dict[str, str]:
    linked = select(ScenarioLinkRow.scenario).where(
        ScenarioLinkRow.article == article, ScenarioLinkRow.removed_at.is_(None)
    )
    wanted = select(ScenarioRow.id, ScenarioRow.path).where(
        ScenarioRow.id.in_(linked), ScenarioRow.removed_at.is_(None), ScenarioRow.off.is_(False),
        within(rules.of_the_house(ScenarioRow, visitor)),
    )  # fmt: skip
    return dict((await session.execute(wanted.order_by(ScenarioRow.path))).tuples().all())


def _common(one: PublishedRow, other: PublishedRow) -> float:
    """How much two articles have in common: keywords, and pairs of characters of their titles."""
    pairs = {one.title[at : at + 2] for at in range(len(one.title) - 1)}
    others = {other.title[at : at + 2] for at in range(len(other.title) - 1)}
    shared = len(pairs & others) / max(len(pairs | others), 1)
    return 2 * len({*one.keywords} & {*other.keywords}) + shared
