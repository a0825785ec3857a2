"""`lookup`: ask a plugin's service: the caller's record, the progress of a ticket."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar

import pydantic

from cti.base.expressions import Expression
from cti.base.files.parts import Seconds, Variable
from ivr.nodes.node import FAILED, Node, Target, Turn
from ivr.nodes.walk import Walk
from ivr.reach.surroundings import Surroundings

ServiceName = Annotated[str, pydantic.Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$")]


class Lookup(Node):
    """Ask a service; what it finds goes `into` a variable. `none`: nothing was found.

    `optional` flows do without: the service may be missing when the flow is published.
    """

    KIND: ClassVar[str] = "lookup"
    SPEAKS: ClassVar[bool] = False
    FAILS: ClassVar[tuple[str, ...]] = ("none", FAILED)

    lookup: ServiceName
    arguments: dict[Variable, Expression] = pydantic.Field(default={})
    into: Variable
    timeout: Seconds = 3.0
    optional: bool = False
    next: Target
    none: Target | None = None
    failed: Target | None = None

    def once(self, surroundings: Surroundings) -> bool:
        """See `Node.once`."""
        service = surroundings.lookups.get(self.lookup)
        return service is not None and service.effect

    def expressions(self) -> Iterator[Any]:
        """See `Node.expressions`."""
        for name, expression in self.arguments.items():
            yield ("arguments", name), expression, None

    async def run(self, walk: Walk) -> Turn:
        """See `Node.run`."""
        arguments = {name: expression.value(walk) for name, expression in self.arguments.items()}
        asking = walk.surroundings.lookups.ask(self.lookup, arguments, walk.conversation.facts)
        found = await walk.patiently(asking, self.timeout)
        if found is None:
            return "none"
        walk.variables[self.into] = found
        return "next"
