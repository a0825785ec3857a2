"""`say`: tell the citizen something."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from ivr.nodes.node import FAILED, Node, Target, Turn
from ivr.pieces import Pieces, expressions_of
from ivr.walk import Walk


class Say(Node):
    """Say pieces, then go `next`. A key pressed meanwhile is kept for what comes, unless `interrupt` is false."""

    KIND: ClassVar[str] = "say"
    FAILS: ClassVar[tuple[str, ...]] = (FAILED,)

    say: Pieces
    next: Target
    failed: Target | None = None
    interrupt: bool = True

    def expressions(self) -> Iterator[Any]:
        """See `Node.expressions`."""
        yield from expressions_of(self.say, "say")

    async def run(self, walk: Walk) -> Turn:
        """See `Node.run`."""
        await walk.conversation.say(walk.pieces(self.say), interrupt=self.interrupt)
        return "next"
