"""A wall as its file says it: which tiles hang where, what each counts, how it is drawn, who sees it."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import pydantic

from cti.base.files.parts import Name, Part, Variable
from workflow.analysis.description import Axis, Over

Chart = Literal[
    "numbers", "ratios", "ranking", "ring", "line", "bars", "map", "flow", "latest", "rises", "words", "contacts"
]
LISTS = ("rises", "words", "contacts")
"""Charts that list what another module has, and count no figure."""
WHOLE = ("numbers", "ratios", "latest", *LISTS)
"""Charts that are not split."""
SPLITS = ("type", "channel", "category", "place", "region", "unit", "unit_region", "lead", "enterprise", "satisfaction",
          "solved", "stage", "queue", "hour", "day", "week", "month", "quarter", "year")  # fmt: skip
"""All that a wall may be split by: nothing that names a person. Who stands in the hall has signed nothing."""


class Tile(Part):
    """Figures as one picture. `wide` and `high` are in twelfths of the wall, `every` in seconds.

    `by` is an axis of the wall, a fact, or a step of time. `numbers` are large, `ratios` have a bar each up to 100 %;
    a `map` shows each place on the map of the house, or as a field of the region tree, the darker the more; with `play`
    it can be played back by days or months. A `flow` has a box for each stage, in the order of the process, with how
    many are there and, by a second figure, how many are late. `latest` lists the last rows of a figure by what a wall
    may be split by. `opens` is a page of the console that a click on the title opens, for who has signed in.
    """

    tile: Name
    title: str = pydantic.Field(max_length=20)
    figures: tuple[Name, ...] = pydantic.Field(default=(), max_length=8)
    by: Variable | Literal[""] = ""
    chart: Chart = "numbers"
    over: Over = "page"
    most: Annotated[int, pydantic.Field(ge=3, le=60)] = 8
    wide: Annotated[int, pydantic.Field(ge=2, le=12)] = 4
    high: Annotated[int, pydantic.Field(ge=2, le=12)] = 4
    every: Annotated[int, pydantic.Field(ge=5, le=3600)] = 60
    compare: bool = False
    play: Literal["", "day", "month"] = ""
    opens: Annotated[str, pydantic.Field(pattern=r"^(/[a-z0-9_/?=&-]+)?$", max_length=120)] = ""

    @pydantic.model_validator(mode="after")
    def _is_whole(self) -> Tile:
        if (self.chart in LISTS) == bool(self.figures):
            raise ValueError(f"tile {self.tile}: has figures, unless it lists what another module has")
        if (self.chart in WHOLE) == bool(self.by):
            raise ValueError(f"tile {self.tile}: {', '.join(WHOLE)} are of the whole, all else is split")
        if self.play and self.chart != "map":
            raise ValueError(f"tile {self.tile}: only a map is played back")
        return self


class Wall(Part):
    """The whole file. Without `roles` it is for all who may see walls."""

    WORD: ClassVar[str] = "wall"

    wall: Name
    title: str = pydantic.Field(max_length=30)
    about: str = pydantic.Field(default="", max_length=120)
    order: int = 50
    theme: Literal["dark", "light"] = "dark"
    period: Literal["today", "week", "year", "always"] = "year"
    roles: tuple[Name, ...] = ()
    axes: tuple[Axis, ...] = ()
    tiles: tuple[Tile, ...] = pydantic.Field(min_length=1, max_length=24)

    @pydantic.model_validator(mode="after")
    def _names_nobody(self) -> Wall:
        facts = {one.axis: one.facts for one in self.axes}
        for tile in self.tiles:
            if personal := [one for one in facts.get(tile.by, (tile.by,)) if one and one not in SPLITS]:
                raise ValueError(f"tile {tile.tile}: a wall is not split by {personal[0]}, which may name somebody")
        if personal := [one for axis in self.axes for one in axis.facts if one not in SPLITS]:
            raise ValueError(f"wall {self.wall}: a wall is not narrowed by {personal[0]}, which may name somebody")
        for names in ([one.tile for one in self.tiles], [one.axis for one in self.axes]):
            if twice := next((one for one in names if names.count(one) > 1), ""):
                raise ValueError(f"wall {self.wall}: {twice} stands there twice")
        return self

    @property
    def facts(self) -> dict[str, tuple[str, ...]]:
        """The facts of each axis, by its name."""
        return {one.axis: one.facts for one in self.axes}
