"""`say`: tell the citizen something."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from ivr.nodes.node import FAILED, Node, Target, Turn
from ivr.nodes.walk import Walk
from ivr.speech.spoken_pieces import sounds
from ivr.speech.written_pieces import Pieces, expressions_of


class Say(Node):
    """Say pieces, then go `next`; `failed` when none of them can be said.

    A key pressed meanwhile is kept for what comes, unless `interrupt` is false.
    """

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
        pieces = walk.pieces(self.say)
        if pieces:
            # Sounds are no words, and nothing is amiss where they are all that is left.
            said = await walk.conversation.say(pieces, interrupt=self.interrupt)
            return "next" if said or any(sounds(piece) for piece in pieces) else FAILED
        return FAILED if walk.unsaid else "next"
