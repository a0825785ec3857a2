"""Live topics: what a browser may subscribe to, as the modules that have something to tell see it.

A plugin describes its own in its module `topics`, as `TOPICS`: from that the console's types are made.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from inspect import isawaitable
from typing import Any, Generic, Protocol, TypeVar, get_type_hints

import pydantic
from typing_extensions import TypedDict  # pydantic reads the standard one from Python 3.12 on only

from cti.base.visitor import Visitor

S = TypeVar("S")
C = TypeVar("C")
Snapshot = Callable[[Visitor], Any | Awaitable[Any]]
Sees = Callable[[Visitor, str, Any], bool]
OWNED = ("organisation", "region")


@dataclass(frozen=True, slots=True)
class Topic:
    """What can be subscribed to. `snapshot` makes the whole for a visitor; both it and changes are JSON data.

    `sees` says whether a visitor may see a change with this key, by its data or by what `change` says it is about.
    There is no topic without: whoever forgot whose rows it shows would show them to everybody.
    """

    name: str
    permission: str
    snapshot: Snapshot
    sees: Sees


class Topics(Protocol):
    """Where topics are offered and their changes told; `cti.web.hub.Hub` serves them."""

    def add(self, topic: Topic) -> Callable[[], None]:
        """Offer a topic; returns the undo. ValueError when the name is taken."""

    def change(self, topic: str, key: str, data: Any, person: str | None = None, about: Any = None) -> None:
        """Tell a change to the topic's clients, or only to those of `person` (an id or an agent number)."""

    def people_at(self, topic: str) -> set[str]:
        """The ids of those who have subscribed to a topic now."""


class Nothing(TypedDict):
    """Says only that there is something new."""


@dataclass(frozen=True, slots=True)
class LiveTopic(Generic[S, C]):
    """A live topic as it is described: its name, who may hear it, and the types of what is sent.

    `snapshot` and `change` are pydantic models, or TypedDicts of JSON data.
    """

    name: str
    permission: str
    snapshot: type[S]
    change: type[C]

    def served(self, snapshot: Callable[[Visitor], S | Awaitable[S]], sees: Sees | None = None) -> Topic:
        """It as it is offered to `Topics`.

        Without `sees` a visitor gets the changes of the organisation and region that the permission reaches for him;
        ValueError when changes do not say whose they are.
        """
        if sees is None and not set(OWNED) <= set(get_type_hints(self.change)):
            raise ValueError(f"topic {self.name}: its changes have no {' and '.join(OWNED)}, so say who sees them")

        async def whole(visitor: Visitor) -> Any:
            found = snapshot(visitor)
            return _plain(await found if isawaitable(found) else found)

        return Topic(self.name, self.permission, whole, sees or self._in_reach)

    def tell(self, topics: Topics, key: str, data: C, *, person: str | None = None, about: Any = None) -> None:
        """Tell a change; see `Topics.change`."""
        topics.change(self.name, key, _plain(data), person, data if about is None else about)

    def _in_reach(self, visitor: Visitor, _key: str, about: Any) -> bool:
        organisation, region = (about[one] if isinstance(about, dict) else getattr(about, one) for one in OWNED)
        return visitor.reach(self.permission).covers(organisation, region)


def _plain(data: Any) -> Any:
    return data.model_dump(mode="json") if isinstance(data, pydantic.BaseModel) else data
