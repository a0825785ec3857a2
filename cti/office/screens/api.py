"""The route of the screens."""

from __future__ import annotations

import pydantic

from cti.base.http.encoded import Encoded
from cti.base.http.routes import SIGNED_IN, Route
from cti.base.visitor import Visitor
from cti.office.screens.description import Group, Screen
from cti.office.screens.registry import MOST_SORTS, Screens
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


ANSWER = pydantic.TypeAdapter(ScreensAnswer)


def routes(screens: Screens) -> list[Route]:
    """All routes: path, handler and permission of each."""
    made: dict[frozenset[str], tuple[object, list[Tile], Encoded[ScreensAnswer]]] = {}

    async def all_screens(visitor: Visitor) -> Encoded[ScreensAnswer]:
        seen, tiles = screens.seen_by(visitor), screens.tiles_for(visitor)
        before, same_tiles, answer = made.get(visitor.permissions, (None, None, None))
        if answer is not None and before is seen and same_tiles == tiles:
            return answer
        groups, found = seen
        answer = Encoded.of(
            ANSWER,
            ScreensAnswer(
                groups=list(groups),
                screens=list(found),
                desk_cards=screens.slots_for(visitor, DeskCard),
                desk_forms=screens.slots_for(visitor, DeskForm),
                desk_targets=screens.slots_for(visitor, DeskTargets),
                story_cards=screens.slots_for(visitor, StoryCard),
                docks=screens.slots_for(visitor, Dock),
                tiles=tiles,
            ),
        )
        if len(made) >= MOST_SORTS:
            made.clear()
        made[visitor.permissions] = seen, tiles, answer
        return answer

    return [Route("GET", "/api/screens", all_screens, SIGNED_IN, "可以使用的界面")]
