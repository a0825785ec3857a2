"""Live audio of Asterisk's legs: AudioSocket within a session, ChanSpy into AudioSocket for a tap."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any, Protocol

from cti.telephony.media.audiosocket import AudioSocket, AudioSocketServer, Kind
from cti.telephony.switch.asterisk.agi_protocol import AgiReply
from cti.telephony.switch.port import SessionOver, SwitchUnavailable

CONNECT_SECONDS = 3.0
SILENCE_SECONDS = 1.0
"""So often a tap gets a frame of silence; it is no more than so late in seeing that its leg is gone."""


class Action(Protocol):
    """Sends an AMI action; raises SwitchUnavailable."""

    async def __call__(self, name: str, headers: dict[str, str]) -> Any:
        """The response."""


class Commander(Protocol):
    """A session's AGI commands."""

    async def command(self, *parts: str | int) -> AgiReply:
        """Send a command; raises LegHungUp or LegLeft."""


class SessionStream:
    """A two-way stream within a session: the session's AGI command runs until the stream is closed."""

    def __init__(self, socket: AudioSocket, running: asyncio.Task[AgiReply]) -> None:
        self._socket = socket
        self._running = running

    @property
    def rate(self) -> int:
        """Samples a second."""
        return self._socket.rate

    def frames(self) -> AsyncIterator[bytes]:
        """What the party says."""
        return self._socket.frames()

    def digits(self) -> AsyncIterator[str]:
        """Keys pressed."""
        return self._socket.digits()

    async def write(self, samples: bytes) -> None:
        """Queue audio to be heard."""
        await self._socket.write(samples)

    def clear(self) -> None:
        """Stop in the middle of a word."""
        self._socket.clear()

    async def close(self) -> None:
        """Give the session back; raises what became of the leg meanwhile."""
        await self._socket.close()
        await self._running


class AsteriskAudio:
    """Opens streams and taps."""

    def __init__(self, action: Action) -> None:
        self._action = action
        self._server = AudioSocketServer()

    async def start(self) -> None:
        """Listen for Asterisk on loopback."""
        await self._server.start()

    async def stop(self) -> None:
        """Take no more streams."""
        await self._server.stop()

    async def stream(self, session: Commander) -> SessionStream:
        """The leg's audio both ways, 8,000 samples a second."""
        name, connected = self._server.expect()
        running = asyncio.ensure_future(session.command("EXEC", "AudioSocket", f"{name},127.0.0.1:{self._server.port}"))
        try:
            await asyncio.wait((running, connected), timeout=CONNECT_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if connected.done():
                return SessionStream(connected.result(), running)
            if running.done() and isinstance(error := running.exception(), SessionOver):
                raise error
            raise SwitchUnavailable("AudioSocket did not connect")
        finally:
            connected.cancel()

    async def tap(self, leg: str, channel: str) -> AudioSocket:
        """What the party of `leg` says, 16,000 samples a second; ends with the leg."""
        name, connected = self._server.expect()
        headers = {
            "Channel": f"AudioSocket/127.0.0.1:{self._server.port}/{name}/c(slin16)",
            "Application": "ChanSpy",
            "Data": f"{channel},qoES",
            "Async": "true",
            # Who listens is no call: the switch's own books have none of it.
            "Variable": "CDR_PROP(disable)=1",
        }
        try:
            await self._action("Originate", headers)
            async with asyncio.timeout(CONNECT_SECONDS):
                found = await connected
        except TimeoutError:
            raise SwitchUnavailable(f"no audio of leg {leg}") from None
        finally:
            connected.cancel()
        # Nothing is heard of a silent leg, and whoever listens asks at once how fast its samples come.
        found.will_be(Kind.SLIN16)
        # ChanSpy looks whether its leg is still there only when something comes from us. It has a timer of its own
        # until the leg is gone; if that happens within a tick, it waits for ever, and the leg's end is never told.
        found.keep_sending(SILENCE_SECONDS)
        return found
