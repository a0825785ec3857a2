"""The place on a carrier's line of a call that the engine has the switch dial by itself (AMI Originate).

Such a call runs through no dialplan before its INVITE (`PreDialGoSub` is ignored with `Async`), where the dials of
sessions are counted. So its place is held first, by a variable of the switch that their dialplan counts as well; then
the count is asked; and the place is let go when the call's channel is there and counted. Of calls that come at one
moment for the last place never two get it; it may be that none does.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from cti.telephony.switch.asterisk.ami_protocol import AmiMessage
from cti.telephony.switch.asterisk.dialplan import HELD, LIMITS, TRUNK_GROUP
from cti.telephony.switch.port import SwitchUnavailable

HELD_SECONDS = 3
"""A place that nobody lets go, since its engine died, is free after that."""


class LinePlaces:
    """Holds one place a line at a time. `action` sends an AMI action and gives its response; SwitchUnavailable."""

    def __init__(self, action: Callable[[str, dict[str, str]], Awaitable[AmiMessage]]) -> None:
        self._action = action
        self._locks: dict[str, asyncio.Lock] = {}

    @asynccontextmanager
    async def held(self, trunk: str) -> AsyncIterator[bool]:
        """Hold a place meanwhile; whether there is one."""
        async with self._locks.setdefault(trunk, asyncio.Lock()):
            await self._hold(trunk, int(time.time()) + HELD_SECONDS)
            try:
                yield not await self._is_full(trunk)
            finally:
                # Without an answer it ends by itself.
                with suppress(SwitchUnavailable):
                    await self._hold(trunk, 0)

    async def _hold(self, trunk: str, until: int) -> None:
        await self._action("Setvar", {"Variable": f"{HELD}-{trunk}", "Value": str(until)})

    async def _is_full(self, trunk: str) -> bool:
        """Whether the line carries as many of our calls as it may, as the switch counts them. How many a second there
        are is the engine's count alone here.
        """
        most = f"${{AST_CONFIG({LIMITS},{trunk},channels)}}"
        question = f'EVAL($[${{GROUP_COUNT({trunk}@{TRUNK_GROUP})}} >= ${{IF($["{most}" = ""]?1000000:{most})}}])'
        return (await self._action("Getvar", {"Variable": question})).get("Value") == "1"
