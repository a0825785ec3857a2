"""`queue`: wait for an agent and talk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar

import pydantic

from cti.base.expressions import Expression
from cti.base.expressions.types import NUMBER
from cti.base.files.parts import DigitText, Name, Part, Seconds
from cti.telephony.switch.port import DialResult
from ivr.conversation.port import EmergencyWanted, QueueEnd, QueueRequest, Target, TargetKind, WaitStep
from ivr.nodes.node import FAILED, Edge, Jump, Node, Turn
from ivr.nodes.node import Target as NodeName
from ivr.nodes.walk import Walk
from ivr.speech.written_pieces import Pieces, expressions_of

LEAVING = r"^[0-9*#]$"
MOST_HOPS = 10
_UNSERVED = ("no_agents", "closed", "full", "timeout", "voicemail", "callback", "message")


class Step(Part):
    """What is said after `after` seconds of waiting, and then `every` so many seconds."""

    after: float = pydantic.Field(ge=0, le=86400)
    every: float | None = pydantic.Field(default=None, ge=1, le=86400)
    say: Pieces


class Queue(Node):
    """Wait in a queue and talk, then go `next`. Not served: the way named after the reason, or `else`.

    `keys` leave the queue; `limit` is the longest wait in seconds; a queue's own overflow leads to another queue or
    flow, or to `voicemail`, `callback` or `message`. Whom an agent hands on and nobody takes goes `failed`; without
    that way he waits in this queue again. `need` narrows the queue's skills (`english >= 3`). `data` is what the agent
    is shown, by its title; without it the flow's variables.
    """

    KIND: ClassVar[str] = "queue"
    FAILS: ClassVar[tuple[str, ...]] = (*_UNSERVED, FAILED)
    INSTEAD: ClassVar[Mapping[str, str]] = dict.fromkeys(_UNSERVED, "else")

    queue: Name
    priority: Expression | None = None
    need: str = pydantic.Field(default="", max_length=200)
    agent: Expression | None = None
    data: dict[DigitText, Expression] = pydantic.Field(default={})
    steps: tuple[Step, ...] = ()
    limit: Seconds | None = None
    keys: dict[Annotated[str, pydantic.Field(pattern=LEAVING)], NodeName] = pydantic.Field(default={})
    next: NodeName
    no_agents: NodeName | None = None
    closed: NodeName | None = None
    full: NodeName | None = None
    timeout: NodeName | None = None
    voicemail: NodeName | None = None
    callback: NodeName | None = None
    message: NodeName | None = None
    otherwise: NodeName | None = pydantic.Field(default=None, alias="else")
    failed: NodeName | None = None

    @pydantic.field_validator("keys", mode="before")
    @classmethod
    def _digits(cls, value: Any) -> Any:
        return {str(key): one for key, one in value.items()} if isinstance(value, dict) else value

    def edges(self) -> Iterator[Edge]:
        """See `Node.edges`."""
        for key, target in self.keys.items():
            yield Edge(f"key {key}", target, ("keys", key), driven=True)
        for edge in super().edges():
            yield Edge("else", edge.target, ("else",)) if edge.way == "otherwise" else edge

    def expressions(self) -> Iterator[Any]:
        """See `Node.expressions`."""
        if self.priority is not None:
            yield ("priority",), self.priority, NUMBER
        if self.agent is not None:
            yield ("agent",), self.agent, None
        for title, one in self.data.items():
            yield ("data", title), one, None
        for index, step in enumerate(self.steps):
            yield from expressions_of(step.say, "steps", index, "say")

    def _request(self, walk: Walk, queue: str) -> QueueRequest:
        return QueueRequest(
            queue=queue,
            priority=float(self.priority.value(walk)) if self.priority is not None else 0.0,
            need=self.need,
            keys=frozenset((*self.keys, *walk.emergency)),
            steps=tuple(WaitStep(one.after, one.every or 0, walk.pieces(one.say)) for one in self.steps),
            limit=self.limit,
            dedicated_agent=str(self.agent.value(walk)) if self.agent is not None else "",
            data=walk.given(self.data) if self.data else walk.shown,
        )

    async def run(self, walk: Walk) -> Turn:
        """See `Node.run`."""
        place = str(walk.notes.get("onward") or f"queue:{self.queue}")
        for _ in range(MOST_HOPS):
            kind, _, name = place.partition(":")
            if kind == "flow":
                return Jump(name)
            if kind == "queue":
                outcome = await walk.conversation.queue(self._request(walk, name))
                if outcome.end is QueueEnd.KEY and outcome.key not in self.keys:
                    raise EmergencyWanted
                if outcome.end is QueueEnd.KEY:
                    return f"key {outcome.key}"
                if outcome.end is QueueEnd.OVERFLOW and (way := outcome.to.partition(":")[0]) in _UNSERVED:
                    return way
                if outcome.end not in (QueueEnd.OVERFLOW, QueueEnd.TALKED):
                    return str(outcome.end)
                place = outcome.to if outcome.end is QueueEnd.OVERFLOW else outcome.then
            else:
                handed = await walk.conversation.transfer(Target(TargetKind(kind), name, by_agent=True))
                if handed.result is not DialResult.ANSWERED and self.failed is not None:
                    return FAILED
                # Whom nobody took to whom he was handed on waits in this queue again.
                answered = handed.result is DialResult.ANSWERED
                place = handed.then if answered else f"queue:{self.queue}"
            if not place:
                return "next"
            # A new session must find the caller where he is now, not where the node began.
            await walk.note(onward=place)
        return FAILED
