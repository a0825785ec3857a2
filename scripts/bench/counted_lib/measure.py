"""`scripts/bench/counted`: runs the engine on a scripted switch and prints what a call costs it."""

from __future__ import annotations

import asyncio
import cProfile
import pstats
import shutil
import sys
import tempfile
import time
from argparse import Namespace
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import Any

import uvloop

from bench.callpath_lib.house import OWN, UNHEARD, House, prepare
from bench.counted_lib.counter import Counts, counted
from bench.counted_lib.options import arguments
from cti.base.clock import LoopClock
from cti.base.settings import Settings
from cti.process.app import Engine, engine
from cti.store.engine import Store
from cti.telephony.switch.scripted import ScriptedSwitch
from cti.telephony.switch.scripted_exchange import ScriptedExchange
from cti.telephony.switch.scripted_installation import ScriptedInstallation
from cti.telephony.switch.scripted_leg import ScriptedLine
from cti.telephony.switch.scripted_phone import ScriptedPhone

TALK, AFTERWARDS = 1.0, 4.0
"""Seconds of each talk, and until what follows from the last call has been written."""
FEW, LONG = 5, 3600.0
"""While callers wait, so many agents talk for so long."""


class Exchange:
    """The scripted switch with the telephones of the agents, who put down after `talk` seconds; and the calls."""

    def __init__(self, house: House, talk: float) -> None:
        self.exchange = ScriptedExchange(LoopClock())
        for name in house.phones:
            phone = self.exchange.add_phone(ScriptedPhone(name, name, answer_after=0.05))
            phone.on_ring = partial(self._rang, talk)
        self.switch = ScriptedSwitch(self.exchange)
        self._callers = 13_800_000_000

    def _rang(self, talk: float, line: ScriptedLine) -> None:
        self.exchange.clock.call_later(talk, line.hang_up)

    def call(self, number: str) -> None:
        """One more citizen calls; whom a survey asks presses 1."""
        self._callers += 1
        self.exchange.call(str(self._callers), number, keys={TALK + 1.5: "1"}, hang_up_after=TALK + 4)

    def wait(self, number: str) -> None:
        """One more calls and stays."""
        self._callers += 1
        self.exchange.call(str(self._callers), number)


async def run(options: Namespace, house: House) -> None:
    """Both runs, one after the other in one engine."""
    settings = Settings.load(house.data)
    exchange = Exchange(house, LONG if options.waiting else TALK)
    async with engine(settings, switch=exchange.switch, installation=ScriptedInstallation()) as running:
        # What begins with the engine (searched texts, figures) is not what a call costs.
        await asyncio.sleep(3)
        if options.waiting:
            await crowd(options, exchange, running)
            return
        await load(options, exchange, running, 2.0)
        calls = int(options.rate * options.seconds)
        spent, plain = await measured(
            running, lambda: load(options, exchange, running, options.seconds), functions=False
        )
        print(
            f"{calls} calls, a call: {spent * 1000 / calls:.2f} ms CPU, {plain.transactions / calls:.2f} transactions "
            f"of sessions, {plain.commits / calls:.2f} commits of the journal",
            flush=True,
        )
        _, full = await measured(running, lambda: load(options, exchange, running, options.seconds), functions=True)
        print(f"{full.called / calls:.0f} functions of Python a call", flush=True)
        for place, count in full.places(options.places):
            print(f"{count / calls:8.1f}  {place}")
        if options.profile:
            profile = cProfile.Profile()
            profile.enable()
            await load(options, exchange, running, options.seconds)
            profile.disable()
            pstats.Stats(profile).sort_stats("tottime").print_stats(60).sort_stats("cumulative").print_stats(120)


async def crowd(options: Namespace, exchange: Exchange, running: Engine) -> None:
    """Callers who only wait; they are told their place and estimate every 30 seconds."""
    for _ in range(options.waiting + FEW):
        exchange.wait(options.number)
        await asyncio.sleep(0.02)
    await asyncio.sleep(8)
    for functions in (False, True):
        spent, counts = await measured(running, lambda: asyncio.sleep(options.seconds), functions=functions)
        if functions:
            each = counts.called / options.waiting / options.seconds * 60
            print(f"{each:.0f} functions of Python a caller and minute")
            for place, count in counts.places(options.places):
                print(f"{count / options.waiting / options.seconds * 60:8.1f}  {place}")
        else:
            print(
                f"{options.waiting} wait: {spent / options.seconds * 100:.2f} % of a core, "
                f"{counts.commits / options.seconds:.1f} commits a second, "
                f"{counts.transactions / options.seconds:.1f} transactions of sessions a second",
                flush=True,
            )


async def measured(
    running: Engine, work: Callable[[], Coroutine[Any, Any, None]], *, functions: bool
) -> tuple[float, Counts]:
    """CPU seconds of this process, and the counts, while `work` goes on."""
    with counted(running.services.need(Store), running.journal, functions=functions) as counts:
        began = time.process_time()
        await work()
        return time.process_time() - began, counts


async def load(options: Namespace, exchange: Exchange, running: Engine, seconds: float) -> None:
    """So many calls at the rate, and until all that follows from them is written."""
    for _ in range(int(options.rate * seconds)):
        exchange.call(options.number)
        await asyncio.sleep(1 / options.rate)
    while running.calls.open:
        await asyncio.sleep(0.1)
    await asyncio.sleep(AFTERWARDS)


def main() -> int:
    """Prepare a hotline, run it, remove it."""
    options = arguments(sys.argv[1:])
    folder = Path(tempfile.mkdtemp(prefix="counted-"))
    try:
        house = prepare(folder / "hotline", FEW if options.waiting else options.agents, settings=OWN + UNHEARD)
        uvloop.run(run(options, house))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
