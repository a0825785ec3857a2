"""The route of the screens."""

from __future__ import annotations

import pydantic

from cti.base.http.routes import SIGNED_IN, Route
from cti.base.visitor import Visitor
from cti.office.screens.description import Group, Screen
from cti.office.screens.registry import Screens


class ScreensAnswer(pydantic.BaseModel):
    """The menu's headings and the screens under them, each in order."""

    groups: list[Group]
    screens: list[Screen]


def routes(screens: Screens) -> list[Route]:
    """The table."""

    async def all_screens(visitor: Visitor) -> ScreensAnswer:
        groups, found = screens.seen_by(visitor)
        return ScreensAnswer(groups=groups, screens=found)

    return [Route("GET", "/api/screens", all_screens, SIGNED_IN, "可以使用的界面")]
