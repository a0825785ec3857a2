"""`end`: the flow is over; a sub-flow goes back to its caller, a call is hung up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import pydantic

from cti.base.expressions import Expression
from cti.base.files.parts import Name, Variable
from ivr.nodes.node import FAILED, Finish, Node, Turn
from ivr.nodes.walk import Walk
from ivr.speech.written_pieces import Pieces, expressions_of


class End(Node):
    """End with an outcome's name, after a last word; `results` are what a sub-flow gives back."""

    KIND: ClassVar[str] = "end"
    SPEAKS: ClassVar[bool] = False
    FAILS: ClassVar[tuple[str, ...]] = (FAILED,)

    end: Name
    say: Pieces = ()
    results: dict[Variable, Expression] = pydantic.Field(default={})

    def expressions(self) -> Iterator[Any]:
        """See `Node.expressions`."""
        yield from expressions_of(self.say, "say")
        for name, expression in self.results.items():
            yield ("results", name), expression, None

    def fails(self) -> tuple[str, ...]:
        """See `Node.fails`."""
        return self.FAILS if self.say or self.results else ()

    async def run(self, walk: Walk) -> Turn:
        """See `Node.run`."""
        results = {name: one.value(walk) for name, one in self.results.items()}
        if self.say:
            await walk.conversation.say(walk.pieces(self.say), interrupt=False)
        return Finish(self.end, results)
