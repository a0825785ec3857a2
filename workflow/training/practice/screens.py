"""What the console shows of practice."""

from __future__ import annotations

from cti.office.screens import Screen
from workflow.training.rules import LEARN

SCREENS = (
    Screen(
        name="training_my_practice", title="我的练习", group="training_own", icon="list-checks", order=11,
        permission=LEARN,
        kind="component", component="training/PracticePage",
    ),
)  # fmt: skip
