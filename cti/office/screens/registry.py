"""All screens of the running house: the core's and those of the plugins that run."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from cti.base.http.routes import SIGNED_IN
from cti.base.visitor import Visitor
from cti.office.screens.description import Action, Detail, Group, List, Screen, Tab
from cti.office.screens.menu import GROUPS
from cti.office.screens.slots import AnySlot
from cti.office.screens.tiles import Tile

T = TypeVar("T", bound=Group | Screen | AnySlot | Tile)
S = TypeVar("S", bound=AnySlot)


Seen = tuple[Sequence[Group], Sequence[Screen]]
MOST_SORTS = 200
"""So many sorts of visitors, by their permissions, are remembered."""
Described = tuple[tuple[Screen, ...], tuple[Group, ...], tuple[AnySlot, ...], tuple[Tile, ...]]


def read_screens(package: str, host: object = None) -> Described:
    """What `screens.py` of a package describes: `SCREENS`, or what its function `screens` makes of the host.

    Beside them `GROUPS`, `SLOTS` and `TILES`. A package without the file has none; LookupError when the file has
    neither.
    """
    name = f"{package}.screens"
    if importlib.util.find_spec(name) is None:
        return (), (), (), ()
    module = importlib.import_module(name)
    groups: tuple[Group, ...] = getattr(module, "GROUPS", ())
    slots: tuple[AnySlot, ...] = getattr(module, "SLOTS", ())
    tiles: tuple[Tile, ...] = getattr(module, "TILES", ())
    if (made := getattr(module, "screens", None)) is not None:
        return tuple(made(host)), groups, slots, tiles
    if not hasattr(module, "SCREENS"):
        raise LookupError(f"{name}: neither SCREENS nor screens(host)")
    return tuple(module.SCREENS), groups, slots, tiles


TileFeed = Callable[[Visitor], Iterable[Tile]]
"""The tiles that a visitor has now."""


class Screens:
    """Knows who may see which."""

    def __init__(self) -> None:
        self._screens: dict[str, Screen] = {}
        self._groups: dict[str, Group] = {one.name: one for one in GROUPS}
        self._slots: dict[str, AnySlot] = {}
        self._tiles: dict[str, Tile] = {}
        self._feeds: list[TileFeed] = []
        self._seen: dict[frozenset[str], Seen] = {}
        """What people with these permissions see, once somebody has asked: it is the same for all of them."""

    def add(
        self,
        screens: Sequence[Screen],
        groups: Sequence[Group] = (),
        slots: Sequence[AnySlot] = (),
        tiles: Sequence[Tile] = (),
    ) -> Callable[[], None]:
        """Add screens, headings, what stands beside a call, and tiles; returns the undo.

        ValueError when a name is taken or a heading is missing.
        """
        added_groups, added = _fresh(groups, self._groups), _fresh(screens, self._screens)
        added_slots, added_tiles = _fresh(slots, self._slots), _fresh(tiles, self._tiles)
        known = {**self._groups, **added_groups}
        for group in groups:
            if group.within is not None and (group.within not in known or known[group.within].within is not None):
                raise ValueError(f"group {group.name}: there is no heading {group.within}")
        for one in screens:
            if one.group not in known:
                raise ValueError(f"screen {one.name}: there is no group {one.group}")
        self._groups.update(added_groups)
        self._screens.update(added)
        self._slots.update(added_slots)
        self._tiles.update(added_tiles)
        self._seen.clear()
        kept: tuple[tuple[dict[str, Any], Iterable[str]], ...] = (
            (self._screens, added), (self._groups, added_groups), (self._slots, added_slots),
            (self._tiles, added_tiles),
        )  # fmt: skip

        def undo() -> None:
            self._seen.clear()
            for all_of_them, names in kept:
                for name in names:
                    all_of_them.pop(name, None)

        return undo

    def feed_tiles(self, feed: TileFeed) -> Callable[[], None]:
        """Tiles that no module describes and that come and go, as `feed` tells them; returns the undo."""
        self._feeds.append(feed)
        return lambda: self._feeds.remove(feed)

    @property
    def all(self) -> list[Screen]:
        """Every screen, in the order of the menu."""
        return sorted(self._screens.values(), key=lambda one: (*self._place(one.group), one.order, one.name))

    def _place(self, name: str) -> tuple[int, int]:
        """Where the heading stands in the menu, and the entry within it."""
        group = self._groups[name]
        return (self._groups[group.within].order, group.order) if group.within is not None else (group.order, -1)

    @property
    def groups(self) -> list[Group]:
        """Every heading, and entries within them."""
        return sorted(self._groups.values(), key=lambda one: (one.order, one.name))

    @property
    def slots(self) -> list[AnySlot]:
        """All that stands beside a call, in its order."""
        return sorted(self._slots.values(), key=lambda one: (one.order, one.name))

    def slots_for(self, visitor: Visitor, kind: type[S]) -> list[S]:
        """Those of a kind that a visitor may see."""
        return [one for one in self.slots if isinstance(one, kind) and visitor.may(one.permission)]

    @property
    def tiles(self) -> list[Tile]:
        """All tiles, in their order."""
        return sorted(self._tiles.values(), key=lambda one: (one.order, one.name))

    def tiles_for(self, visitor: Visitor) -> list[Tile]:
        """Those that a visitor may see, with the counts of screens that he may see."""
        found = []
        for one in self.tiles:
            if not _holds(visitor, one.permission):
                continue
            if one.agent and visitor.agent_no is None:
                continue
            counts = tuple(count for count in one.counts if self._is_seen(count.screen, visitor))
            if counts or not one.counts:
                found.append(one.model_copy(update={"counts": counts}))
        return [*found, *(one for feed in self._feeds for one in feed(visitor))]

    def _is_seen(self, name: str, visitor: Visitor) -> bool:
        screen = self._screens.get(name)
        return screen is not None and _opens(visitor, screen)

    def seen_by(self, visitor: Visitor) -> Seen:
        """All headings, and the screens that a visitor may use, with the actions that he may do.

        The console leaves out headings without pages; it has pages of its own to put under them.
        """
        if (seen := self._seen.get(visitor.permissions)) is not None:
            return seen
        screens = [_permitted(one, visitor) for one in self.all if _opens(visitor, one)]
        seen = self.groups, screens
        if len(self._seen) >= MOST_SORTS:
            self._seen.clear()
        self._seen[visitor.permissions] = seen
        return seen


def _fresh(given: Sequence[T], present: dict[str, T]) -> dict[str, T]:
    found: dict[str, T] = {}
    for one in given:
        if one.name in present or one.name in found:
            raise ValueError(f"two {type(one).__name__.lower()}s are named {one.name}")
        found[one.name] = one
    return found


def _permitted(screen: Screen, visitor: Visitor) -> Screen:
    create = screen.create if screen.create and _may(visitor, screen.create) else None
    detail = _detail(screen.detail, visitor) if screen.detail else None
    shown = _list(screen.list, visitor) if screen.list else None
    return screen.model_copy(update={"create": create, "detail": detail, "list": shown})


def _list(found: List, visitor: Visitor) -> List:
    kept = {name: _actions(getattr(found, name), visitor) for name in ("actions", "bulk", "row")}
    export = found.export if not found.export_permission or visitor.may(found.export_permission) else None
    columns = tuple(one for one in found.columns if not one.permission or visitor.may(one.permission))
    filters = tuple(one for one in found.filters if not one.permission or visitor.may(one.permission))
    return found.model_copy(update={**kept, "export": export, "columns": columns, "filters": filters})


def _detail(found: Detail, visitor: Visitor) -> Detail:
    tabs = tuple(_tab(one, visitor) for one in found.tabs if not one.permission or visitor.may(one.permission))
    return found.model_copy(update={"tabs": tabs, "actions": _actions(found.actions, visitor)})


def _tab(found: Tab, visitor: Visitor) -> Tab:
    if found.edit and not visitor.may(found.edit):
        found = found.model_copy(update={"edit": ""})
    return found.model_copy(update={"list": _list(found.list, visitor)}) if found.list else found


def _actions(actions: tuple[Action, ...], visitor: Visitor) -> tuple[Action, ...]:
    return tuple(one for one in actions if _may(visitor, one))


def _may(visitor: Visitor, action: Action) -> bool:
    return not action.permission or _holds(visitor, action.permission)


def _opens(visitor: Visitor, screen: Screen) -> bool:
    return _holds(visitor, screen.permission) and (not screen.keeping or visitor.may(screen.keeping))


def _holds(visitor: Visitor, permission: str) -> bool:
    """Whether a visitor, who has signed in, may what is described with this permission."""
    return permission == SIGNED_IN or visitor.may(permission)
