"""What the console shows."""

from __future__ import annotations

from cti.office.figures.rights import READ
from cti.office.screens import Screen

SCREENS = (
    Screen(
        name="analysis",
        title="分析看板",
        group="figures",
        icon="chart-column",
        order=5,
        permission=READ,
        kind="component",
        component="analysis/AnalysisPages",
    ),
)
