"""Somebody guesses phones' passwords."""

import asyncio
import time
from typing import cast

from cti.base.bus import Bus
from cti.base.call import Party
from cti.base.clock import LoopClock
from cti.base.events import AlarmCleared, AlarmRaised
from cti.base.numbers.number import Number
from cti.base.settings import SwitchSettings
from cti.telephony.guesses import FIRST, FREE
from cti.telephony.intruders import Intruders
from cti.telephony.switch.phone import NOBODY_BLOCKED, Blocked, Phone
from cti.telephony.switch.port import PhoneReachable, PhoneRefused
from tests.contract.switch.engine import BareEngine
from tests.contract.switch.sip_world import SipWorld
from tests.contract.switch.test_strangers import FOREIGN, REFUSED, raw
from tests.contract.switch.world import World, story
from tests.raw_sip import RawSip

NEEDS_SIP = True
BLOCK = 6
OFFICE = "127.0.0.3"


class Guard:
    """`Intruders` as the engine has them, for a bare one."""

    def __init__(self, engine: BareEngine, world: SipWorld) -> None:
        self._engine = engine
        self._world = world
        self._told: list[asyncio.Task[None]] = []
        self.alarms: list[AlarmRaised] = []
        self.cleared = asyncio.Event()
        self.in_force = asyncio.Event()
        bus = Bus()
        bus.subscribe(AlarmRaised, self.alarms.append)
        bus.subscribe(AlarmCleared, lambda _: self.cleared.set())
        settings = SwitchSettings(register_block=BLOCK)
        self._intruders = Intruders(settings, engine.switch, self._block, lambda: (), bus, LoopClock())
        self._heard = 0

    def _block(self, blocked: Blocked) -> None:
        self._world.refuse(blocked)
        self._told.append(asyncio.create_task(self._provision()))

    async def _provision(self) -> None:
        await self._engine.switch.provision()
        # Asterisk says that it will reload, not that it has.
        await asyncio.sleep(1)
        self.in_force.set()

    def hear(self) -> None:
        """Hand on what came since."""
        for event in self._engine.events[self._heard :]:
            self._intruders.hear(event)
            self._heard += 1


@story
async def test_who_guesses_passwords_is_refused_and_no_phone_that_is_there(world: World) -> None:
    """Forty wrong passwords in 0.08 seconds had no consequence, and nobody was told."""
    sip = cast(SipWorld, world)
    target, neighbour = sip.absent[1], sip.absent[2]
    async with BareEngine(world) as engine, raw(world, FOREIGN) as stranger, raw(world, FOREIGN) as office:
        await engine.phones_there()
        guard = Guard(engine, sip)
        try:
            assert await office.register_with(neighbour.endpoint, neighbour.secret) == 200
            began = time.monotonic()
            answers = await asyncio.gather(
                *(stranger.register_with(target.endpoint, f"guess{number}") for number in range(40))
            )
            assert 200 not in answers
            refused = await engine.told(PhoneRefused, endpoint=target.endpoint)
            assert refused.address == FOREIGN
            async with asyncio.timeout(5):
                while not guard.alarms:
                    guard.hear()
                    await asyncio.sleep(0.02)
            assert time.monotonic() - began < BLOCK, "the machine is too slow for this story"
            await asyncio.wait_for(guard.in_force.wait(), 5)

            assert await stranger.register_with(target.endpoint, target.secret) in REFUSED
            assert await office.register_with(neighbour.endpoint, neighbour.secret) == 200, "it was there before"
            async with raw(world) as elsewhere:
                assert await elsewhere.register_with(target.endpoint, target.secret) == 200
                assert await elsewhere.register_with(target.endpoint, target.secret, expires=0) == 200
            ringing = asyncio.create_task(
                engine.switch.originate(
                    world.address("1001"), call="", party=Party.AGENT, agent="1001", caller=Number.parse(""), timeout=5
                )
            )
            desk = await world.handsets["1001"].next_call()
            await desk.reject()
            await ringing

            await asyncio.wait_for(guard.cleared.wait(), BLOCK + 2)
            async with asyncio.timeout(8):
                while await stranger.register_with(target.endpoint, target.secret) != 200:
                    await asyncio.sleep(0.3)
        finally:
            sip.refuse(NOBODY_BLOCKED)
            await engine.switch.provision()
            await asyncio.sleep(0.5)
            await stranger.register_with(target.endpoint, target.secret, expires=0)
            await office.register_with(neighbour.endpoint, neighbour.secret, expires=0)


@story
async def test_after_a_few_wrong_passwords_a_phone_waits_there_and_nowhere_else(world: World) -> None:
    """Whoever guessed slowly guessed for ever: nothing slowed him down before the block."""
    sip = cast(SipWorld, world)
    target, neighbour = sip.absent[1], sip.absent[2]
    async with BareEngine(world) as engine, raw(world, FOREIGN) as stranger, raw(world, OFFICE) as office:
        await engine.phones_there()
        guard = Guard(engine, sip)

        async def guess(phone: Phone, caller: RawSip, times: int) -> None:
            for number in range(times):
                told = engine.events.count
                refused = PhoneRefused(phone.endpoint, caller.host)
                before = told(refused)
                assert await caller.register_with(phone.endpoint, f"guess{number}") != 200
                async with asyncio.timeout(5):
                    while told(refused) == before:
                        await asyncio.sleep(0.01)
                guard.hear()

        try:
            assert await stranger.register_with(neighbour.endpoint, neighbour.secret) == 200
            assert await stranger.register_with(neighbour.endpoint, neighbour.secret, expires=0) == 200
            await engine.told(PhoneReachable, endpoint=neighbour.endpoint, reachable=False)
            guard.hear()
            await guess(neighbour, stranger, FREE + 1)
            await guess(target, stranger, FREE)
            assert await stranger.register_with(target.endpoint, target.secret) == 200, "he mistyped"
            assert await stranger.register_with(target.endpoint, target.secret, expires=0) == 200
            # He is known there now; from the office nobody is.
            await guess(target, office, FREE + 1)
            await asyncio.wait_for(guard.in_force.wait(), 5)

            assert await office.register_with(target.endpoint, target.secret) in REFUSED
            assert guard.alarms == []
            for phone in (neighbour, target):
                assert await stranger.register_with(phone.endpoint, phone.secret) == 200
                assert await stranger.register_with(phone.endpoint, phone.secret, expires=0) == 200
            async with asyncio.timeout(FIRST + 8):
                while await office.register_with(target.endpoint, target.secret) != 200:
                    await asyncio.sleep(0.3)
        finally:
            sip.refuse(NOBODY_BLOCKED)
            await engine.switch.provision()
            await asyncio.sleep(0.5)
            await office.register_with(target.endpoint, target.secret, expires=0)
