"""The route of the screens."""

from __future__ import annotations

import pydantic

from cti.base.http.routes import SIGNED_IN, Route
from cti.base.visitor import Visitor
from cti.office.screens.description import Group, Screen
from cti.office.screens.registry import Screens
from cti.office.screens.slots import DeskCard, DeskForm, DeskTargets, Dock, StoryCard
from cti.office.screens.tiles import Tile


class ScreensAnswer(pydantic.BaseModel):
    """The menu's headings and the screens under them, what stands beside a call, and tiles, each in order."""

    groups: list[Group]
    screens: list[Screen]
    desk_cards: list[DeskCard]
    desk_forms: list[DeskForm]
    desk_targets: list[DeskTargets]
    story_cards: list[StoryCard]
    docks: list[Dock]
    tiles: list[Tile]


def routes(screens: Screens) -> list[Route]:
    """All routes: path, handler and permission of each."""

    async def all_screens(visitor: Visitor) -> ScreensAnswer:
        groups, found = screens.seen_by(visitor)
        return ScreensAnswer(
            groups=groups,
            screens=found,
            desk_cards=screens.slots_for(visitor, DeskCard),
            desk_forms=screens.slots_for(visitor, DeskForm),
            desk_targets=screens.slots_for(visitor, DeskTargets),
            story_cards=screens.slots_for(visitor, StoryCard),
            docks=screens.slots_for(visitor, Dock),
            tiles=screens.tiles_for(visitor),
        )

    return [Route("GET", "/api/screens", all_screens, SIGNED_IN, "可以使用的界面")]
