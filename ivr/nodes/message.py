"""`message`: send an SMS, or another message that a plugin can send."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from cti.base.expressions import Expression, Template
from cti.base.expressions.types import TEXT
from cti.base.files.parts import Name
from ivr.conversation.port import OutgoingMessage, VerbFailed
from ivr.nodes.node import FAILED, Node, Target, Turn
from ivr.nodes.walk import Walk, caller_values


class Message(Node):
    """Send words to a number, the caller's unless `to` says another; at most once a visit."""

    KIND: ClassVar[str] = "message"
    ONCE: ClassVar[bool] = True
    SPEAKS: ClassVar[bool] = False
    FAILS: ClassVar[tuple[str, ...]] = (FAILED,)

    message: Template
    to: Expression | None = None
    channel: Name = "sms"
    template: str = ""
    next: Target
    failed: Target | None = None

    def after_interruption(self) -> str:
        """It may well have been sent: go on."""
        return "next"

    def expressions(self) -> Iterator[Any]:
        """See `Node.expressions`."""
        for one in self.message.expressions:
            yield ("message",), one, None
        if self.to is not None:
            yield ("to",), self.to, TEXT

    async def run(self, walk: Walk) -> Turn:
        """See `Node.run`."""
        to = self.to.value(walk) if self.to is not None else caller_values(walk.conversation.facts)["number"]
        if not to:
            raise VerbFailed("there is no number to send a message to")
        sent = await walk.conversation.message(
            OutgoingMessage(self.channel, str(to), walk.words(self.message), self.template)
        )
        return "next" if sent else FAILED
