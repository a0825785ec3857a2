"""What the console shows of the knowledge base."""

from __future__ import annotations

from cti.office.screens import (
    Count,
    DeskCard,
    Empty,
    Tile,
)
from cti.office.tree.describing import tree_screen
from workflow.knowledge.asking.screens import ASKING
from workflow.knowledge.asking.screens import SCREENS as ASKING_SCREENS
from workflow.knowledge.categories import BASE, Categories, Industries, LifeEvents
from workflow.knowledge.drafting.hot_events import HOT_EVENT_SCREENS
from workflow.knowledge.drafting.template_screens import TEMPLATE_SCREENS
from workflow.knowledge.finding.screens import FINDING
from workflow.knowledge.helpful.screens import HELPFUL_SCREENS
from workflow.knowledge.hotlines.screens import HOTLINE_SCREENS
from workflow.knowledge.industries import INDUSTRY_SCREENS
from workflow.knowledge.making_screens import MAKING_SCREENS
from workflow.knowledge.menu import HEADINGS, ORDERING
from workflow.knowledge.outside.screens import OUTSIDE_SCREENS
from workflow.knowledge.published import Published
from workflow.knowledge.reading_screens import READING_SCREENS
from workflow.knowledge.rules import MANAGE
from workflow.knowledge.scenarios.screens import SCENARIO_SCREENS
from workflow.knowledge.service import Articles
from workflow.knowledge.statistics.screens import STATISTICS_SCREENS
from workflow.knowledge.views import PUBLISHED

GROUPS = HEADINGS
SCREENS = (
    *FINDING,
    *READING_SCREENS,
    *INDUSTRY_SCREENS,
    *MAKING_SCREENS,
    *TEMPLATE_SCREENS,
    *HOT_EVENT_SCREENS,
    *HOTLINE_SCREENS,
    *ASKING_SCREENS,
    tree_screen(
        Categories, f"{BASE}/categories", name="knowledge_categories", title="归口管理", group=ORDERING, order=60,
        keeping=MANAGE,
        empty=Empty(title="还没有归口", text="知识按归口分类存放；可逐级新增、拖动排序，或从表格导入。"),
    ),
    tree_screen(
        Industries, f"{BASE}/industries", name="knowledge_industries", title="行业数据库", group=ORDERING,
        icon="building-2", order=62, keeping=MANAGE,
        empty=Empty(title="还没有行业", text="按行业归集知识，形成行业数据库。"),
    ),
    tree_screen(
        LifeEvents, f"{BASE}/life_events", name="knowledge_life_events", title="人生事件", group=ORDERING,
        icon="route", order=62, keeping=MANAGE,
        empty=Empty(
            title="还没有人生事件",
            text="按人的一生归集知识，例如 出生、入学、就业、婚姻、置业、退休、身后；市民和座席据此缩小检索范围。",
        ),
    ),
    *SCENARIO_SCREENS,
    *HELPFUL_SCREENS,
    *STATISTICS_SCREENS,
    *OUTSIDE_SCREENS,
)  # fmt: skip

SLOTS = (
    DeskCard(
        name="desk_knowledge", title="知识", order=5, permission=Published.see, source=PUBLISHED,
        component="knowledge/DeskKnowledge", row=(ASKING,), idle=True, written=True, key="Z",
        empty=Empty(title="没有知识"),
    ),
)  # fmt: skip
TILES = (
    Tile(
        name="knowledge_making",
        title="知识采编",
        order=40,
        permission=Articles.see,
        counts=(
            Count(screen="knowledge_articles", title="待审核", query={"stage": "review"}, tone="talk"),
            Count(screen="knowledge_articles", title="采编中", query={"stage": "draft"}),
            Count(screen="knowledge_articles", title="逾期未确认", query={"due": "true"}, tone="ring"),
        ),
    ),
)
