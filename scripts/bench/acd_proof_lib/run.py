"""A run: a hotline, phones, callers, trouble; what is left are the books of all sides in a folder."""

from __future__ import annotations

import asyncio
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import aiohttp

from bench.acd_proof_lib import house as houses
from bench.acd_proof_lib.options import Options
from bench.acd_proof_lib.scenarios import CANCELS, LEAVING, PATIENT
from bench.acd_proof_lib.telephones import Agents, Caller, call
from bench.acd_proof_lib.trouble import Desk, Trouble, desk
from bench.callpath_lib.house import House
from bench.callpath_lib.processes import stop
from bench.callpath_lib.systems import Running, hotline

STRETCH = 60.0
"""SIPp calls at one rate for so many seconds."""
BUSY = frozenset({"reserved", "ringing", "talking"})
START_SECONDS = 120.0
END_SECONDS = 240.0
MOST_READY = 0.8
"""Some have signed off by the time that the last one registers."""
SHARES = {"general": 6, "social": 2, "english": 1}


@dataclass(frozen=True, slots=True)
class Marks:
    """What the comparison must know of the run; times are seconds of the epoch.

    `killed` and `back` are the engine's death and when the next one answered; `stuck` are agents who were not free
    long after the last call.
    """

    killed: float
    back: float
    stuck: dict[str, str]
    waiting: dict[str, int]
    seconds: float

    def save(self, path: Path) -> None:
        """As JSON."""
        path.write_text(json.dumps(asdict(self), indent=1), "utf-8")

    @classmethod
    def load(cls, path: Path) -> Marks:
        """What `save` wrote."""
        return cls(**json.loads(path.read_text("utf-8")))


def play(folder: Path, options: Options, prompts: Path | None = None) -> None:
    """Play a run in a new folder; `marks.json`, SIPp's logs, the store and the CDRs are in it afterwards."""
    rng = random.Random(options.seed)  # noqa: S311 # a run that can be repeated
    house = houses.make(folder / "hotline", options.agents, rng, prompts)
    with hotline(house) as running:
        say(f"the hotline runs; {options.agents} phones register")
        secrets = {one: house.phones[one] for one in sorted(house.phones)[: options.agents]}
        agents = Agents(folder / "agents", running.server, secrets)
        try:
            marks = asyncio.run(_play(folder, options, rng, house, running, agents))
        finally:
            agents.stop()
        marks.save(folder / "marks.json")
    # Thousands of recordings prove nothing here, and fill the disk.
    shutil.rmtree(house.data / "recordings", ignore_errors=True)


def say(text: str) -> None:
    """Tell what is being done."""
    print(f"… {text}", file=sys.stderr, flush=True)


async def _play(
    folder: Path, options: Options, rng: random.Random, house: House, running: Running, agents: Agents
) -> Marks:
    numbers = sorted(house.phones)[: options.agents]
    began = time.monotonic()
    async with desk(house) as supervisor:
        await _until_ready(supervisor, round(len(numbers) * MOST_READY))
        agents.slow_down()
        stop_it = asyncio.Event()
        trouble = Trouble(supervisor, numbers, rng, folder / "trouble.log")
        troubled = asyncio.create_task(trouble.go_on(stop_it))
        killing = asyncio.create_task(_kill(house, running, options)) if options.kill else None
        calling: list[subprocess.Popen[bytes]] = []
        try:
            await _load(folder, options, rng, running.server, calling)
            say("no more callers; those who are there are served")
            await _until_over(calling)
        finally:
            stop_it.set()
            for process in calling:
                stop(process)
            await troubled
        killed, back = await killing if killing is not None else (0.0, 0.0)
        stuck, waiting = await _until_free(supervisor)
        return Marks(killed, back, stuck, waiting, time.monotonic() - began)


async def _until_ready(supervisor: Desk, count: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        seats = (await supervisor.board())["agents"]
        ready = sum(seat["state"] == "ready" for seat in seats)
        if ready >= count:
            return
        if time.monotonic() > deadline:
            raise RuntimeError(f"only {ready} of {count} agents are ready")
        await asyncio.sleep(0.5)


async def _load(
    folder: Path, options: Options, rng: random.Random, server: int, calling: list[subprocess.Popen[bytes]]
) -> None:
    whole, left, number = round(options.seconds / min(STRETCH, options.seconds)), options.seconds, 0
    for at in range(whole):
        seconds = min(STRETCH, left)
        rate = options.rate * rng.choice([0.5, 0.8, 1.0, 1.2, 1.5]) if whole > 1 else options.rate
        callers = [_caller(number + index, rng) for index in range(max(int(rate * seconds), 1))]
        number += len(callers)
        say(f"{at + 1} of {whole}: {len(callers)} callers, {rate:.1f} a second")
        calling.append(call(folder / "callers", f"callers-{at + 1}", server, callers, rate))
        await asyncio.sleep(seconds)
        left -= seconds


def _caller(index: int, rng: random.Random) -> Caller:
    queue = rng.choices(list(SHARES), list(SHARES.values()))[0]
    luck = rng.random()
    plan = PATIENT if luck < 0.55 else CANCELS if luck < 0.59 else rng.randint(1, len(LEAVING))
    return Caller(f"139{index:08d}", houses.QUEUES[queue], plan)


async def _until_over(calling: Sequence[subprocess.Popen[bytes]]) -> None:
    deadline = time.monotonic() + END_SECONDS
    while any(process.poll() is None for process in calling) and time.monotonic() < deadline:
        await asyncio.sleep(0.5)


async def _kill(house: House, running: Running, options: Options) -> tuple[float, float]:
    await asyncio.sleep(options.seconds / 2)
    os.kill(running.processes["engine"], signal.SIGKILL)
    killed = time.time()
    say("the engine is killed")
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as http:
        while True:
            try:
                async with http.get(f"http://127.0.0.1:{house.ports['http']}/healthz") as answer:
                    if answer.status == 200 and (await answer.json())["status"] != "down":
                        break
            except (aiohttp.ClientError, OSError, TimeoutError):
                pass
            await asyncio.sleep(0.1)
    say(f"an engine is back after {time.time() - killed:.1f} s")
    return killed, time.time()


async def _until_free(supervisor: Desk) -> tuple[dict[str, str], dict[str, int]]:
    """Agents who are not free a while after the last call, and queues in which somebody waits: none, one hopes."""
    deadline = time.monotonic() + 40
    while True:
        board = await supervisor.board()
        stuck = {seat["agent"]: seat["state"] for seat in board["agents"] if seat["state"] in BUSY}
        waiting = {queue["queue"]: queue["waiting"] for queue in board["queues"] if queue["waiting"]}
        if not (stuck or waiting) or time.monotonic() > deadline:
            # What was decided last is stored a moment later.
            await asyncio.sleep(3)
            return stuck, waiting
        await asyncio.sleep(1)
