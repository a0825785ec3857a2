"""The outline of the region, on which a citizen shows where his request is: the map of the big screen."""

from __future__ import annotations

from collections.abc import Callable

from workflow.bigscreen.maps import HouseMap, MapOutline
from workflow.bigscreen.walls import Walls


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
        return self._map.says_where

    @property
    def _map(self) -> HouseMap:
        return self._walls.map if self._walls is not None else HouseMap()

    def drawing(self) -> MapOutline:
        """It. NotFound."""
        return self._map.outline()
