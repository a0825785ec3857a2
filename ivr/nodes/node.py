"""What every kind of node has: its ways out, what a run returns, how names and pieces are written in a file."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import pydantic

from cti.base.expressions import Expression, Type
from cti.base.files.parts import NAME, Part
from cti.base.files.sentences import Wrong
from ivr.findings.sentences import say
from ivr.nodes.asides import StepAside

if TYPE_CHECKING:
    from ivr.nodes.walk import Walk
    from ivr.reach.surroundings import Surroundings


class _Way:
    """Marks a field that names the node to go to."""


Target = Annotated[str, pydantic.Field(pattern=NAME), _Way()]
"""A field that names the node to go to."""

HANGUP = "hangup"
FAILED = "failed"
EXHAUSTED = "exhausted"
EMERGENCY_WAY = "+emergency"
"""The way of a citizen who pressed the emergency key: the flow's `emergency`. No node can have a way of this name."""
HUMAN_WAY = "human"
"""The way of a citizen who asks for a human where the node has no way of that name: the flow's `human`."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A way out of a node. `where` is its place below the node; `driven`: only the citizen's own act leads here."""

    way: str
    target: str
    where: tuple[str | int, ...]
    driven: bool = False


@dataclass(frozen=True, slots=True)
class Jump:
    """Go to another flow and do not come back."""

    flow: str


@dataclass(frozen=True, slots=True)
class Descend:
    """Run a sub-flow with these arguments and come back."""

    flow: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finish:
    """The flow has come to an end."""

    outcome: str
    results: Mapping[str, Any] = field(default_factory=dict)


Turn = str | Jump | Descend | StepAside | Finish
"""What a run returns: the name of the way out, or where else it goes on."""


def _names_a_node(metadata: Iterable[Any], annotation: Any) -> bool:
    if any(isinstance(one, _Way) for one in metadata):
        return True
    if typing.get_origin(annotation) not in (typing.Union, types.UnionType):
        return False
    return any(_names_a_node(getattr(one, "__metadata__", ()), None) for one in typing.get_args(annotation))


class Node(Part):
    """A node: one key names its kind. Every node may have:

    `note`, a title for people; `at_most`, how often a call may enter it, and then the way `exhausted`; `hangup`, where
    to go when the citizen hangs up here.
    """

    KIND: ClassVar[str] = ""
    ONCE: ClassVar[bool] = False
    """Whether it has an effect outside that must not happen twice."""
    SPEAKS: ClassVar[bool] = True
    """Whether it needs the citizen on the line."""
    DRIVEN: ClassVar[frozenset[str]] = frozenset()
    """Ways that only the citizen's own act leads to."""
    FAILS: ClassVar[tuple[str, ...]] = ()
    """Ways that it may take and that need not be named: they fall back to the flow's default."""
    INSTEAD: ClassVar[Mapping[str, str]] = {}
    """For a way that is not named, the one that is taken instead."""
    _targets: ClassVar[tuple[str, ...]] = ()

    note: str = ""
    at_most: int | None = pydantic.Field(default=None, ge=1, le=1000)
    exhausted: Target | None = None
    hangup: Target | None = None

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Find the fields that name nodes."""
        cls._targets = tuple(
            name for name, found in cls.model_fields.items() if _names_a_node(found.metadata, found.annotation)
        )

    @pydantic.model_validator(mode="after")
    def _exhausted_with_at_most(self) -> Node:
        if self.exhausted is not None and self.at_most is None:
            raise Wrong(say("exhausted-alone"))
        return self

    def edges(self) -> Iterator[Edge]:
        """All ways out that are named."""
        for name in self._targets:
            target = getattr(self, name)
            if target is not None:
                yield Edge(name, target, (name,), name in self.DRIVEN)

    def fails(self) -> tuple[str, ...]:
        """Ways that this very node may take and that need not be named."""
        return self.FAILS

    def once(self, surroundings: Surroundings) -> bool:
        """Whether this very node must not run twice for one visit."""
        return self.ONCE

    def after_interruption(self) -> str:
        """The way out when an engine died in a node that runs once: nobody knows whether it was done."""
        return FAILED

    def expressions(self) -> Iterator[tuple[tuple[str | int, ...], Expression, Type | None]]:
        """All expressions with their place below the node and the type that is needed (None: any)."""
        yield from ()

    async def run(self, walk: Walk) -> Turn:
        """Do it and say which way to go on."""
        raise NotImplementedError
