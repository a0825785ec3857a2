"""Who is at the door: before a caller is answered, keepers say who he is and whether he is let in.

A keeper is asked once a visit, and must be quick: one that takes longer than `SECONDS`, or fails, has said nothing, and
the caller is let in. What keepers say of him goes with the call, in `call.progress["caller"]`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import structlog

from cti.base.call import Call

log = structlog.get_logger(__name__)

SECONDS = 0.25
PLACE = "caller"
VIP, LISTED, TAGS, CITIZEN = "vip", "listed", "tags", "citizen"
"""Facts that others go by: a VIP, on the white list, marks (a list), and the id of the caller's record."""


@dataclass(frozen=True, slots=True)
class Welcome:
    """What a keeper says: JSON facts of the caller, and why he is refused, if he is."""

    facts: dict[str, Any] = field(default_factory=dict)
    refused: str = ""


Keeper = Callable[[Call], Awaitable[Welcome | None]]


class Doorway:
    """Asks its keepers in the order in which they came."""

    def __init__(self) -> None:
        self._keepers: dict[str, Keeper] = {}

    def keep(self, name: str, keeper: Keeper) -> Callable[[], None]:
        """Ask this keeper from now on; returns the undo. ValueError when there is one of this name."""
        if name in self._keepers:
            raise ValueError(f"two keepers are named {name}")
        self._keepers[name] = keeper

        def undo() -> None:
            if self._keepers.get(name) is keeper:
                del self._keepers[name]

        return undo

    async def receive(self, call: Call) -> Welcome:
        """What all of them say; the first who refuses ends it. Facts of a later one count, lists are joined."""
        facts: dict[str, Any] = {}
        for name, keeper in list(self._keepers.items()):
            try:
                async with asyncio.timeout(SECONDS):
                    said = await keeper(call)
            except TimeoutError:
                # Without its stack: in a storm of calls every line costs more than the keeper's answer.
                log.warning("keeper was late, the caller is let in", keeper=name, call=call.id)
                continue
            except Exception:
                log.exception("keeper failed, the caller is let in", keeper=name, call=call.id)
                continue
            if said is None:
                continue
            for key, value in said.facts.items():
                there = facts.get(key)
                facts[key] = [*there, *value] if isinstance(there, list) and isinstance(value, list) else value
            if said.refused:
                return Welcome(facts, said.refused)
        return Welcome(facts)


def facts_of(call: Call) -> dict[str, Any]:
    """What the keepers said of the caller of this call; empty when nothing is known."""
    found = call.progress.get(PLACE)
    return found if isinstance(found, dict) else {}


def marks_of(call: Call) -> set[str]:
    """The caller's marks, as flows ask for them: `vip`, `white`, and those of his record."""
    facts = facts_of(call)
    marks = {name for key, name in ((VIP, "vip"), (LISTED, "white")) if facts.get(key)}
    return marks | {str(one) for one in facts.get(TAGS, ())}
