"""Routes of scenarios: their tree, and what is linked to each."""

from __future__ import annotations

from cti.base.http.routes import SIGNED_IN, Route
from cti.base.visitor import Visitor
from cti.office.records import Office, record_routes
from cti.office.screens import Choice
from cti.office.tree.api import tree_routes
from cti.office.tree.service import TreeRecords
from cti.office.tree.views import TreeNode
from workflow.knowledge import rules
from workflow.knowledge.scenarios.service import ScenarioLinks, Scenarios
from workflow.knowledge.scenarios.spotting import TICKET_CATEGORY, Spotting
from workflow.knowledge.scenarios.views import (
    LINKS,
    OPTIONS,
    SCENARIOS,
    TICKET_CATEGORIES,
    CategoriesQuery,
    MatchBody,
    MatchedScenario,
    TriedScenarios,
    TryBody,
)


def routes(office: Office, scenarios: Scenarios, links: ScenarioLinks, spotting: Spotting) -> list[Route]:
    """The tree of scenarios, their articles, and spotting them in a text."""

    async def options(visitor: Visitor) -> list[TreeNode]:
        return await scenarios.nodes(visitor) if visitor.may(scenarios.see) else []

    async def ticket_categories(visitor: Visitor, query: CategoriesQuery) -> list[Choice]:
        tickets = office.services.get(TICKET_CATEGORY)
        if not isinstance(tickets, TreeRecords) or not visitor.may(tickets.see):
            return []
        return [Choice(value=one.title, title=one.title) for one in await tickets.options(visitor, query.search)]

    async def match(visitor: Visitor, body: MatchBody) -> list[MatchedScenario]:
        return await spotting.of(visitor, body.text, body.category)

    async def attempt(visitor: Visitor, body: TryBody) -> TriedScenarios:
        return await spotting.tried(visitor, body)

    return [
        Route("GET", OPTIONS, options, SIGNED_IN, "选择场景"),
        Route("GET", TICKET_CATEGORIES, ticket_categories, rules.MANAGE, "选择场景的诉求分类"),
        Route("POST", f"{SCENARIOS}/match", match, rules.SEE, "诉求属于哪些场景"),
        Route("POST", f"{SCENARIOS}/try", attempt, rules.MANAGE, "用真实诉求试场景"),
        *record_routes(scenarios, SCENARIOS),
        *tree_routes(scenarios, SCENARIOS),
        *record_routes(links, LINKS),
    ]
