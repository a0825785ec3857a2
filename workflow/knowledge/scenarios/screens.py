"""What the console shows of scenarios: the tree, the articles of each, a page on which they are tried."""

from __future__ import annotations

from cti.office.records.describing import record_create, record_list, reference_filter
from cti.office.screens import Action, Empty, Field, Screen
from cti.office.tree.describing import tree_screen
from workflow.knowledge import rules
from workflow.knowledge.menu import ORDERING
from workflow.knowledge.scenarios.service import ScenarioLinks, Scenarios
from workflow.knowledge.scenarios.views import LINKS, OPTIONS, SCENARIOS
from workflow.knowledge.views import ARTICLES

OPENING = Action(
    name="articles",
    title="关联的知识",
    permission=rules.MANAGE,
    kind="link",
    method="GET",
    path="/knowledge_scenario_links?scenario={id}",
)
TREE = tree_screen(
    Scenarios, SCENARIOS, name="knowledge_scenarios", title="场景管理", group=ORDERING, icon="blocks", order=63,
    keeping=rules.MANAGE,
    empty=Empty(title="还没有场景", text="按市民办事的场景归集知识，例如 买房、生育、失业；可逐级新增、拖动和合并。"),
)  # fmt: skip
assert TREE.list is not None
LINKING = Action(
    name="scenario", title="关联场景", permission=rules.MANAGE, kind="form", path=f"{ARTICLES}/bulk/scenario",
    preview=f"{ARTICLES}/bulk/scenario/preview", done="已关联场景",
    form=(Field(key="scenario", title="场景", kind="tree", required=True, options_from=OPTIONS),),
)  # fmt: skip
SCENARIO_SCREENS = (
    TREE.model_copy(update={"list": TREE.list.model_copy(update={"row": (OPENING, *TREE.list.row)})}),
    Screen(
        name="knowledge_scenario_links",
        title="场景关联知识",
        group=ORDERING,
        icon="cable",
        order=64,
        permission=ScenarioLinks.see,
        kind="list",
        list=record_list(
            ScenarioLinks,
            LINKS,
            columns=("scenario", "article", "created_by", "updated_at"),
            search="知识标题或场景",
            sorts=("updated_at",),
            filters=(reference_filter(ScenarioLinks, "scenario", "场景"),),
            empty=Empty(title="没有关联的知识", text="在这里逐条关联，或在知识采编中选中多条后“关联场景”。"),
        ),
        create=record_create(ScenarioLinks, LINKS),
    ),
    Screen(
        name="knowledge_scenario_try",
        title="场景试用",
        group=ORDERING,
        icon="radar",
        order=66,
        permission=rules.MANAGE,
        kind="component",
        component="knowledge/ScenarioTry",
    ),
)
