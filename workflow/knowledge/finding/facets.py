"""By what results can be narrowed: the values of each facet in words, with how many articles have them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.visitor import Visitor
from cti.office.identity import regions
from cti.office.references import ORGANISATIONS
from cti.office.sharing.rule import Way, within
from cti.office.tree import TreeRecord
from workflow.knowledge import rules
from workflow.knowledge.finding.articles import VALIDITIES
from workflow.knowledge.finding.views import Facet, FacetValue
from workflow.knowledge.hotlines.names import HOTLINES
from workflow.knowledge.models import CategoryRow, IndustryRow, ScenarioRow
from workflow.knowledge.types import Types
from workflow.knowledge.views import AUDIENCES

FACETS = {
    "scenario": "场景", "category": "归口", "unit": "责任单位", "region": "区划", "industry": "行业",
    "hotline": "来源热线", "type": "知识类型", "audience": "使用范围", "validity": "时效",
}  # fmt: skip
MOST_VALUES = 30
"""So many values of a facet are shown, the most frequent first."""


async def shown_facets(
    session: AsyncSession, visitor: Visitor, types: Types, counted: Mapping[str, Mapping[str, int]]
) -> list[Facet]:
    """What was counted, as people read it; the most frequent values of each, those that the visitor may know."""
    ids = {key: list(values) for key, values in counted.items()}
    scenarios = await paths(session, ScenarioRow, ids.get("scenario", ()), rules.of_the_house(ScenarioRow, visitor))
    # Another county's scenario says nothing here, although its articles may be read.
    counted = {**counted, "scenario": {id: counted["scenario"][id] for id in scenarios}}
    titles: dict[str, Mapping[str, str]] = {
        "scenario": scenarios,
        "category": await paths(session, CategoryRow, ids.get("category", ())),
        "industry": await paths(session, IndustryRow, ids.get("industry", ())),
        "unit": await ORGANISATIONS.titles(session, visitor, ids.get("unit", ())),
        "hotline": await HOTLINES.titles(session, visitor, ids.get("hotline", ())),
        "region": {code: regions.title_of(code) for code in ids.get("region", ())},
        "type": {one: types.title(one) for one in ids.get("type", ())},
        "audience": AUDIENCES,
        "validity": VALIDITIES,
    }
    found = []
    for key, title in FACETS.items():
        values = [
            FacetValue(value=value, title=titles[key].get(value) or value, count=count)
            for value, count in sorted(counted.get(key, {}).items(), key=lambda one: -one[1])[:MOST_VALUES]
        ]
        if values:
            found.append(Facet(key=key, title=title, values=values))
    return found


async def paths(
    session: AsyncSession, table: type[TreeRecord], ids: Collection[str], ways: list[Way] | None = None
) -> dict[str, str]:
    """The paths of these nodes of a tree, those within the `ways` if some are said."""
    wanted = select(table.id, table.path).where(
        table.id.in_(sorted(set(ids) - {""})), within([[]] if ways is None else ways)
    )
    return dict((await session.execute(wanted)).tuples().all())
