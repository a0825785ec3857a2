"""`call`: run another flow as a sub-flow and come back with its results."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import pydantic

from cti.base.expressions import Expression
from cti.base.files.parts import Name, Variable
from ivr.nodes.node import FAILED, Descend, Edge, Node, Target, Turn
from ivr.nodes.walk import Walk


class Call(Node):
    """Run flow `call` with `arguments`; `results` maps a variable here to a result there.

    `ends` leads on by the outcome that the sub-flow's `end` names; any other goes `next`.
    """

    KIND: ClassVar[str] = "call"
    FAILS: ClassVar[tuple[str, ...]] = (FAILED,)

    call: Name
    arguments: dict[Variable, Expression] = pydantic.Field(default={})
    results: dict[Variable, Variable] = pydantic.Field(default={})
    ends: dict[Name, Target] = pydantic.Field(default={})
    next: Target
    failed: Target | None = None

    def edges(self) -> Iterator[Edge]:
        """See `Node.edges`."""
        for outcome, target in self.ends.items():
            yield Edge(f"end {outcome}", target, ("ends", outcome))
        yield from super().edges()

    def expressions(self) -> Iterator[Any]:
        """See `Node.expressions`."""
        for name, expression in self.arguments.items():
            yield ("arguments", name), expression, None

    async def run(self, walk: Walk) -> Turn:
        """See `Node.run`."""
        return Descend(self.call, {name: one.value(walk) for name, one in self.arguments.items()})
