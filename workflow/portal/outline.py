"""The outline of the region, on which a citizen shows where his request is: the map of the big screen."""

from __future__ import annotations

from collections.abc import Callable

import pydantic

from cti.base.refusal import NotFound
from workflow.bigscreen.maps import HouseMap, Shape
from workflow.bigscreen.walls import Walls


class MapOutline(pydantic.BaseModel):
    """Paths in a box; a place is drawn at `(longitude - west) * across` and `(north - latitude) * down`."""

    width: float
    height: float
    west: float
    north: float
    across: float
    down: float
    shapes: list[Shape]


class Outline:
    """Has it as long as the big screen runs."""

    def __init__(self) -> None:
        self._walls: Walls | None = None

    def take(self, walls: Walls) -> Callable[[], None]:
        """Have it from there; returns the undo."""
        self._walls = walls

        def undo() -> None:
            self._walls = None

        return undo

    @property
    def there(self) -> bool:
        """Whether there is one that says where on the earth it is."""
        return self._map.across > 0

    @property
    def _map(self) -> HouseMap:
        return self._walls.map if self._walls is not None else HouseMap()

    def drawing(self) -> MapOutline:
        """It. NotFound."""
        found = self._map
        if not self.there:
            raise NotFound("no_map", "没有辖区地图")
        return MapOutline(
            width=found.width, height=found.height, west=found.west, north=found.north, across=found.across,
            down=found.down, shapes=found.shapes,
        )  # fmt: skip
