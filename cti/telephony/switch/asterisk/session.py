"""A leg's session over FastAGI: the verbs of `CallSession` as commands and applications of Asterisk.

What the leg hears and types is `hearing.py`, what stands under both `leg_agi.py`.
"""

from __future__ import annotations

import asyncio
import math
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import structlog

from cti.base.call import Party
from cti.telephony.media.port import AudioStream
from cti.telephony.switch.address import ALWAYS, Address, PhoneAddress, TrunkAddress
from cti.telephony.switch.asterisk.agi import AgiConnection, AgiRefused
from cti.telephony.switch.asterisk.causes import dial_result
from cti.telephony.switch.asterisk.dialplan import LEG_CONTEXT, NOTICE_CONTEXT, SESSION_CONTEXT, URGENT
from cti.telephony.switch.asterisk.hearing import Hearing, Player
from cti.telephony.switch.port import (
    NOTICE,
    Arrival,
    Dialled,
    DialRequest,
    DialResult,
    SpyMode,
)
from cti.telephony.switch.waiting import unless_over

log = structlog.get_logger(__name__)

JOIN_TRIES = 30
JOIN_SECONDS = 0.1
"""A leg that was picked up is in its talk a moment later, on a busy machine more; until then nothing can be joined."""
TOLD_SECONDS = 1.0
"""How long after a talk the control connection may take to tell what ended it."""
NOTHING_SHOWN = "none"
_SPY_OPTIONS = {SpyMode.LISTEN: "qE", SpyMode.WHISPER: "qEw"}


class Channels(Player, Protocol):
    """What a session needs of the whole switch."""

    def channel_of(self, leg: str) -> str:
        """The channel's name of a leg; LegHungUp when it does not exist."""

    def take(self, leg: str) -> None:
        """The leg is about to be taken from its own session, if it has one."""

    async def open_stream(self, session: AsteriskSession) -> AudioStream:
        """A two-way stream over this session."""


class AsteriskSession(Hearing):
    """One leg while it is not talking; see `cti.telephony.switch.port.CallSession`."""

    def __init__(
        self,
        connection: AgiConnection,
        arrival: Arrival,
        channels: Channels,
        prompts: Path,
        boot: str = "",
        *,
        call_header: bool = False,
    ) -> None:
        super().__init__(connection, arrival, boot, channels, prompts)
        self._channels = channels
        self._call_header = call_header
        self._answered = arrival.answered
        self._music = False
        self._recording: Path | None = None
        self._dialled: set[str] = set()
        self._dialled_gone = asyncio.Event()

    def begin_dialled(self, leg: str) -> None:
        """This session's dial made a leg."""
        self._dialled.add(leg)
        self._dialled_gone.clear()

    def end_dialled(self, leg: str) -> None:
        """A leg that this session dialled is gone."""
        self._dialled.discard(leg)
        if not self._dialled:
            self._dialled_gone.set()

    async def _enter_talk(self, name: str, arguments: str) -> None:
        self._keys.pause()
        if self._music:
            # It would go on in the talk.
            await self.command("SET MUSIC", "OFF")
            self._music = False
        if self._recording is not None:
            await self.command("EXEC", "MixMonitor", f"{self._recording},bD")
            self._recording = None
        await self._application(name, arguments)

    # ── verbs ────────────────────────────────────────────────────────────────────────────────────────────────────

    async def claim(self, call: str, party: Party, agent: str = "") -> None:
        """Mark the leg; what it dials inherits the call."""
        await self.command("SET VARIABLE", "__HOTLINE_CALL", call)
        if party is not self.arrival.party:
            await self.command("SET VARIABLE", "HOTLINE_PARTY", party.value)

    async def answer(self) -> None:
        """Answer. Asterisk waits for the caller's first sound, 0.5 s at most: behind NAT nothing reaches him before."""
        if not self._answered:
            await self.command("EXEC", "Answer", "0")
            self._answered = True

    async def wait(self) -> None:
        """Music until the next verb."""
        self._keys.pause()
        await self.command("SET MUSIC", "ON", "default")
        self._music = True

    async def dial(self, request: DialRequest) -> Dialled:
        """Dial with `g`: when the talk is over, this session goes on."""
        self._keys.pause()
        recording, self._recording = self._recording, None
        targets = "&".join(_dial_string(address) for address in request.addresses)
        if not targets:
            return Dialled(DialResult.UNREACHABLE)
        shown = "" if request.caller is None else request.caller.national or NOTHING_SHOWN
        by_endpoints = not self._call_header and _told_by_endpoints(request)
        if by_endpoints and shown not in ("", NOTHING_SHOWN):
            await self.command("SET CALLERID", shown)
        options = "gm(default)" + (f"F({SESSION_CONTEXT}^s^1)" if request.stays else "")
        if not by_endpoints:
            auto = "" if request.answer_after is None else f"{request.answer_after:.0f}"
            urgent = URGENT if any(is_urgent(address) for address in request.addresses) else ""
            options += f"b({LEG_CONTEXT}^s^1({request.party}^{request.agent}^{auto}^{shown}^{urgent}))"
        if request.answer_after is not None:
            options += f"U({NOTICE_CONTEXT}^{self._prompts.parent / NOTICE})"
        if recording is not None:
            # By the dial itself: no round trip before the phone rings.
            options += f"B({LEG_CONTEXT}^record^1({recording}))"
        seconds_to_ring = math.ceil(request.timeout)
        began = self._loop.time()
        await self.command("EXEC", "Dial", f"{targets},{seconds_to_ring},{options}")
        rang_out = self._loop.time() - began >= seconds_to_ring
        reply = await self.command("GET FULL VARIABLE", "${DIALSTATUS},${ANSWEREDTIME},${HANGUPCAUSE}")
        if self._connection.hung_up.is_set():
            # Asterisk looks for a hang-up before it takes a command: had he gone in the dial, it has said so by now.
            raise await self._fate()
        status, seconds, cause = (reply.value or ",,").split(",")
        # A phone that rings out leaves no cause: what stands there is that of a dial before.
        result = dial_result(status, 0 if rang_out else int(cause or 0))
        if result is DialResult.ANSWERED and self._dialled:
            await self._told_what_ended_it()
        return Dialled(result, float(seconds or 0) if result is DialResult.ANSWERED else 0.0)

    async def _told_what_ended_it(self) -> None:
        # That the phone has transferred the leg is told over the other connection, always before the phone's own end.
        with suppress(TimeoutError):
            async with asyncio.timeout(TOLD_SECONDS):
                await unless_over(self, self._dialled_gone.wait())

    async def connect(self, leg: str) -> float:
        """Take the other leg from wherever it is."""
        channel = self._channels.channel_of(leg)
        self._channels.take(leg)
        began = self._loop.time()
        await self._enter_talk("Bridge", channel)
        return self._loop.time() - began

    async def join(self, leg: str) -> None:
        """Enter the bridge of the other leg, which may be on its way into it."""
        channel = self._channels.channel_of(leg)
        for _ in range(JOIN_TRIES):
            await self._enter_talk("BridgeAdd", channel)
            result = (await self.command("GET VARIABLE", "BRIDGERESULT")).value
            if result != "FAILURE":
                # He was in it, or the other leg is none any more.
                return
            await asyncio.sleep(JOIN_SECONDS)

    async def spy(self, leg: str, mode: SpyMode) -> None:
        """Listen to both sides; whisper only to the spied leg."""
        await self.answer()
        await self._enter_talk("ChanSpy", f"{self._channels.channel_of(leg)},{_SPY_OPTIONS[mode]}")

    async def record(self, path: Path) -> None:
        """Interleaved raw samples, only while bridged; so it begins with the verb that bridges."""
        self._recording = path

    async def stop_recording(self) -> None:
        """Asterisk keeps up to a second of sound to itself until then."""
        self._recording = None
        await self.command("EXEC", "StopMixMonitor")

    async def record_message(self, path: Path, *, longest: float, stop_on: str = "#") -> float:
        """A beep, then what the caller says, at most 5 s of silence at the end."""
        self._keys.pause()
        stem, milliseconds = str(path.with_suffix("")), math.ceil(longest * 1000)
        reply = await self.command("RECORD FILE", stem, "wav", stop_on, milliseconds, "BEEP", "s=5")
        return (reply.endpos or 0) / 8000

    async def stream(self) -> AudioStream:
        """Sound both ways, through AudioSocket; the leg is answered for it."""
        self._keys.pause()
        await self.answer()
        return await self._channels.open_stream(self)

    async def hang_up(self, cause: int = 16) -> None:
        """End the leg."""
        with suppress(AgiRefused):
            await self.last_command("EXEC", "Hangup", cause)

    async def give_up(self) -> None:
        """The dialplan goes on to the emergency queue when this session is closed."""
        await self.command("SET VARIABLE", "HOTLINE_GIVE_UP", "1")
        self._connection.close()


def _told_by_endpoints(request: DialRequest) -> bool:
    """Whether the phones' own settings say whose legs these will be.

    Telling it by the dialplan delays the ringing: meanwhile the dialling leg is served by one thread for all (1.6 ms
    mostly, in a loaded switch often 10 more).
    """
    own = request.party is Party.AGENT and request.answer_after is None
    return own and all(isinstance(address, PhoneAddress) for address in request.addresses)


def is_urgent(address: Address) -> bool:
    """Whether it goes out beyond its trunk's limits."""
    return isinstance(address, TrunkAddress) and address.urgent


def _dial_string(address: Address) -> str:
    if isinstance(address, PhoneAddress):
        return f"PJSIP/{address.endpoint}"
    return f"PJSIP/{address.digits}@{address.trunk}/{address.trunk}{ALWAYS}"
