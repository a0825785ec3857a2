"""FreeSWITCH's driver over its real protocol, against a fake exchange on virtual time. It has no media engine."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from cti.base.clock import LoopClock
from cti.telephony.switch.freeswitch.control import FreeswitchSwitch
from cti.telephony.switch.port import SwitchControl
from tests.contract.switch.drivers.scripted import VirtualWorld
from tests.contract.switch.world import PATIENCE, PROMPTS, Story
from tests.cti.telephony.switch.asterisk.memory_loop import MemoryLoop
from tests.fake_freeswitch.exchange import PASSWORD, FakeFreeswitch

MARKS: list[pytest.MarkDecorator] = []


class FakeWorld(VirtualWorld):
    """See `World`."""

    stop_seconds = 0.1

    def __init__(self, folder: Path) -> None:
        loop = cast(MemoryLoop, asyncio.get_running_loop())
        self.freeswitch = FakeFreeswitch(LoopClock(), loop.listening, patience=PATIENCE, prompts=PROMPTS)
        super().__init__(folder, self.freeswitch.exchange)

    def engine(self) -> SwitchControl:
        return FreeswitchSwitch(self.freeswitch.settings, PASSWORD, self.folder / "prompts" / "zh")


class FakeFreeswitchDriver:
    """See `Driver`: an exchange of its own for each story."""

    has_media = False

    def run(self, story: Story, folder: Path, *, ipv6: bool) -> None:
        async def run() -> None:
            world = FakeWorld(folder)
            await world.freeswitch.control.listen()
            await story(world)

        with asyncio.Runner(loop_factory=MemoryLoop) as runner:
            runner.run(run())


@contextlib.contextmanager
def open_driver(folder: Path) -> Iterator[FakeFreeswitchDriver]:
    """Nothing to start."""
    yield FakeFreeswitchDriver()
