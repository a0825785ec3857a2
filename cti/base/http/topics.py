"""Live topics: what a browser may subscribe to, as the modules that have something to tell see it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol

from cti.base.visitor import Visitor

Snapshot = Callable[[Visitor], Any | Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Topic:
    """What can be subscribed to. `snapshot` makes the whole for a visitor; both it and changes are JSON data.

    `sees` says whether a visitor may see a change with this key, by its data or by what `change` says it is about.
    There is no topic without: whoever forgot whose rows it shows would show them to everybody.
    """

    name: str
    permission: str
    snapshot: Snapshot
    sees: Callable[[Visitor, str, Any], bool]


class Topics(Protocol):
    """Where topics are offered and their changes told; `cti.web.hub.Hub` serves them."""

    def add(self, topic: Topic) -> Callable[[], None]:
        """Offer a topic; returns the undo. ValueError when the name is taken."""

    def change(self, topic: str, key: str, data: Any, person: str | None = None, about: Any = None) -> None:
        """Tell a change to the topic's clients, or only to those of `person` (an id or an agent number)."""

    def people_at(self, topic: str) -> set[str]:
        """The ids of those who have subscribed to a topic now."""
