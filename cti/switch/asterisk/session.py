"""A leg's session over FastAGI: the verbs of `CallSession` as commands and applications of Asterisk."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import structlog

from cti.call import Party
from cti.media.port import AudioStream
from cti.switch.address import Address, PhoneAddress
from cti.switch.asterisk.agi import AgiConnection, AgiHungUp, AgiRefused
from cti.switch.asterisk.agi_protocol import AgiReply
from cti.switch.asterisk.causes import dial_result
from cti.switch.asterisk.dialplan import LEG_CONTEXT
from cti.switch.port import (
    Arrival,
    Collected,
    Dialled,
    DialRequest,
    DialResult,
    LegHungUp,
    LegLeft,
    Played,
    SessionOver,
    SpyMode,
)

log = structlog.get_logger(__name__)

ALL_KEYS = "0123456789*#"
_SPY_OPTIONS = {SpyMode.LISTEN: "qE", SpyMode.WHISPER: "qEw"}


class Channels(Protocol):
    """What a session needs of the whole switch."""

    def channel_of(self, leg: str) -> str:
        """The channel's name of a leg; LegHungUp when it does not exist."""

    def take(self, leg: str) -> None:
        """The leg is about to be taken from its own session, if it has one."""

    async def stop_playing(self, leg: str) -> None:
        """End what the leg hears."""

    async def open_stream(self, session: AsteriskSession) -> AudioStream:
        """A two-way stream over this session."""


class AsteriskSession:
    """One leg while it is not talking; see `cti.switch.port.CallSession`."""

    def __init__(self, connection: AgiConnection, arrival: Arrival, channels: Channels, prompts: Path) -> None:
        self.arrival = arrival
        self._connection = connection
        self._channels = channels
        self._prompts = prompts
        self._over: asyncio.Future[SessionOver] = asyncio.get_running_loop().create_future()
        self._answered = arrival.answered
        self._stopped = False
        self._playing = False

    @property
    def over(self) -> asyncio.Future[SessionOver]:
        """Done when the session is over, with the reason."""
        return self._over

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
            return await self._connection.command(*parts)
        except AgiHungUp:
            # Only the control connection tells a leg that is gone from one that lives on elsewhere.
            raise await asyncio.shield(self._over) from None

    # ── verbs ────────────────────────────────────────────────────────────────────────────────────────────────────

    async def claim(self, call: str, party: Party, agent: str = "") -> None:
        """Mark the leg; what it dials inherits the call."""
        await self.command("SET VARIABLE", "__HOTLINE_CALL", call)
        if party is not self.arrival.party:
            await self.command("SET VARIABLE", "HOTLINE_PARTY", party.value)

    async def answer(self) -> None:
        """Answer without waiting for audio."""
        if not self._answered:
            await self.command("EXEC", "Answer", "0")
            self._answered = True

    async def play(self, prompts: Sequence[str], *, stop_on: str = "") -> Played:
        """One STREAM FILE a piece: a list in one command could not be stopped."""
        self._stopped, self._playing = False, True
        try:
            for prompt in prompts:
                reply = await self.command("STREAM FILE", str(self._prompts / prompt), stop_on)
                if reply.result_code > 0:
                    return Played(digit=chr(reply.result_code))
                if self._stopped:
                    return Played(stopped=True)
                if reply.result_code < 0:
                    log.error("prompt cannot be played", prompt=prompt, call=self.arrival.call)
        finally:
            self._playing = False
        return Played()

    async def collect(
        self, prompts: Sequence[str], *, longest: int, terminators: str = "#", first: float = 5.0, between: float = 3.0
    ) -> Collected:
        """Keys typed during the prompts count; each further key is waited for."""
        played = await self.play(prompts, stop_on=ALL_KEYS)
        digits, patience, key = "", first, played.digit
        while not self._stopped:
            if not key:
                reply = await self.command("WAIT FOR DIGIT", math.ceil(patience * 1000))
                if reply.result_code <= 0:
                    return Collected(digits, timed_out=True)
                key = chr(reply.result_code)
            if key in terminators:
                return Collected(digits, timed_out=False)
            digits, patience, key = digits + key, between, ""
            if len(digits) >= longest:
                return Collected(digits, timed_out=False)
        return Collected(digits, timed_out=True)

    async def stop(self) -> None:
        """End the prompt under way; a further piece is not begun."""
        self._stopped = True
        if self._playing:
            await self._channels.stop_playing(self.arrival.leg)

    async def wait(self) -> None:
        """Music until the next verb."""
        await self.command("SET MUSIC", "ON", "default")

    async def dial(self, request: DialRequest) -> Dialled:
        """Dial with `g`: when the talk is over, this session goes on."""
        targets = "&".join(_dial_string(address) for address in request.addresses)
        if not targets:
            return Dialled(DialResult.UNREACHABLE)
        before = f"{LEG_CONTEXT}^s^1({request.party}^{request.agent}^{'auto' if request.auto_answer else ''})"
        await self.command("EXEC", "Dial", f"{targets},{math.ceil(request.timeout)},gm(default)b({before})")
        reply = await self.command("GET FULL VARIABLE", "${DIALSTATUS},${ANSWEREDTIME},${HANGUPCAUSE}")
        status, seconds, cause = (reply.value or ",,").split(",")
        result = dial_result(status, int(cause or 0))
        return Dialled(result, float(seconds or 0) if result is DialResult.ANSWERED else 0.0)

    async def connect(self, leg: str) -> float:
        """Take the other leg from wherever it is."""
        channel = self._channels.channel_of(leg)
        self._channels.take(leg)
        loop = asyncio.get_running_loop()
        began = loop.time()
        await self.command("EXEC", "Bridge", channel)
        return loop.time() - began

    async def join(self, leg: str) -> None:
        """Enter the bridge of the other leg."""
        await self.command("EXEC", "BridgeAdd", self._channels.channel_of(leg))

    async def spy(self, leg: str, mode: SpyMode) -> None:
        """Listen to both sides; whisper only to the spied leg."""
        await self.answer()
        await self.command("EXEC", "ChanSpy", f"{self._channels.channel_of(leg)},{_SPY_OPTIONS[mode]}")

    async def record(self, path: Path) -> None:
        """Interleaved raw samples, only while bridged."""
        await self.command("EXEC", "MixMonitor", f"{path},bD")

    async def record_message(self, path: Path, *, longest: float, stop_on: str = "#") -> float:
        """A beep, then what the caller says, at most 5 s of silence at the end."""
        stem, milliseconds = str(path.with_suffix("")), math.ceil(longest * 1000)
        reply = await self.command("RECORD FILE", stem, "wav", stop_on, milliseconds, "BEEP", "s=5")
        return (reply.endpos or 0) / 8000

    async def stream(self) -> AudioStream:
        """Through AudioSocket."""
        await self.answer()
        return await self._channels.open_stream(self)

    async def hang_up(self, cause: int = 16) -> None:
        """End the leg."""
        try:
            await self.command("EXEC", "Hangup", cause)
        except (LegHungUp, LegLeft, AgiRefused):
            return

    async def give_up(self) -> None:
        """The dialplan goes on to the emergency queue when this session is closed."""
        await self.command("SET VARIABLE", "HOTLINE_GIVE_UP", "1")
        self._connection.close()


def _dial_string(address: Address) -> str:
    if isinstance(address, PhoneAddress):
        return f"PJSIP/{address.endpoint}"
    return f"PJSIP/{address.digits}@{address.trunk}"
