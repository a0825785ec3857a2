"""The SIP stack of this process (baresip): where it listens, and the 20 ms beat of the sound of its calls.

There is one native stack in a process at a time, with one address: IPv4 or IPv6. Many user agents share it, and
256 legs with sound (tried: 200 take one core, 0.5 % each).
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Self

from baresip import BaresipError, Config, Runtime, StackEvent

from softphone.phones.audio_line import AudioLine

_BEAT = 0.02
_ATTEMPTS = 5
_PATIENCE = 30.0  # seconds for a command: the native side takes 40 ms for the end of each call, one after the other
_SHOWN_HEADERS = ("From", "Call-Info", "Alert-Info", "Answer-Mode", "X-Hotline-Call")


class SipStack:
    """Listens for SIP over UDP on `host` (an IPv4 or IPv6 address) and `port` (0: a free one); a context manager.

    RTP ports are taken at random from `rtp_ports`. Raises baresip.BaresipError when the process has a stack already
    or the port cannot be had.
    """

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        rtp_ports: tuple[int, int] = (22000, 29999),
        shown_headers: tuple[str, ...] = _SHOWN_HEADERS,
        sip_trace: bool = False,
    ) -> None:
        self.host = host
        self.port = port
        self.runtime = Runtime(command_timeout=_PATIENCE)
        self._v6 = ipaddress.ip_address(host).version == 6
        self._rtp_ports = rtp_ports
        self._shown_headers = shown_headers
        self._sip_trace = sip_trace
        self._phones: list[Callable[[], Awaitable[None]]] = []
        self._lines: list[AudioLine] = []
        self._recent: deque[StackEvent] = deque(maxlen=1000)
        self._beat: asyncio.Task[None] | None = None

    @property
    def address(self) -> str:
        """`host:port` as it stands in a SIP URI."""
        return address(self.host, self.port)

    async def open(self) -> None:
        """Start on the wanted port, or on one near it."""
        wanted = self.port
        for attempt in range(_ATTEMPTS):
            self.port = wanted or self._free_port()
            try:
                await self.runtime.start(self._config())
                break
            except BaresipError:
                # Somebody may have taken the free port in between; a port that was asked for is not replaced.
                if wanted or attempt == _ATTEMPTS - 1:
                    raise
                self.runtime = Runtime(command_timeout=_PATIENCE)
        self.runtime.subscribe(self._recent.append)
        self._beat = asyncio.create_task(self._beating(), name="sip-stack-beat")

    async def close(self) -> None:
        """Close the phones that are still open, then stop it."""
        await asyncio.gather(*(close() for close in tuple(self._phones)))
        if self._beat is not None:
            self._beat.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._beat
            self._beat = None
        for line in self._lines:
            line.close()
        self._lines.clear()
        await self.runtime.close()

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def own(self, close_phone: Callable[[], Awaitable[None]]) -> None:
        """Let `close` also close this phone."""
        self._phones.append(close_phone)

    def disown(self, close_phone: Callable[[], Awaitable[None]]) -> None:
        """The phone has been closed."""
        if close_phone in self._phones:
            self._phones.remove(close_phone)

    def join(self, line: AudioLine) -> None:
        """Let the line's sound move."""
        self._lines.append(line)

    def leave(self, line: AudioLine) -> None:
        """The call of this line is over."""
        if line in self._lines:
            self._lines.remove(line)

    def told_of(self, call_handle: int) -> list[StackEvent]:
        """Return what the native side has told of this call lately."""
        return [event for event in self._recent if event.call == call_handle]

    async def _beating(self) -> None:
        due = time.monotonic()
        while True:
            now = time.monotonic()
            for line in tuple(self._lines):
                line.tick(now)
            due = max(due + _BEAT, now)
            await asyncio.sleep(due - time.monotonic())

    def _config(self) -> Config:
        low, high = self._rtp_ports
        return Config(
            net_interface=self.host,
            max_concurrent_calls=None,
            expose_headers=self._shown_headers,
            native_log_level="error",
            sip_trace=self._sip_trace,
            extra_config_text=(
                f"sip_listen {self.address}\nsip_transports udp\nrtp_ports {low}-{high}\n"
                # No buffer: what is measured on one machine should not be delayed by the phone. And the native side's
                # takes in no more than eight sources (SSRC) in a call: a citizen who is held, put through and handed
                # over comes to more, since Asterisk names a new one for whoever is heard next (libre's `rtp/sess.c`,
                # MAX_MEMBERS), and would hear nothing from then on.
                "audio_jitter_buffer_type off\n"
            ),
        )

    def _free_port(self) -> int:
        with socket.socket(socket.AF_INET6 if self._v6 else socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind((self.host, 0))
            return int(probe.getsockname()[1])


def address(host: str, port: int) -> str:
    """Write host and port as in a URI: brackets around IPv6 (RFC 3261 25.1)."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
