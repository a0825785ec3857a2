"""The page of statistics in the menu."""

from __future__ import annotations

from cti.office.screens import Screen
from workflow.knowledge.menu import MAKING
from workflow.knowledge.rules import STATISTICS

STATISTICS_SCREENS = (
    Screen(
        name="knowledge_statistics",
        title="知识统计",
        group=MAKING,
        icon="chart-column",
        order=58,
        permission=STATISTICS,
        kind="component",
        component="knowledge/StatisticsPage",
    ),
)
