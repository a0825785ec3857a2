"""`when`: go where the first condition that holds leads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import pydantic

from cti.base.expressions import Expression
from cti.base.expressions.types import BOOLEAN
from cti.base.files.parts import Part
from ivr.nodes.node import FAILED, Edge, Node, Target, Turn
from ivr.nodes.walk import Walk


class Case(Part):
    """A condition and where it leads."""

    condition: Expression = pydantic.Field(alias="if")
    next: Target


class When(Node):
    """The first case whose condition holds, or `else`."""

    KIND: ClassVar[str] = "when"
    SPEAKS: ClassVar[bool] = False
    FAILS: ClassVar[tuple[str, ...]] = (FAILED,)

    when: tuple[Case, ...] = pydantic.Field(min_length=1)
    otherwise: Target = pydantic.Field(alias="else")
    failed: Target | None = None

    def edges(self) -> Iterator[Edge]:
        """See `Node.edges`."""
        for index, case in enumerate(self.when):
            yield Edge(str(index + 1), case.next, ("when", index, "next"))
        for edge in super().edges():
            yield Edge("else", edge.target, ("else",)) if edge.way == "otherwise" else edge

    def expressions(self) -> Iterator[Any]:
        """See `Node.expressions`."""
        for index, case in enumerate(self.when):
            yield ("when", index, "if"), case.condition, BOOLEAN

    async def run(self, walk: Walk) -> Turn:
        """See `Node.run`."""
        for index, case in enumerate(self.when):
            if case.condition.truth(walk):
                return str(index + 1)
        return "else"
