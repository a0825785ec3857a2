"""A real switch with real SIP telephones. Everybody speaks in a tone of his own, so it is heard who hears whom."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from cti.base.clock import Clock, LoopClock
from cti.base.ids import new_id
from cti.base.settings import HouseSettings, TrunkSettings
from cti.telephony.switch.address import Address, PhoneAddress
from cti.telephony.switch.installation import Books
from cti.telephony.switch.phone import Blocked, Phone
from cti.telephony.switch.port import RECORDING_RATE, SwitchControl
from softphone.phones.audio_line import Capture
from softphone.phones.phone_call import PhoneCall
from softphone.phones.phone_events import CallAnswered, CallEnded, CallOffered, CallRinging
from softphone.phones.sip_stack import SipStack
from softphone.phones.sound import RATE, Samples, level, murmur, tone, tone_level
from softphone.phones.user_agent import UserAgent
from tests.contract.switch.world import (
    AGENTS,
    CITIZEN,
    HOTLINE,
    MUSIC,
    NARROW_TRUNK,
    OPEN_TRUNK,
    OUTSIDE,
    PATIENCE,
    PROMPTS,
    REFUSING_TRUNK,
    SECOND_CITIZEN,
    SILENT_TRUNK,
    SLOW_TRUNK,
    Story,
)
from tests.free_ports import free_port
from tests.real_asterisk import place_of
from tests.sip_carrier import Carrier

VOICES = {CITIZEN: 700, SECOND_CITIZEN: 850, "1001": 1100, "1002": 1430, "1003": 1770, OUTSIDE: 2600}
SOUNDS = {"greeting": 500, "notice": 2100, MUSIC: 330}
HEARD = -32.0
"""dBFS; what is spoken lies at −15."""
SETTLE = 0.3
"""Seconds from speaking until the far end surely hears it, in a talk that has just begun."""


class RealSwitch(Protocol):
    """A switch of the tests' own that runs."""

    server: str
    server6: str
    phones: dict[str, Phone]
    phones6: dict[str, Phone]
    house: HouseSettings
    secret: str
    layout: Any

    def books(self) -> Books:
        """Its own records."""

    def refuse(self, blocked: Blocked) -> None:
        """Write from where phones are refused."""

    def engine(self) -> SwitchControl:
        """A driver of its own for it."""

    def start(self) -> None:
        """Start it, and wait until its control port answers."""

    def stop(self) -> None:
        """End it."""

    def messages(self) -> str:
        """What it has written into its log."""

    @property
    def pid(self) -> int:
        """Its process."""


class SipLine:
    """A `Line` over real SIP."""

    def __init__(self, name: str, call: PhoneCall, phone: UserAgent, server: str) -> None:
        self.name = name
        self.call = call
        self._phone = phone
        self._server = server

    @property
    def is_over(self) -> bool:
        return self.call.is_over

    async def answered(self, timeout: float = 8.0) -> None:
        await self.call.until(CallAnswered, timeout)

    async def ringing(self, timeout: float = 8.0) -> None:
        await self.call.until(CallOffered if self.call.told(CallOffered) else CallRinging, timeout)

    async def ended(self, timeout: float = 8.0) -> None:
        await self.call.until(CallEnded, timeout)

    async def answer(self) -> None:
        await self.call.answer()
        await self.call.answered(5)

    async def reject(self) -> None:
        await self.call.reject()

    async def hang_up(self) -> None:
        await self.call.hang_up()

    async def press(self, keys: str) -> None:
        await self.call.press(keys)

    async def hold(self) -> None:
        await self.call.hold()

    async def retrieve(self) -> None:
        await self.call.retrieve()

    async def refer(self, to: str) -> None:
        await self.call.transfer(f"{to}@{self._server}")

    async def refer_to(self, other: Any) -> None:
        await self.call.transfer_to(other.call)

    async def speak(self, seconds: float) -> None:
        await self.call.audio.play(murmur(seconds))


class SipHandset:
    """A `Handset` over real SIP."""

    def __init__(self, world: SipWorld, name: str, phone: UserAgent) -> None:
        self.phone = phone
        self._name = name
        self._world = world

    @property
    def answer_after(self) -> float | None:
        return self.phone.answer_after

    @answer_after.setter
    def answer_after(self, seconds: float | None) -> None:
        self.phone.answer_after = seconds

    async def next_call(self, timeout: float = 8.0) -> SipLine:
        return self._world.line(self._name, await self.phone.next_call(timeout), self.phone)

    async def call(self, to: str) -> SipLine:
        return self._world.line(self._name, await self.phone.call(to), self.phone)


class SipEar:
    """See `Ear`."""

    def __init__(self, line: SipLine) -> None:
        self._since = time.monotonic()
        self._kept = Capture(line.call.audio, self._since)

    def last_sound(self) -> float:
        heard = self._kept.heard
        loud = [at for at in range(0, heard.size - 159, 160) if level(heard[at : at + 160]) > HEARD]
        return self._since + ((loud[-1] + 160) / RATE if loud else 0.0)


class SipWorld:
    """See `World`; for one story."""

    stop_seconds = 0.1

    def __init__(
        self,
        switch: RealSwitch,
        phones: dict[str, UserAgent],
        citizens: UserAgent,
        folder: Path,
        carrier: Carrier,
        outside: UserAgent,
        said_at_start: str = "",
    ) -> None:
        self.said_at_start = said_at_start
        self.clock: Clock = LoopClock()
        self.carrier = carrier
        self.folder = folder
        self.phones = phones
        self._switch = switch
        self._citizens = citizens
        self._lines: list[SipLine] = []
        self.outside = SipHandset(self, OUTSIDE, outside)
        for phone in (*phones.values(), outside):
            phone.answer_after = None
            # The switch's emergency queue may have rung it in another story, where nobody looked.
            phone.forget_offered()
        self.handsets: Mapping[str, SipHandset] = {
            name: SipHandset(self, name, phone) for name, phone in phones.items()
        }

    def engine(self) -> SwitchControl:
        return self._switch.engine()

    @property
    def sip_port(self) -> int:
        """Where the switch takes SIP."""
        return int(self._switch.server.rpartition(":")[2])

    @property
    def absent(self) -> list[Phone]:
        """Phones that the switch knows and that are not registered."""
        return list(self._switch.phones6.values())

    def refuse(self, blocked: Blocked) -> None:
        """Write from where phones are refused."""
        self._switch.refuse(blocked)

    def messages(self) -> str:
        """What the switch has written into its log."""
        return self._switch.messages()

    @property
    def switch_process(self) -> int:
        """The switch's process id."""
        return self._switch.pid

    @property
    def session_port(self) -> int:
        """Where legs come to an engine."""
        return self._switch.house.switch.session_port

    def books(self) -> Books:
        """The switch's own records."""
        return self._switch.books()

    def engine_words(self) -> list[str]:
        """What `engine_process` is told."""
        settings = self._switch.house.switch
        return [settings.kind, settings.model_dump_json(), self._switch.secret, str(self._switch.layout.prompts)]

    def line(self, name: str, call: PhoneCall, phone: UserAgent) -> SipLine:
        """A call of which this world knows."""
        made = SipLine(name, call, phone, phone.server)
        self._lines.append(made)
        return made

    @property
    def server(self) -> str:
        """Where the switch takes SIP."""
        return self._switch.server

    async def citizen(self, caller: str = CITIZEN) -> SipLine:
        return self.line(caller, await self._citizens.call(HOTLINE, caller=caller), self._citizens)

    async def next_ringing(self, timeout: float = 8.0) -> SipLine:
        waiting = {asyncio.create_task(handset.next_call(timeout)) for handset in self.handsets.values()}
        done, rest = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
        return done.pop().result()

    def ear(self, line: Any) -> SipEar:
        return SipEar(line)

    def sound(self, seconds: float, rate: int) -> bytes:
        at = np.arange(round(seconds * rate)) / rate
        return (8000 * np.sin(2 * np.pi * SOUNDS["greeting"] * at)).astype("<i2").tobytes()

    def address(self, agent: str) -> Address:
        return PhoneAddress(self.phones[agent].user)

    def unreachable(self) -> Address:
        return PhoneAddress("1999")

    async def hearing(self, seconds: float = 0.45) -> dict[str, frozenset[str]]:
        up = [line for line in self._lines if line.call.is_up]
        speaking = [
            asyncio.create_task(line.call.audio.play(tone(VOICES[line.name], SETTLE + seconds + 0.1))) for line in up
        ]
        await asyncio.sleep(SETTLE)
        kept = [Capture(line.call.audio) for line in up]
        await asyncio.sleep(seconds)
        heard = {line.name: _sources(capture.heard) for line, capture in zip(up, kept, strict=True)}
        for capture in kept:
            capture.stop()
        await asyncio.gather(*speaking)
        return heard

    async def channels(self, recording: Path) -> tuple[float, tuple[frozenset[str], ...]]:
        both = np.fromfile(recording, "<i2").reshape(-1, 2)
        return len(both) / RECORDING_RATE, tuple(_sources_anywhere(both[:, side].copy()) for side in (0, 1))

    async def speech_heard(self, frame: bytes, rate: int) -> bool:
        return level(np.frombuffer(frame, "<i2")) > HEARD

    async def clean(self) -> None:
        """Nobody is on a line any more, and the switch knows it."""
        for line in self._lines:
            await line.hang_up()
        for line in self._lines:
            await line.ended()
        for phone in (*self.phones.values(), self.outside.phone):
            with contextlib.suppress(TimeoutError):
                while True:
                    waiting = await phone.next_call(0.0)
                    await waiting.hang_up()
        switch = self._switch.engine()
        await switch.start(_nothing, lambda event: None)
        try:
            async with asyncio.timeout(10):
                while not switch.is_up:
                    await asyncio.sleep(0.02)
                while legs := await switch.legs():
                    for leg in legs:
                        await switch.hang_up(leg.leg)
                    await asyncio.sleep(0.05)
        finally:
            await switch.stop()


async def _nothing(session: Any) -> None:
    await session.over


def _sources(samples: Samples) -> frozenset[str]:
    return frozenset(name for name, frequency in {**VOICES, **SOUNDS}.items() if tone_level(samples, frequency) > HEARD)


def _sources_anywhere(samples: Samples) -> frozenset[str]:
    """Who is heard in any half second."""
    pieces = [samples[start : start + 4000] for start in range(0, samples.size, 4000)]
    return frozenset().union(*(_sources(piece) for piece in pieces if piece.size > 1000))


class SipDriver:
    """See `Driver`: one switch and one SIP stack for all stories."""

    has_sip = True

    def __init__(self, runner: asyncio.Runner, switch: RealSwitch, carrier: Carrier, port: int) -> None:
        self._carrier = carrier
        self._port = port
        self._outside: UserAgent | None = None
        self._runner = runner
        self._switch = switch
        self._phones: dict[str, UserAgent] = {}
        self._stack: SipStack | None = None
        self._citizens: UserAgent | None = None
        self._said_at_start: str | None = None

    async def open(self, host: str) -> None:
        """Telephones on a family of addresses; a process has one at a time."""
        if self._stack is not None and self._stack.host == host:
            return
        await self.close()
        self._stack = SipStack(host, self._port)
        await self._stack.open()
        server, phones = self._switch.server, self._switch.phones
        if ":" in host:
            server, phones = self._switch.server6, self._switch.phones6
        self._citizens = await UserAgent.open(self._stack, "citizen", server=server)
        self._outside = await UserAgent.open(self._stack, OUTSIDE, server=server)
        self._phones = {
            agent: await UserAgent.open(self._stack, phone.endpoint, server=server, secret=phone.secret, register=True)
            for agent, phone in phones.items()
        }
        if self._said_at_start is None:
            self._said_at_start = self._switch.messages()

    async def close(self) -> None:
        """Unregister."""
        if self._stack is not None:
            await self._stack.close()

    def run(self, story: Story, folder: Path, *, ipv6: bool) -> None:
        self._runner.run(self._run(story, "::1" if ipv6 else "127.0.0.1"))

    async def _run(self, story: Story, host: str) -> None:
        await self.open(host)
        assert self._citizens is not None and self._outside is not None
        place = place_of(self._switch.layout, new_id())
        said, outside = self._said_at_start or "", self._outside
        world = SipWorld(self._switch, self._phones, self._citizens, place, self._carrier, outside, said)
        try:
            async with asyncio.timeout(60):
                await story(world)
        finally:
            await world.clean()


@contextlib.contextmanager
def open_sip_driver(make: Callable[[dict[str, Any]], RealSwitch]) -> Iterator[SipDriver]:
    """Start a switch, made from the arguments for `RealAsterisk` but the folder, and telephones."""
    with contextlib.ExitStack() as stack:
        runner = stack.enter_context(asyncio.Runner())
        carrier = runner.run(Carrier.open(603))
        stack.callback(carrier.close)
        # Where nobody listens FreeSWITCH is told so at once.
        listening = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        listening.bind(("127.0.0.1", 0))
        mute = int(listening.getsockname()[1])
        telephones = free_port()
        switch = make(
            {
                "agents": AGENTS,
                "prompts": {name: tone(SOUNDS[name], seconds) for name, seconds in PROMPTS.items()},
                "music": tone(SOUNDS[MUSIC], 10.0),
                "patience": PATIENCE,
                "trunks": {
                    REFUSING_TRUNK: TrunkSettings(peers=[], host="127.0.0.1", port=carrier.port),
                    SILENT_TRUNK: TrunkSettings(peers=[], host="127.0.0.1", port=free_port()),
                    NARROW_TRUNK: TrunkSettings(peers=[], host="127.0.0.1", port=mute, channels=1),
                    OPEN_TRUNK: TrunkSettings(peers=[], host="127.0.0.1", port=telephones),
                    SLOW_TRUNK: TrunkSettings(peers=[], host="127.0.0.1", port=mute, per_second=2),
                },
            }
        )
        switch.start()
        stack.callback(switch.stop)
        driver = SipDriver(runner, switch, carrier, telephones)
        stack.callback(lambda: runner.run(driver.close()))
        yield driver
