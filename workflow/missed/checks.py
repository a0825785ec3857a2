"""The room's settings before it starts: see `cti.plugins.checking`."""

from __future__ import annotations

from cti.base.files.documents import Problem
from cti.base.settings import Settings
from cti.base.times.calendars import own_calendars
from cti.plugins.checking import Names
from workflow.missed.settings import MissedSettings


def check(settings: Settings, names: Names) -> list[Problem]:
    """DocumentError for what is wrong."""
    calendar = settings.section("missed", MissedSettings).calendar
    if not calendar or calendar in own_calendars(settings.data).names:
        return []
    return [settings.problem(("missed", "calendar"), f"missed.calendar: unknown calendar {calendar!r}")]
