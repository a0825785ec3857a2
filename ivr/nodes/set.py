"""`set`: give variables their values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import pydantic

from cti.base.expressions import Expression
from cti.base.files.parts import Variable
from ivr.nodes.node import FAILED, Node, Target, Turn
from ivr.nodes.walk import Walk


class Set(Node):
    """Work out expressions into variables, in order."""

    KIND: ClassVar[str] = "set"
    SPEAKS: ClassVar[bool] = False
    FAILS: ClassVar[tuple[str, ...]] = (FAILED,)

    set: dict[Variable, Expression] = pydantic.Field(min_length=1)
    next: Target
    failed: Target | None = None

    def expressions(self) -> Iterator[Any]:
        """See `Node.expressions`."""
        for name, expression in self.set.items():
            yield ("set", name), expression, None

    async def run(self, walk: Walk) -> Turn:
        """See `Node.run`."""
        for name, expression in self.set.items():
            walk.variables[name] = expression.value(walk)
        return "next"
