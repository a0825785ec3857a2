"""The events that a plugin tells of its own, found in its module `events`."""

from __future__ import annotations

import importlib
import inspect
from pathlib import Path

from cti.base.events import EVENT_TYPES, Event


def events_of(folder: Path, package: str) -> dict[str, type[Event]]:
    """The event classes of a plugin's module `events` by name, `{}` when it has none.

    ImportError and whatever else the module raises; TypeError for a class that is no frozen dataclass.
    """
    if not (folder / "events.py").exists():
        return {}
    module = importlib.import_module(f"{package}.events")
    found = {one.__name__: one for one in vars(module).values() if _is_own(one, module.__name__)}
    for one in found.values():
        if "__dataclass_params__" not in vars(one) or not one.__dataclass_params__.frozen:
            raise TypeError(f"{one.__qualname__} is no frozen dataclass")
    return found


def told_by(folder: Path, package: str) -> set[str]:
    """The names of the events that a plugin tells of its own: those that no other event of its module is made of."""
    found = events_of(folder, package)
    bases = {base for one in found.values() for base in one.__mro__[1:]}
    return {name for name, one in found.items() if one not in bases}


def take_in(folder: Path, package: str) -> None:
    """Let the journal, manifests and the outside know a plugin's events. ValueError when another has one of that name.

    See `events_of` for what else is raised.
    """
    found = events_of(folder, package)
    for name, one in found.items():
        known = EVENT_TYPES.get(name)
        if known is not None and known.__module__ != one.__module__:
            raise ValueError(f"{known.__module__} has an event {name} already")
    EVENT_TYPES.update(found)


def _is_own(one: object, module: str) -> bool:
    return inspect.isclass(one) and issubclass(one, Event) and one.__module__ == module
