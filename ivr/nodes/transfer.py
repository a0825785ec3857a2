"""`transfer`: hand the call to an agent, a group, an extension, a number outside, 110/119/120/122, or another flow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal

import pydantic

from cti.base.expressions import Expression, written
from cti.base.expressions.types import TEXT
from cti.base.files.parts import DigitText, Name, Part, Seconds
from cti.base.files.sentences import Wrong
from cti.telephony.switch.port import DialResult
from ivr.conversation.port import Target, TargetKind
from ivr.findings.sentences import say
from ivr.nodes.node import FAILED, Jump, Node, Turn
from ivr.nodes.node import Target as NodeName
from ivr.nodes.queue import MOST_HOPS, Queue
from ivr.nodes.walk import Walk

_WAYS = {
    DialResult.BUSY: "busy",
    DialResult.REJECTED: "busy",
    DialResult.NO_ANSWER: "no_answer",
    DialResult.UNREACHABLE: "no_answer",
}


class Destination(Part):
    """Exactly one. `agent`, `extension` and `outside` are expressions: a number in quotes, or a variable."""

    agent: Expression | None = None
    group: Name | None = None
    extension: Expression | None = None
    outside: Expression | None = None
    emergency: Annotated[Literal["110", "119", "120", "122"], pydantic.Field()] | None = None
    flow: Name | None = None

    @pydantic.field_validator("emergency", mode="before")
    @classmethod
    def _as_digits(cls, value: Any) -> Any:
        return str(value) if isinstance(value, int) else value

    @pydantic.model_validator(mode="after")
    def _one(self) -> Destination:
        if len(self.model_fields_set) != 1:
            raise Wrong(say("exactly-one", keys=", ".join(type(self).model_fields)))
        return self


class Transfer(Node):
    """Dial and talk, then go `next`. To another flow there is no way back. `data` goes with the call."""

    KIND: ClassVar[str] = "transfer"
    FAILS: ClassVar[tuple[str, ...]] = ("busy", "no_answer", FAILED)
    INSTEAD: ClassVar[Mapping[str, str]] = {"busy": FAILED, "no_answer": FAILED}

    transfer: Destination
    data: dict[DigitText, Expression] = pydantic.Field(default={})
    timeout: Seconds = 30.0
    next: NodeName | None = None
    busy: NodeName | None = None
    no_answer: NodeName | None = None
    failed: NodeName | None = None

    @pydantic.model_validator(mode="after")
    def _next_unless_flow(self) -> Transfer:
        if self.transfer.flow is None and self.next is None:
            raise Wrong(say("next-missing"))
        if self.transfer.flow is not None and any((self.next, self.busy, self.no_answer)):
            raise Wrong(say("next-never"))
        return self

    def expressions(self) -> Iterator[Any]:
        """See `Node.expressions`."""
        for name in ("agent", "extension", "outside"):
            found = getattr(self.transfer, name)
            if found is not None:
                yield ("transfer", name), found, TEXT
        for name, one in self.data.items():
            yield ("data", name), one, None

    def _target(self, walk: Walk) -> Target:
        data = walk.given(self.data)
        name = next(iter(self.transfer.model_fields_set))
        value = getattr(self.transfer, name)
        address = written(value.value(walk)) if isinstance(value, Expression) else str(value)
        return Target(TargetKind(name), address, self.timeout, data)

    def fails(self) -> tuple[str, ...]:
        """See `Node.fails`."""
        return self.FAILS if self.transfer.flow is None else (FAILED,)

    async def run(self, walk: Walk) -> Turn:
        """See `Node.run`."""
        if self.transfer.flow is not None:
            return Jump(self.transfer.flow)
        place = str(walk.notes.get("onward", ""))
        for _ in range(MOST_HOPS):
            kind, _, name = place.partition(":")
            if kind == "flow":
                return Jump(name)
            if kind == "queue":
                # What an agent decided is no part of this node: a plain queue node does it, to its end.
                return await Queue(queue=name, next="next").run(walk)
            target = Target(TargetKind(kind), name, by_agent=True) if kind else self._target(walk)
            outcome = await walk.conversation.transfer(target)
            if outcome.result is not DialResult.ANSWERED:
                return _WAYS.get(outcome.result, FAILED)
            if not outcome.then:
                return "next"
            place = outcome.then
            await walk.note(onward=place)
        return FAILED
