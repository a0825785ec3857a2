"""The room's settings before it starts: see `cti.plugins.checking`."""

from __future__ import annotations

from cti.base.files.documents import DocumentError, Problem
from cti.base.settings import Settings
from cti.plugins.checking import Names
from workflow.wechat.menu import buttons
from workflow.wechat.settings import WechatSettings


def check(settings: Settings, names: Names) -> list[Problem]:
    """DocumentError for what is wrong in its section; what is wrong in the menu's file."""
    section = settings.section("wechat", WechatSettings)
    try:
        buttons(settings.data, section.site)
    except DocumentError as error:
        return list(error.problems)
    return []
