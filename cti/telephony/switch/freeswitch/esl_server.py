"""ESL server: FreeSWITCH connects once for every leg that its dialplan hands over, and a handler talks to that leg."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog

from cti.telephony.switch.freeswitch.esl_connection import EslConnection, EslForged, EslHungUp, EslSession
from cti.telephony.switch.freeswitch.esl_link import EslLink

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

EslHandler = Callable[[EslConnection], Awaitable[None]]
"""Talks to one leg; what it raises is logged and ends the session."""


class EslServer:
    """Listens for FreeSWITCH and runs `handler` for each session; the connection ends when the handler does."""

    def __init__(
        self,
        handler: EslHandler,
        session: EslSession | None = None,
        on_forged: Callable[[str], None] = lambda peer: None,
    ) -> None:
        self._on_forged = on_forged
        self._handler = handler
        self._session = session or EslSession()
        self._servers: list[asyncio.Server] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self.setting_up = 0
        """Sessions that have come and have not yet said whose they are."""

    async def start(self, addresses: Sequence[tuple[str, int]]) -> None:
        """Listen on every (host, port), IPv4 or IPv6; port 0 takes a free one. Raises OSError."""
        loop = asyncio.get_running_loop()
        try:
            for host, port in addresses:
                self._servers.append(await loop.create_server(self._accept, host, port, backlog=1024))
        except BaseException:
            self.stop_listening()
            raise

    @property
    def addresses(self) -> list[tuple[str, int]]:
        """Where it listens, with the real ports."""
        return [sock.getsockname()[:2] for server in self._servers for sock in server.sockets]

    @property
    def open_connections(self) -> int:
        """Sessions open now."""
        return len(self._tasks)

    def stop_listening(self) -> None:
        """Take no new sessions; those that are open go on."""
        for server in self._servers:
            server.close()
        self._servers.clear()

    async def stop(self, grace: float = 0.0) -> None:
        """Take no new sessions, give handlers `grace` seconds to end, then cancel them and close all."""
        self.stop_listening()
        if self._tasks and grace > 0:
            await asyncio.wait(self._tasks, timeout=grace)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _accept(self) -> EslLink:
        connection = EslConnection(self._session)
        self.setting_up += 1
        task = asyncio.get_running_loop().create_task(self._run(connection))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return connection.link

    async def _run(self, connection: EslConnection) -> None:
        try:
            try:
                await connection.set_up()
            finally:
                self.setting_up -= 1
            await self._handler(connection)
        except EslForged as error:
            log.warning("esl.session_forged", peer=error.peer)
            self._on_forged(error.peer)
        except EslHungUp as error:
            log.debug("esl.left_on_hang_up", leg=connection.uuid, reason=str(error))
        except Exception:
            log.exception("esl.handler_failed", leg=connection.uuid)
        finally:
            connection.close()
