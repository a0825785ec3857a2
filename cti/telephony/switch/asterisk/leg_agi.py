"""A leg's FastAGI connection under its session: commands, and what becomes of the leg."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from cti.telephony.switch.asterisk.agi import AgiConnection, AgiHungUp
from cti.telephony.switch.asterisk.agi_protocol import AgiReply
from cti.telephony.switch.port import Arrival, SessionOver


class LegAgi:
    """What every verb of a session stands on."""

    def __init__(self, connection: AgiConnection, arrival: Arrival, boot: str) -> None:
        self.arrival = arrival
        self.boot = boot
        """Which life of the switch it belongs to; empty before the first look at it."""
        self._loop = asyncio.get_running_loop()
        self._connection = connection
        self._over: asyncio.Future[SessionOver] = self._loop.create_future()

    @property
    def over(self) -> asyncio.Future[SessionOver]:
        """Done when the session is over, with the reason."""
        # Whoever waits may be cancelled; the others' future must not be.
        return asyncio.shield(self._over)

    def end(self, reason: SessionOver) -> None:
        """The switch knows what became of the leg; verbs in flight raise `reason`."""
        if not self._over.done():
            self._over.set_result(reason)
            self._connection.abandon()

    async def command(self, *parts: str | int) -> AgiReply:
        """Send an AGI command; raises LegHungUp or LegLeft as soon as it is known which."""
        if self._over.done():
            raise self._over.result()
        try:
            reply = await self._connection.command(*parts)
            if reply.result_code != -1 or not await self._is_dead():
                return reply
        except AgiHungUp:
            pass
        raise await self._fate()

    async def last_command(self, *parts: str | int) -> SessionOver:
        """Send the command that ends the leg; returns what became of it."""
        if self._over.done():
            return self._over.result()
        # It answers -1, as everything does on a dead leg: there is nothing to find out by asking.
        with suppress(AgiHungUp):
            await self._connection.command(*parts)
        return await self._fate()

    async def _application(self, name: str, arguments: str) -> None:
        """Run what may last long and ends the same whether the leg is gone or not."""
        await self.command("EXEC", name, arguments)
        if await self._is_dead():
            raise await self._fate()

    async def _fate(self) -> SessionOver:
        """What became of the leg: only the control connection tells one that is gone from one that lives elsewhere."""
        if not self._connection.hung_up.is_set():
            # Asterisk says nothing of a leg that was dead before its session began, and keeps it until we let go.
            self._connection.abandon()
            self._connection.close()
        return await self.over

    async def _is_dead(self) -> bool:
        # A command that a hang-up ended answers -1 like one that failed, and HANGUP comes only after the answer.
        try:
            reply = await self._connection.command("WAIT FOR DIGIT", 1)
        except AgiHungUp:
            return True
        return reply.result_code == -1
