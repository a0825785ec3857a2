"""`callback`: promise to call back, with the place in the queue that was just left."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from cti.base.expressions import Expression
from cti.base.expressions.types import TEXT
from cti.base.files.parts import Name
from ivr.nodes.node import FAILED, Node, Target, Turn
from ivr.nodes.walk import Walk, caller_values


class Callback(Node):
    """Ask queue `callback` to call `number` back, the caller's unless another is given; at most once a visit."""

    KIND: ClassVar[str] = "callback"
    ONCE: ClassVar[bool] = True
    FAILS: ClassVar[tuple[str, ...]] = (FAILED,)

    callback: Name
    number: Expression | None = None
    next: Target
    failed: Target | None = None

    def after_interruption(self) -> str:
        """It may well have been noted: go on."""
        return "next"

    def expressions(self) -> Iterator[Any]:
        """See `Node.expressions`."""
        if self.number is not None:
            yield ("number",), self.number, TEXT

    async def run(self, walk: Walk) -> Turn:
        """See `Node.run`."""
        number = self.number.value(walk) if self.number else caller_values(walk.conversation.facts)["number"]
        if not number:
            return FAILED
        return "next" if await walk.conversation.callback(self.callback, str(number)) else FAILED
