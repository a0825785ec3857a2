"""By what results can be narrowed: the values of each facet in words, with how many articles have them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.visitor import Visitor
from cti.office.identity import regions
from cti.office.references import ORGANISATIONS
from cti.office.sharing.rule import within
from workflow.knowledge import rules
from workflow.knowledge.finding.articles import FILED, VALIDITIES
from workflow.knowledge.finding.views import Facet, FacetValue
from workflow.knowledge.hotlines.names import HOTLINES
from workflow.knowledge.scenarios.models import ScenarioRow
from workflow.knowledge.types import Types
from workflow.knowledge.views import AUDIENCES

FACETS = {
    "scenario": "场景", "category": "归口", "unit": "责任单位", "region": "区划", "industry": "行业",
    "life_event": "人生事件", "hotline": "来源热线", "type": "知识类型", "audience": "使用范围", "validity": "时效",
}  # fmt: skip
MOST_VALUES = 30
"""So many values of a facet are shown, the most frequent first."""


Counted = Mapping[str, Mapping[str, int]]
"""How many articles have which value of which facet."""


async def known_scenarios(session: AsyncSession, visitor: Visitor, counted: Counted) -> dict[str, str]:
    """The paths of the scenarios that were counted: another county's says nothing here, although its articles do."""
    ids = counted.get("scenario", {})
    if not ids:
        return {}
    wanted = select(ScenarioRow.id, ScenarioRow.path).where(
        ScenarioRow.id.in_(sorted(ids)), within(rules.of_the_house(ScenarioRow, visitor))
    )
    return dict((await session.execute(wanted)).tuples().all())


async def shown_facets(
    session: AsyncSession, visitor: Visitor, types: Types, counted: Counted, categories: Collection[str] = ()
) -> tuple[list[Facet], Mapping[str, str]]:
    """What was counted, as people read it: the most frequent values of each facet, those that the visitor may know.

    Also the paths of these values in their trees and of `categories`, which the caller shows beside: one query for all.
    """
    scenarios = await known_scenarios(session, visitor, counted)
    counted = {**counted, "scenario": {id: counted["scenario"][id] for id in scenarios}}
    most = {key: _most_frequent(values) for key, values in counted.items()}
    ids = {key: [value for value, _ in values] for key, values in most.items()}
    trees: dict[str, Collection[str]] = {key: ids.get(key, ()) for key in FILED}
    known = await paths(session, {**trees, "category": {*trees["category"], *categories}})
    hotlines = ids.get("hotline", ())
    titles: dict[str, Mapping[str, str]] = {
        **dict.fromkeys(FILED, known),
        "scenario": scenarios,
        "unit": await ORGANISATIONS.titles(session, visitor, ids.get("unit", ())),
        "hotline": await HOTLINES.titles(session, visitor, hotlines) if hotlines else {},
        "region": {code: regions.title_of(code) for code in ids.get("region", ())},
        "type": {one: types.title(one) for one in ids.get("type", ())},
        "audience": AUDIENCES,
        "validity": VALIDITIES,
    }
    found = []
    for key, title in FACETS.items():
        values = [
            FacetValue(value=value, title=titles[key].get(value) or value, count=count)
            for value, count in most.get(key, ())
        ]
        if values:
            found.append(Facet(key=key, title=title, values=values))
    return found, known


def _most_frequent(values: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(values.items(), key=lambda one: -one[1])[:MOST_VALUES]


async def paths(session: AsyncSession, nodes: Mapping[str, Collection[str]]) -> dict[str, str]:
    """The paths of these nodes of the trees in which articles stand, by the articles' columns."""
    wanted = [
        select(table.id, table.path).where(table.id.in_(sorted(ids)))
        for key, table in FILED.items()
        if (ids := {one for one in nodes.get(key, ()) if one})
    ]
    return dict((await session.execute(union_all(*wanted))).tuples().all()) if wanted else {}
