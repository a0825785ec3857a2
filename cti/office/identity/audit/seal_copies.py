"""Copies of the audit's seals on another machine: each as a syslog message (RFC 5424) to an address of the settings.

By UDP (RFC 5426) or TCP with counted octets (RFC 6587 3.4.1). What could not be sent is sent again, in order, and
raises an alarm meanwhile; a file beside the seals remembers the last number that went out, over restarts too.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import structlog

from cti.base.clock import Clock
from cti.base.settings import AuditSettings

log = structlog.get_logger(__name__)

SENT = "audit-seals.sent"
PRIORITY = 13 * 8 + 5
"""Facility log audit, severity notice (RFC 5424 6.2.1)."""
SECONDS = 10.0
RETRY_SECONDS = 30.0


class SealCopies:
    """Sends lines by number. `on_state` is told whether the other machine takes them, with the reason if not."""

    def __init__(self, settings: AuditSettings, folder: Path, clock: Clock) -> None:
        self._address = urlsplit(settings.syslog) if settings.syslog else None
        self._file = folder / SENT
        self._clock = clock
        self.on_state: Callable[[str], None] = lambda problem: None
        self._is_well = True

    async def send(self, lines: list[tuple[int, bytes]]) -> bool:
        """Send those that were not sent before; False when one could not be."""
        if self._address is None:
            return True
        sent = await asyncio.to_thread(self._sent)
        for number, line in lines:
            if number <= sent:
                continue
            try:
                async with asyncio.timeout(SECONDS):
                    await self._transmit(self.message(line))
            except (OSError, TimeoutError) as error:
                log.warning("a seal of the audit has no copy", to=self._address.netloc, error=str(error))
                self._tell(str(error) or "no answer in time")
                return False
            await asyncio.to_thread(self._file.write_text, str(number))
        self._tell("")
        return True

    def message(self, line: bytes) -> bytes:
        """A seal's line as a message."""
        at = self._clock.wall().isoformat(timespec="milliseconds")
        host = socket.gethostname() or "-"
        return f"<{PRIORITY}>1 {at} {host} hotline {os.getpid()} audit-seal - ".encode() + line

    async def _transmit(self, message: bytes) -> None:
        assert self._address is not None
        host, port = self._address.hostname or "", self._address.port or 514
        if self._address.scheme == "udp":
            loop = asyncio.get_running_loop()
            transport, _ = await loop.create_datagram_endpoint(asyncio.DatagramProtocol, remote_addr=(host, port))
            transport.sendto(message)
            transport.close()
            return
        _, writer = await asyncio.open_connection(host, port)
        try:
            writer.write(f"{len(message)} ".encode() + message)
            await writer.drain()
        finally:
            writer.close()
            await writer.wait_closed()

    def _sent(self) -> int:
        try:
            return int(self._file.read_text("ascii"))
        except (FileNotFoundError, ValueError):
            return 0

    def _tell(self, problem: str) -> None:
        if self._is_well != (not problem):
            self._is_well = not problem
            self.on_state(problem)
