"""`scripts/bench/callpath`: the steps of a run, one after the other, and the table at the end."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from bench.callpath_lib import table
from bench.callpath_lib.house import OWN, UNHEARD, House, prepare
from bench.callpath_lib.load import Load, Waiting, keep_waiting, put
from bench.callpath_lib.options import arguments
from bench.callpath_lib.processes import load_average
from bench.callpath_lib.systems import SHIPPED, Running, hotline, native, phones
from cti.telephony.switch.installation import SwitchMissing

TALK = 2.0
FEW, LONG_TALK = 5, 150.0
"""While callers wait, so many agents talk for so long."""


@dataclass(slots=True)
class Bench:
    """A run."""

    options: argparse.Namespace
    folder: Path
    house: House
    loads: dict[str, list[Load]] = field(default_factory=lambda: {"native": [], "engine": []})
    halves: list[Load] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)
    shipped: list[Load] = field(default_factory=list)

    def rising(self, name: str, start: Callable[[int], AbstractContextManager[Running]]) -> None:
        """Raise the load until calls fail, then look closely at half of what native stood."""
        options = self.options
        folder = self.folder / name
        with start(options.agents) as running, phones(self.house, folder, count=options.agents, talk=TALK) as invites:
            for rate in (float(text) for text in options.rates.split(",")):
                self.say(f"{name}: {rate:g} calls/s for {options.seconds:g} s")
                load = put(running, invites, folder / f"{rate:g}", rate, options.seconds)
                self.loads[name].append(load)
                print(table.of_loads([load]), flush=True)
                if load.failed:
                    break
            half = options.half or max(table.sustained(self.loads["native"] or self.loads[name]) / 2, 1)
            self.say(f"{name}: half load, {half:g} calls/s for {options.seconds * 2:g} s")
            self.halves.append(put(running, invites, folder / "half", half, options.seconds * 2))
            if name == "engine":
                self.say(f"{name}: the flow that is delivered, with menu and survey, {half:g} calls/s")
                self.shipped.append(
                    put(
                        running,
                        invites,
                        folder / "shipped",
                        half,
                        options.seconds,
                        scenario="rating_caller",
                        number=SHIPPED,
                        slowest=60,
                    )
                )

    def crowd(self, name: str, start: Callable[[int], AbstractContextManager[Running]]) -> None:
        """Callers who only wait."""
        if not self.options.waiting:
            return
        self.say(f"{name}: {self.options.waiting} callers wait")
        folder = self.folder / f"{name}-waiting"
        with start(FEW) as running, phones(self.house, folder, count=FEW, talk=LONG_TALK):
            self.waiting.append(keep_waiting(running, folder / "crowd", self.options.waiting))

    def say(self, text: str) -> None:
        """Tell what is being done."""
        print(f"… {text}", file=sys.stderr, flush=True)

    def report(self) -> str:
        """Everything that was found."""
        native_loads, engine_loads = self.loads["native"], self.loads["engine"]
        half = next((load for load in self.halves if load.system == "engine"), None)
        parts = [
            "Calls with queue, recording and a talk of 2 s; CPU milliseconds a call; time to the INVITE in ms\n"
            + table.of_loads([*native_loads, *engine_loads]),
            "At half load\n" + table.of_loads(self.halves) if self.halves else "",
            "The flow that is delivered (menu, queue, talk, survey)\n" + table.of_loads(self.shipped)
            if self.shipped
            else "",
            "Callers who wait with music, told position and estimate every 30 s\n" + table.of_waiting(self.waiting)
            if self.waiting
            else "",
            table.aims(native_loads, engine_loads, half, self.waiting),
        ]
        return "\n\n".join(part for part in parts if part)


def main(words: list[str]) -> int:
    """Run it; 0 also when aims are missed: the table says so."""
    options = arguments(words)
    # Whatever ends the run, what it started is ended by it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    began = time.monotonic()
    print(f"{os.cpu_count()} cores, load average {load_average():.1f} before the run", flush=True)
    if load_average() > 0.5:
        print("Others use this machine: trust CPU time and ratios, not the rates at which calls fail.", flush=True)
    folder = options.keep or Path(tempfile.mkdtemp(prefix="callpath-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        bench = Bench(options, folder, _house(folder / "hotline", options))
        own = _native_house(folder / "native", bench.house)
        if options.only != "engine":
            bench.rising("native", lambda agents: native(own, agents))
            bench.crowd("native", lambda agents: native(own, agents))
        if options.only != "native":
            bench.rising("engine", lambda agents: hotline(bench.house))
            bench.crowd("engine", lambda agents: hotline(bench.house))
        print(f"\n{bench.report()}\n\n{time.monotonic() - began:.0f} s, load average {load_average():.1f} at the end")
    except SwitchMissing as error:
        sys.exit(f"error: {error}")
    finally:
        if options.keep is None:
            shutil.rmtree(folder, ignore_errors=True)
    return 0


def _house(data: Path, options: argparse.Namespace) -> House:
    return prepare(data, options.agents, settings=OWN if options.heard else OWN + UNHEARD, kind=options.switch)


def _native_house(data: Path, house: House) -> House:
    """The same ports, phones and music, with no engine's state."""
    data.mkdir()
    shutil.copy(house.data / "settings.yaml", data)
    (data / "prompts").symlink_to(house.data / "prompts")
    return House(data, house.ports, house.phones)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
