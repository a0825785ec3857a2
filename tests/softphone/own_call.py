"""What an agent may go on with, in a town without books: the calls that are over stand on a shelf."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from cti.base.call import Call
from cti.base.refusal import NotFound
from cti.base.visitor import Visitor
from tests.acd.house import Callers


def own_call(house: Callers) -> Callable[[Visitor, str], Awaitable[Call]]:
    """Finds those in which somebody has talked."""

    async def find(visitor: Visitor, id: str) -> Call:
        found = house.core.shelf.calls.get(id)
        if found is None or visitor.agent_no not in found.agents:
            raise NotFound("no_call", "没有这通电话，或不是您接听的")
        return found

    return find
