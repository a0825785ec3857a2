"""The room's settings before it starts: see `cti.plugins.checking`."""

from __future__ import annotations

from cti.base.files.documents import Problem
from cti.base.settings import Settings
from cti.plugins.checking import Names
from workflow.roster.settings import RosterSettings


def check(settings: Settings, names: Names) -> list[Problem]:
    """DocumentError for what is wrong."""
    found = settings.section("roster", RosterSettings).limits
    if found.day_standard > found.day_hours:
        words = "roster.limits: day_standard is more than day_hours, the most that a shift may have"
        return [settings.problem(("roster", "limits", "day_standard"), words)]
    return []
