"""The switch learns of every phone, also of those that came while it was being told of others."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any, cast

from cti.base.bus import Bus
from cti.base.clock import EPOCH, LoopClock, run_virtual
from cti.base.events import PersonChanged, SwitchUp
from cti.base.settings import TrunkSettings
from cti.telephony.provisioning import AGAIN_SECONDS, GATHER_SECONDS, Provisioning
from cti.telephony.switch.phone import Blocked, Phone
from cti.telephony.switch.port import SwitchUnavailable
from cti.telephony.switch.registrar import Registrar


class House:
    """People, and a switch that takes its time; it knows the phones that were written when it was told."""

    def __init__(self) -> None:
        self.numbers: list[str] = []
        self.written: list[str] = []
        self.knows: list[str] = []
        self.told = 0
        self.busy = False
        self.lines: list[str] = []
        self.told_trunks = 0
        self.bus = Bus()
        self.provisioning = Provisioning(
            cast(Any, self), Registrar(self.bus, LoopClock()), cast(Any, self), cast(Any, self), self.bus,
            both_families=False,
        )  # fmt: skip

    async def agents(self) -> list[Any]:
        await asyncio.sleep(0.1)
        return [
            SimpleNamespace(agent_no=one, sip_secret="x", web_secret="w", organisation="city", auto_answer=False)
            for one in self.numbers
        ]

    def write_phones(self, phones: Sequence[Phone], blocked: Blocked) -> bool:
        before, self.written = self.written, [one.endpoint for one in phones if not one.web]
        return self.written != before

    def write_trunks(self, trunks: Mapping[str, TrunkSettings], secrets: Mapping[str, str]) -> bool:
        before, self.lines = self.lines, list(trunks)
        return self.lines != before

    async def provision(self, *, trunks: bool = False) -> None:
        await asyncio.sleep(0.3)
        if self.busy:
            raise SwitchUnavailable("no answer")
        self.told += 1
        self.told_trunks += trunks
        self.knows = self.written

    def up(self) -> None:
        self.bus.publish(SwitchUp(at=EPOCH, switch="scripted", legs=0))

    def hire(self, number: str) -> None:
        self.numbers.append(number)
        self.bus.publish(PersonChanged(at=EPOCH, person=number, agent=number, organisation="city", change="added"))


def test_who_is_hired_at_any_moment_of_the_telling_is_known_in_the_end() -> None:
    async def story(after: float) -> None:
        house = House()
        house.hire("1001")
        await asyncio.sleep(after)
        house.hire("1002")
        await asyncio.sleep(5)
        assert house.knows == ["1001", "1002"], after

    for tenth in range(12):
        run_virtual(story(tenth / 10))


def test_many_at_once_are_told_once() -> None:
    async def story() -> None:
        house = House()
        for number in range(1001, 1021):
            house.hire(str(number))
            await asyncio.sleep(GATHER_SECONDS / 50)
        await asyncio.sleep(5)
        assert (len(house.knows), house.told) == (20, 1)

    run_virtual(story())


def test_who_asks_for_a_phone_gets_it_when_the_switch_knows_it() -> None:
    async def story(after: float) -> None:
        house = House()
        house.up()
        await asyncio.sleep(1)
        house.hire("1001")
        await asyncio.sleep(after)
        house.hire("1002")
        assert await house.provisioning.told(5)
        assert house.knows == ["1001", "1002"], after
        assert await house.provisioning.told(0), "nothing has changed since"

    for tenth in range(12):
        run_virtual(story(tenth / 10))


def test_nobody_waits_for_a_switch_that_cannot_be_told() -> None:
    async def story() -> None:
        house, loop = House(), asyncio.get_running_loop()
        house.hire("1001")
        began = loop.time()
        assert not await house.provisioning.told(5)
        assert loop.time() == began, "it has not been there yet"
        house.up()
        assert not await house.provisioning.told(0.1)

    run_virtual(story())


def test_a_switch_that_was_too_busy_is_told_again() -> None:
    async def story() -> None:
        house = House()
        house.up()
        await asyncio.sleep(1)
        house.busy = True
        house.hire("1001")
        await asyncio.sleep(AGAIN_SECONDS)
        house.busy = False
        assert house.knows == []
        await asyncio.sleep(AGAIN_SECONDS)
        assert house.knows == ["1001"]

    run_virtual(story())


def test_a_switch_that_comes_back_is_told_at_once() -> None:
    async def story() -> None:
        house = House()
        house.up()
        house.busy = True
        await asyncio.sleep(1)
        house.busy = False
        house.hire("1001")
        house.up()
        await asyncio.sleep(0.5)
        assert house.knows == ["1001"]
        told = house.told
        house.up()
        await asyncio.sleep(AGAIN_SECONDS)
        assert house.told == told, "it has missed nothing"

    run_virtual(story())


def test_changed_trunks_are_told_as_soon_as_the_switch_can_be_and_not_again_with_the_next_phone() -> None:
    async def story() -> None:
        house = House()
        house.busy = True
        house.up()
        await asyncio.sleep(1)
        house.provisioning.use_trunks({"a": TrunkSettings()}, {})
        await asyncio.sleep(2)
        assert house.told_trunks == 0
        house.busy = False
        await asyncio.sleep(AGAIN_SECONDS + 2)
        house.provisioning.use_trunks({"a": TrunkSettings()}, {})
        house.hire("1001")
        await asyncio.sleep(5)
        assert (house.told_trunks, house.knows) == (1, ["1001"])

    run_virtual(story())
