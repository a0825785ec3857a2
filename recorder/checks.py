"""The room's settings before it starts: see `cti.plugins.checking`."""

from __future__ import annotations

from cti.base.files.documents import Problem
from cti.base.settings import Settings
from cti.plugins.checking import Names
from recorder.settings import RecorderSettings


def check(settings: Settings, names: Names) -> list[Problem]:
    """DocumentError for what is wrong."""
    settings.section("recorder", RecorderSettings)
    return []
