"""`scripts/bench/return`: kills the engine under load and tells when the next one serves."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path

from bench.callpath_lib.callers import Callers
from bench.callpath_lib.house import OWN, House, prepare
from bench.callpath_lib.processes import Cost, children_of, load_average
from bench.callpath_lib.systems import SHIPPED, Running, hotline, phones
from bench.return_lib.options import arguments
from bench.tickets_lib.rows import fill
from cti.store.engine import Store

TALK = 2.0
WARM_SECONDS = 30.0
"""Until the menu is full of callers and a spare engine has read its code."""
LONGEST = 60.0
SERVED = "calls are served"


async def _filled(house: House, tickets: int) -> None:
    """Five years of tickets, as a hotline has them that has served so long."""
    store = await Store.open(None, house.data)
    try:
        await fill(store, tickets, datetime.now(UTC))
    finally:
        await store.close()


def deaths(options: Namespace, house: House, running: Running, folder: Path) -> None:
    """Kill it so often; a line for each."""
    seconds = options.deaths * (WARM_SECONDS + 10)
    callers = Callers(
        folder, running.server, "rating_caller", number=SHIPPED, rate=options.rate, calls=int(options.rate * seconds),
        seconds=seconds + LONGEST,
    )  # fmt: skip
    try:
        for _ in range(options.deaths):
            time.sleep(WARM_SECONDS)
            before = {pid: Cost.of(pid).own for pid in children_of(supervisor_of(house))}
            killed = time.time()
            os.kill(engine_of(house), signal.SIGKILL)
            served = served_after(house, killed)
            cost = Cost.of(engine_of(house)).own - before.get(engine_of(house), 0.0)
            print(f"  served after {served - killed:5.2f} s, {cost:.2f} s of CPU of the new engine", flush=True)
        outcome = callers.wait()
        print(f"  {outcome.calls} calls, {outcome.failed} failed ({outcome.why})")
    finally:
        callers.stop()


def engine_of(house: House) -> int:
    """The engine's process, as the supervisor wrote it down."""
    return int(json.loads((house.data / "processes.json").read_text("utf-8"))["engine"]["process"]["pid"])


def supervisor_of(house: House) -> int:
    """The engine's parent."""
    return int(Path(f"/proc/{engine_of(house)}/stat").read_text("utf-8").rpartition(")")[2].split()[1])


def served_after(house: House, killed: float) -> float:
    """When an engine after that moment said that it serves calls, as its log has it."""
    deadline = time.monotonic() + LONGEST
    while time.monotonic() < deadline:
        for line in (house.data / "logs" / "engine.log").read_text("utf-8", "replace").splitlines():
            if SERVED in line and line.startswith("{"):
                at = datetime.fromisoformat(json.loads(line)["timestamp"]).timestamp()
                if at > killed:
                    return at
        time.sleep(0.02)
    raise RuntimeError("no engine serves")


def main() -> int:
    """Both ways, one after the other."""
    options = arguments(sys.argv[1:])
    folder = Path(tempfile.mkdtemp(prefix="return-"))
    try:
        for spare in ("yes", "no") if options.spare == "both" else (options.spare,):
            house = prepare(
                folder / spare, options.agents, settings=f"spare_engine: {str(spare == 'yes').lower()}\n{OWN}"
            )
            if options.tickets:
                asyncio.run(_filled(house, options.tickets))
            print(f"spare engine: {spare}; load average {load_average():.1f}", flush=True)
            with hotline(house) as running, phones(house, folder / f"{spare}-phones", count=options.agents, talk=TALK):
                deaths(options, house, running, folder / f"{spare}-calls")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
