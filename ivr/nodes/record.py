"""`record`: let the citizen leave a message."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import pydantic

from cti.base.files.parts import Seconds, Variable
from cti.base.files.sentences import Wrong
from ivr.conversation.port import MessageCutShort, RecordedMessage
from ivr.findings.sentences import say
from ivr.nodes.node import FAILED, Node, Target, Turn
from ivr.nodes.walk import Walk
from ivr.speech.written_pieces import Pieces, expressions_of


class Record(Node):
    """Say the pieces, then record up to `longest` seconds or until `stop_on`; shorter than `shortest` goes `empty`.

    `into` becomes a record with `recording`, its id (empty when there is none), and `seconds`; also for `hangup`.
    """

    KIND: ClassVar[str] = "record"
    FAILS: ClassVar[tuple[str, ...]] = (FAILED,)
    INSTEAD: ClassVar[Mapping[str, str]] = {"empty": "next"}

    record: Pieces
    longest: Seconds = 120.0
    shortest: float = pydantic.Field(default=1.0, ge=0)
    stop_on: str = pydantic.Field(default="#", pattern=r"^[0-9*#]*$")
    into: Variable
    next: Target
    empty: Target | None = None
    failed: Target | None = None

    @pydantic.model_validator(mode="after")
    def _longer_than_shortest(self) -> Record:
        if self.longest < self.shortest:
            raise Wrong(say("record-never"))
        return self

    def expressions(self) -> Iterator[Any]:
        """See `Node.expressions`."""
        yield from expressions_of(self.record, "record")

    async def run(self, walk: Walk) -> Turn:
        """See `Node.run`."""
        walk.variables[self.into] = {"recording": "", "seconds": 0.0}
        await walk.conversation.say(walk.pieces(self.record), interrupt=False)
        try:
            left = await walk.conversation.record_message(longest=self.longest, stop_on=self.stop_on)
        except MessageCutShort as cut:
            walk.variables[self.into] = _as_data(cut.message)
            raise
        walk.variables[self.into] = _as_data(left)
        return "next" if left.seconds >= self.shortest else "empty"


def _as_data(message: RecordedMessage) -> dict[str, Any]:
    return {"recording": message.recording, "seconds": message.seconds}
