"""`collect`: take a number from the citizen by keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar

import pydantic

from cti.base.expressions import Expression
from cti.base.expressions.types import BOOLEAN
from cti.base.files.parts import Seconds, Variable
from cti.base.files.sentences import Wrong
from ivr.conversation.port import Listening
from ivr.findings.sentences import say
from ivr.nodes.checked import WithValue
from ivr.nodes.node import FAILED, Node, Target, Turn
from ivr.nodes.tries import Tries
from ivr.nodes.walk import Walk
from ivr.speech.written_pieces import Pieces, expressions_of


def _span(value: Any) -> Any:
    return [value, value] if isinstance(value, int) else value


_COUNT = {"type": "integer", "minimum": 1, "maximum": 64}
Count = Annotated[int, pydantic.Field(ge=1, le=64)]
Length = Annotated[
    tuple[Count, Count],
    pydantic.BeforeValidator(_span),
    pydantic.WithJsonSchema({"anyOf": [_COUNT, {"type": "array", "items": _COUNT, "minItems": 2, "maxItems": 2}]}),
]


class Collect(Node):
    """Take keys `into` a variable. `length` is a count, or the least and the most.

    `check` must hold; in it `value` is what was typed. `hidden` keys stand in no event and no log, and no agent sees
    them. The longest number needs no terminator; a shorter one ends with `terminator` or after `between` seconds.
    """

    KIND: ClassVar[str] = "collect"
    DRIVEN: ClassVar[frozenset[str]] = frozenset({"next"})
    FAILS: ClassVar[tuple[str, ...]] = ("invalid", "timeout", FAILED)

    collect: Pieces
    into: Variable
    length: Length
    terminator: str = pydantic.Field(default="#", pattern=r"^[*#]?$")
    check: Expression | None = None
    hidden: bool = False
    tries: int = pydantic.Field(default=2, ge=1, le=10)
    wait: Seconds = 6.0
    between: Seconds = 4.0
    say_invalid: Pieces = ()
    say_timeout: Pieces = ()
    next: Target
    invalid: Target | None = None
    timeout: Target | None = None
    failed: Target | None = None

    @pydantic.model_validator(mode="after")
    def _least_and_most(self) -> Collect:
        if self.length[0] > self.length[1]:
            raise Wrong(say("length-order"))
        return self

    def expressions(self) -> Iterator[Any]:
        """See `Node.expressions`."""
        for name in ("collect", "say_invalid", "say_timeout"):
            yield from expressions_of(getattr(self, name), name)
        if self.check is not None:
            yield ("check",), self.check, BOOLEAN

    async def run(self, walk: Walk) -> Turn:
        """See `Node.run`."""
        tries = Tries(walk, self.tries)
        listening = Listening(
            longest=self.length[1],
            terminators=self.terminator,
            first=self.wait,
            between=self.between,
            hidden=self.hidden,
        )
        while tries.left:
            said = tries.question(self.collect, invalid=self.say_invalid, timeout=self.say_timeout)
            heard = await walk.conversation.hear(said, tries.listening(listening))
            walk.typed(heard.digits, hidden=self.hidden)
            if self._holds(walk, heard.digits):
                walk.variables[self.into] = heard.digits
                if self.hidden:
                    walk.secret.add(self.into)
                return "next"
            await tries.failed("timeout" if heard.timed_out and not heard.digits else "invalid", heard.text)
        return tries.way

    def _holds(self, walk: Walk, digits: str) -> bool:
        if not self.length[0] <= len(digits) <= self.length[1]:
            return False
        return self.check is None or self.check.truth(WithValue(walk, digits))
