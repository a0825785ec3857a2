"""The switch learns of every phone, also of those that came while it was being told of others."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, cast

from cti.bus import Bus
from cti.clock import EPOCH, LoopClock, run_virtual
from cti.events import PersonChanged
from cti.provisioning import GATHER_SECONDS, Provisioning
from cti.switch.phone import Phone
from cti.switch.registrar import Registrar


class House:
    """People, and a switch that takes its time; it knows the phones that were written when it was told."""

    def __init__(self) -> None:
        self.numbers: list[str] = []
        self.written: list[str] = []
        self.knows: list[str] = []
        self.told = 0
        self.bus = Bus()
        self.provisioning = Provisioning(
            cast(Any, self), Registrar(self.bus, LoopClock()), cast(Any, self), cast(Any, self), self.bus,
            both_families=False,
        )  # fmt: skip

    async def agents(self) -> list[Any]:
        await asyncio.sleep(0.1)
        return [
            SimpleNamespace(agent_no=one, sip_secret="x", organisation="city", auto_answer=False)
            for one in self.numbers
        ]

    def write_phones(self, phones: Sequence[Phone]) -> bool:
        before, self.written = self.written, [one.endpoint for one in phones if not one.web]
        return self.written != before

    async def provision(self) -> None:
        self.told += 1
        self.knows = self.written
        await asyncio.sleep(0.3)

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
