"""A leg's session over FastAGI: the verbs of `CallSession` as commands and applications of Asterisk."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import structlog

from cti.call import Party
from cti.media.port import AudioStream
from cti.switch.address import ALWAYS, Address, PhoneAddress
from cti.switch.asterisk.agi import AgiConnection, AgiHungUp, AgiRefused
from cti.switch.asterisk.agi_protocol import AgiReply
from cti.switch.asterisk.causes import dial_result
from cti.switch.asterisk.dialplan import LEG_CONTEXT, SESSION_CONTEXT
from cti.switch.keys import ALL_KEYS, TypedKeys, collect
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
    SwitchUnavailable,
)
from cti.switch.waiting import unless_over

log = structlog.get_logger(__name__)

JOIN_TRIES = 5
JOIN_SECONDS = 0.1
"""A leg that was picked up is in its talk a moment later; until then there is nothing to join."""
TOLD_SECONDS = 1.0
"""How long after a talk the control connection may take to tell what ended it."""
GAP_SECONDS = 0.15
"""Whatever ends a command does so within this time, a key as well as a stop, unless it came before its beginning."""
_SPY_OPTIONS = {SpyMode.LISTEN: "qE", SpyMode.WHISPER: "qEw"}


class Channels(Protocol):
    """What a session needs of the whole switch."""

    def channel_of(self, leg: str) -> str:
        """The channel's name of a leg; LegHungUp when it does not exist."""

    def take(self, leg: str) -> None:
        """The leg is about to be taken from its own session, if it has one."""

    async def stop_playing(self, leg: str) -> None:
        """End what the leg hears."""

    async def stop_listening(self, leg: str) -> None:
        """End the waiting for a key of the leg."""

    async def open_stream(self, session: AsteriskSession) -> AudioStream:
        """A two-way stream over this session."""


class AsteriskSession:
    """One leg while it is not talking; see `cti.switch.port.CallSession`."""

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
        self.arrival = arrival
        self.boot = boot
        """Which life of the switch it belongs to; empty before the first look at it."""
        self._connection = connection
        self._channels = channels
        self._prompts = prompts
        self._call_header = call_header
        self._over: asyncio.Future[SessionOver] = asyncio.get_running_loop().create_future()
        self._answered = arrival.answered
        self._stopped = False
        self._keys = TypedKeys()
        self._wanted = ""
        """The keys for which a command under way waits."""
        self._silent = asyncio.Event()
        self._silent.set()
        self._listening = False
        self._commands = self._ended = 0
        self._ending: asyncio.Task[None] | None = None
        self._music = False
        self._recording: Path | None = None
        self._dialled: set[str] = set()
        self._dialled_gone = asyncio.Event()

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

    def begin_dialled(self, leg: str) -> None:
        """This session's dial made a leg."""
        self._dialled.add(leg)
        self._dialled_gone.clear()

    def end_dialled(self, leg: str) -> None:
        """A leg that this session dialled is gone."""
        self._dialled.discard(leg)
        if not self._dialled:
            self._dialled_gone.set()

    def press(self, key: str) -> None:
        """A key was pressed. Asterisk drops one that comes while no command reads."""
        self._keys.press(key)
        if self._ended != self._commands and self._keys.has(self._wanted):
            self._ended = self._commands
            self._ending = asyncio.get_running_loop().create_task(self._end_command(self._commands))

    async def _end_command(self, command: int) -> None:
        await asyncio.sleep(GAP_SECONDS)
        if command == self._commands and self._keys.has(self._wanted):
            with suppress(SessionOver, SwitchUnavailable):
                await self._end_hearing()

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

    async def _application(self, name: str, arguments: str) -> None:
        """Run what may last long and ends the same whether the leg is gone or not."""
        await self.command("EXEC", name, arguments)
        if await self._is_dead():
            raise await self._fate()

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

    async def play(self, prompts: Sequence[str], *, stop_on: str = "") -> Played:
        """One STREAM FILE a piece: a list in one command could not be stopped."""
        self._stopped = False
        self._keys.resume()
        for prompt in prompts:
            if key := self._keys.take(stop_on):
                return Played(digit=key)
            reply = await self._hearing(stop_on, "STREAM FILE", self._file(prompt), stop_on)
            if reply.result_code > 0:
                return Played(digit=self._keys.answered(chr(reply.result_code), stop_on))
            if self._stopped:
                break
            if reply.result_code < 0:
                log.error("prompt cannot be played", prompt=prompt, call=self.arrival.call)
        # Keys that may end nothing mean nothing.
        return Played(digit=self._keys.take(stop_on), stopped=self._stopped)

    async def _hearing(self, wanted: str, *command: str | int) -> AgiReply:
        """A command that a wanted key ends."""
        self._wanted = wanted
        self._commands += 1
        self._silent.clear()
        try:
            return await self.command(*command)
        finally:
            self._wanted = ""
            self._silent.set()

    def _file(self, prompt: str) -> str:
        # Tones and music belong to no language.
        folder = self._prompts.parent if prompt.startswith(("tone/", "music/")) else self._prompts
        return f"{folder}/{prompt}"

    async def collect(
        self, prompts: Sequence[str], *, longest: int, terminators: str = "#", first: float = 5.0, between: float = 3.0
    ) -> Collected:
        """Keys typed ahead and during the prompts count; each further key is waited for."""
        return await collect(self, prompts, longest=longest, terminators=terminators, first=first, between=between)

    async def next_key(self, seconds: float) -> str:
        """The next key; empty when none came in time, or on `stop`."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while not (key := self._keys.take(ALL_KEYS)) and not self._stopped and (left := deadline - loop.time()) > 0:
            self._listening = True
            try:
                reply = await self._hearing(ALL_KEYS, "WAIT FOR DIGIT", math.ceil(left * 1000))
            finally:
                self._listening = False
            # Also a key that no telephone has, by which the waiting was ended.
            if reply.result_code > 0 and (answered := chr(reply.result_code)) in ALL_KEYS:
                return self._keys.answered(answered, ALL_KEYS)
        return key

    def forget_keys(self) -> None:
        """Keys typed until now mean nothing."""
        self._keys.forget()

    async def stop(self) -> None:
        """End the prompt under way; a further piece is not begun."""
        self._stopped = True
        await self._end_hearing()

    async def _end_hearing(self) -> None:
        command = self._commands
        while not self._silent.is_set() and command == self._commands:
            if self._listening:
                await self._channels.stop_listening(self.arrival.leg)
            else:
                await self._channels.stop_playing(self.arrival.leg)
            with suppress(TimeoutError):
                async with asyncio.timeout(GAP_SECONDS):
                    await self._silent.wait()

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
        if request.caller is not None and request.caller.national:
            await self.command("SET CALLERID", request.caller.national)
        options = "gm(default)" + (f"F({SESSION_CONTEXT}^s^1)" if request.stays else "")
        if self._call_header or not _told_by_endpoints(request):
            auto = "auto" if request.auto_answer else ""
            options += f"b({LEG_CONTEXT}^s^1({request.party}^{request.agent}^{auto}))"
        if recording is not None:
            # By the dial itself: no round trip before the phone rings.
            options += f"B({LEG_CONTEXT}^record^1({recording}))"
        seconds_to_ring, loop = math.ceil(request.timeout), asyncio.get_running_loop()
        began = loop.time()
        await self.command("EXEC", "Dial", f"{targets},{seconds_to_ring},{options}")
        rang_out = loop.time() - began >= seconds_to_ring
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
        loop = asyncio.get_running_loop()
        began = loop.time()
        await self._enter_talk("Bridge", channel)
        return loop.time() - began

    async def join(self, leg: str) -> None:
        """Enter the bridge of the other leg, which may be on its way into it."""
        channel, loop = self._channels.channel_of(leg), asyncio.get_running_loop()
        for _ in range(JOIN_TRIES):
            began = loop.time()
            await self._enter_talk("BridgeAdd", channel)
            if loop.time() - began > JOIN_SECONDS:
                return
            await asyncio.sleep(JOIN_SECONDS)

    async def spy(self, leg: str, mode: SpyMode) -> None:
        """Listen to both sides; whisper only to the spied leg."""
        await self.answer()
        await self._enter_talk("ChanSpy", f"{self._channels.channel_of(leg)},{_SPY_OPTIONS[mode]}")

    async def record(self, path: Path) -> None:
        """Interleaved raw samples, only while bridged; so it begins with the verb that bridges."""
        self._recording = path

    async def record_message(self, path: Path, *, longest: float, stop_on: str = "#") -> float:
        """A beep, then what the caller says, at most 5 s of silence at the end."""
        self._keys.pause()
        stem, milliseconds = str(path.with_suffix("")), math.ceil(longest * 1000)
        reply = await self.command("RECORD FILE", stem, "wav", stop_on, milliseconds, "BEEP", "s=5")
        return (reply.endpos or 0) / 8000

    async def stream(self) -> AudioStream:
        """Through AudioSocket."""
        self._keys.pause()
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


def _told_by_endpoints(request: DialRequest) -> bool:
    """Whether the phones' own settings say whose legs these will be.

    Telling it by the dialplan delays the ringing: meanwhile the dialling leg is served by one thread for all (1.6 ms
    mostly, in a loaded switch often 10 more).
    """
    own = request.party is Party.AGENT and not request.auto_answer
    return own and all(isinstance(address, PhoneAddress) for address in request.addresses)


def _dial_string(address: Address) -> str:
    if isinstance(address, PhoneAddress):
        return f"PJSIP/{address.endpoint}"
    return f"PJSIP/{address.digits}@{address.trunk}/{address.trunk}{ALWAYS}"
