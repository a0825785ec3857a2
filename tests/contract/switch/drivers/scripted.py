"""The scripted exchange on virtual time."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cti.base.clock import Clock, LoopClock, run_virtual
from cti.telephony.switch.address import Address, PhoneAddress
from cti.telephony.switch.port import RECORDING_RATE, SwitchControl
from cti.telephony.switch.scripted import ScriptedSwitch
from cti.telephony.switch.scripted_exchange import ScriptedExchange
from cti.telephony.switch.scripted_leg import ScriptedLine
from cti.telephony.switch.scripted_phone import ScriptedPhone
from softphone.phones.sound import level, tone_level
from tests.contract.switch.world import (
    AGENTS,
    CITIZEN,
    HOTLINE,
    OPEN_TRUNK,
    OUTSIDE,
    PATIENCE,
    PROMPTS,
    REFUSING_TRUNK,
    SECOND_CITIZEN,
    SILENT_TRUNK,
    Story,
    until,
)

MARKS: list[pytest.MarkDecorator] = []
VOICES = {CITIZEN: 700.0, SECOND_CITIZEN: 850.0, "1001": 1100.0, "1002": 1430.0, "1003": 1770.0, OUTSIDE: 2600.0}
HEARD = -32.0


class VirtualLine:
    """A `Line` of the exchange."""

    def __init__(self, line: ScriptedLine) -> None:
        self.line = line
        self.name = line.name

    @property
    def is_over(self) -> bool:
        return self.line.is_over

    async def answered(self, timeout: float = 8.0) -> None:
        await until(lambda: self.line.is_answered, timeout)

    async def ringing(self, timeout: float = 8.0) -> None:
        await until(lambda: self.line.rang, timeout)

    async def ended(self, timeout: float = 8.0) -> None:
        await until(lambda: self.line.is_over, timeout)

    async def answer(self) -> None:
        await self._soon(self.line.answer)

    async def reject(self) -> None:
        await self._soon(self.line.reject)

    async def hang_up(self) -> None:
        await self._soon(self.line.hang_up)

    async def press(self, keys: str) -> None:
        for key in keys:
            await self._soon(lambda key=key: self.line.press(key))  # type: ignore[misc]
            await asyncio.sleep(0.12)

    async def hold(self) -> None:
        await self._soon(self.line.hold)

    async def retrieve(self) -> None:
        await self._soon(self.line.retrieve)

    async def refer(self, to: str) -> None:
        await self._soon(lambda: self.line.refer(to))

    async def refer_to(self, other: Any) -> None:
        await self._soon(lambda: self.line.refer_to(other.line))

    async def speak(self, seconds: float) -> None:
        self.line.speak(seconds)
        await asyncio.sleep(seconds)

    @staticmethod
    async def _soon(verb: Callable[[], None]) -> None:
        await asyncio.sleep(0.02)
        verb()
        await asyncio.sleep(0.02)


class VirtualHandset:
    """A `Handset` of the exchange."""

    def __init__(self, exchange: ScriptedExchange, phone: ScriptedPhone) -> None:
        self._exchange = exchange
        self._phone = phone
        self._ringing: asyncio.Queue[ScriptedLine] = asyncio.Queue()
        phone.on_ring = self._ringing.put_nowait

    @property
    def answer_after(self) -> float | None:
        return self._phone.answer_after

    @answer_after.setter
    def answer_after(self, seconds: float | None) -> None:
        self._phone.answer_after = seconds

    async def next_call(self, timeout: float = 8.0) -> VirtualLine:
        return VirtualLine(await asyncio.wait_for(self._ringing.get(), timeout))

    async def call(self, to: str) -> VirtualLine:
        return VirtualLine(self._exchange.call_from(self._phone.address, to))


class VirtualEar:
    """See `Ear`."""

    def __init__(self, clock: Clock, line: VirtualLine) -> None:
        self._clock = clock
        self._line = line.line
        self._last = clock.now()
        self._listen()

    def _listen(self) -> None:
        if self._line.is_over:
            return
        if self._line.hears:
            self._last = self._clock.now()
        self._clock.call_later(0.01, self._listen)

    def last_sound(self) -> float:
        return self._last


class VirtualWorld:
    """See `World`."""

    stop_seconds = 0.0

    def __init__(self, folder: Path, exchange: ScriptedExchange | None = None) -> None:
        self.clock: Clock = LoopClock()
        self.folder = folder
        self.exchange = exchange or ScriptedExchange(self.clock, patience=PATIENCE, prompts=PROMPTS)
        self.handsets: Mapping[str, VirtualHandset] = {
            agent: VirtualHandset(
                self.exchange,
                self.exchange.add_phone(ScriptedPhone(agent, agent, answer_after=None, voice=VOICES[agent])),
            )
            for agent in AGENTS
        }
        for phone in (
            ScriptedPhone(f"{OUTSIDE}@{REFUSING_TRUNK}", "refusing", refuses=21),
            ScriptedPhone(f"{OUTSIDE}@{SILENT_TRUNK}", "silent", silent=True),
        ):
            self.exchange.add_phone(phone)
        outside = ScriptedPhone(f"{OUTSIDE}@{OPEN_TRUNK}", OUTSIDE, answer_after=None, voice=VOICES[OUTSIDE])
        self.outside = VirtualHandset(self.exchange, self.exchange.add_phone(outside))

    def engine(self) -> SwitchControl:
        return ScriptedSwitch(self.exchange)

    async def citizen(self, caller: str = CITIZEN) -> VirtualLine:
        return VirtualLine(self.exchange.call(caller, HOTLINE, voice=VOICES[caller]))

    async def next_ringing(self, timeout: float = 8.0) -> VirtualLine:
        waiting = {asyncio.create_task(handset.next_call(timeout)) for handset in self.handsets.values()}
        done, rest = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
        return done.pop().result()

    def ear(self, line: Any) -> VirtualEar:
        return VirtualEar(self.clock, line)

    def sound(self, seconds: float, rate: int) -> bytes:
        return bytes(round(seconds * rate) * 2)

    def address(self, agent: str) -> Address:
        return PhoneAddress(agent)

    def unreachable(self) -> Address:
        return PhoneAddress("1999")

    async def hearing(self, seconds: float = 0.45) -> dict[str, frozenset[str]]:
        await asyncio.sleep(seconds)
        lines = [line for line in self.exchange.lines if line.is_answered and not line.is_over]
        return {line.name: line.hears for line in lines}

    async def channels(self, recording: Path) -> tuple[float, tuple[frozenset[str], ...]]:
        both = np.fromfile(recording, "<i2").reshape(-1, 2)
        heard = tuple(
            frozenset(name for name, voice in VOICES.items() if tone_level(both[:, side].copy(), voice) > HEARD)
            for side in (0, 1)
        )
        return len(both) / RECORDING_RATE, heard

    async def speech_heard(self, frame: bytes, rate: int) -> bool:
        return level(np.frombuffer(frame, "<i2")) > HEARD


class ScriptedDriver:
    """See `Driver`: an exchange of its own for each story."""

    def run(self, story: Story, folder: Path, *, ipv6: bool) -> None:
        async def run() -> None:
            await story(VirtualWorld(folder))

        run_virtual(run())


@contextlib.contextmanager
def open_driver(folder: Path) -> Iterator[ScriptedDriver]:
    """Nothing to start."""
    yield ScriptedDriver()
