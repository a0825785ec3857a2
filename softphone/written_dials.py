"""Agents' dials that stand on disk before they are made: see `cti.telephony.followed_dials`."""

from __future__ import annotations

from abc import abstractmethod
from typing import Literal

from cti.base.visitor import Visitor
from cti.store.calls import StoredCalls
from cti.store.journal.journal import Journal
from cti.telephony.followed_dials import FollowedDials
from cti.telephony.switch.port import DialResult
from softphone.dial_out import DialOut


class WrittenDials(FollowedDials):
    """Dials from an agent's telephone. What it writes is the module's own; each may be told twice."""

    def __init__(self, calls: StoredCalls, journal: Journal, out: DialOut) -> None:
        super().__init__(calls, journal)
        self._out = out

    @abstractmethod
    async def was_begun(self, id: str, call: str) -> None:
        """The call that was begun for the attempt under way."""

    @abstractmethod
    async def came_to_nothing(self, id: str) -> None:
        """The citizen was not dialled after all: no attempt."""

    async def dial_written(self, visitor: Visitor, id: str, attempt: str, number: str, show: str = "") -> str:
        """Dial for an attempt that stands on disk; returns the call. What `DialOut.dial` raises leaves no attempt."""

        async def tell(call: str, who: Literal["agent", "other"], result: DialResult) -> None:
            if who == "agent":
                await self.came_to_nothing(id)
            else:
                await self.was_over(attempt, str(result), call)

        try:
            call = self._out.dial(visitor, number, tell, show=show)
        except Exception:
            await self.came_to_nothing(id)
            raise
        await self.was_begun(id, call)
        return call
