"""Walls as the engine sees them: each tile is asked for as often as its file says."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

from trials.api import Api
from trials.house import House

CALM_SECONDS, CALM_SHARE, CALM_WITHIN = 5.0, 0.06, 600.0
"""An engine that has taken less than this share of a core over so many seconds has begun all it begins."""


def engine_of(house: House) -> int:
    """The engine's process id; LookupError."""
    for child in Path(f"/proc/{house.process}/task/{house.process}/children").read_text().split():
        if b"cti.process.app" in Path(f"/proc/{child}/cmdline").read_bytes():
            return int(child)
    raise LookupError("there is no engine")


def cpu_of(process: int) -> float:
    """Seconds of CPU that it took until now."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_of(process: int) -> float:
    """Megabytes that it has in memory."""
    said = Path(f"/proc/{process}/status").read_text().partition("VmRSS:")[2].split()
    return int(said[0]) / 1024


async def share(house: House, api: Api, walls: int, seconds: float) -> tuple[float, float, int]:
    """Shares of a core that the engine takes without walls and with so many, and how many tiles were asked for."""
    described: list[dict[str, Any]] = await api.ask("GET", "/api/bigscreen/walls")
    engine = engine_of(house)
    # Each number is counted once before: a wall that is switched on is not what is measured.
    for wall in described:
        for tile in wall["tiles"]:
            await api.ask("GET", f"/api/bigscreen/walls/{wall['wall']}/tiles/{tile['tile']}")
    await _calm(engine)
    idle = await _over(engine, asyncio.sleep(seconds / 2), seconds / 2)
    asked = [0]

    async def all_of_them() -> None:
        async with asyncio.timeout(seconds):
            async with asyncio.TaskGroup() as group:
                for number in range(walls):
                    wall = described[number % len(described)]
                    for tile in wall["tiles"]:
                        group.create_task(_asks(api, wall["wall"], tile, asked))

    return idle, await _over(engine, _until_late(all_of_them()), seconds), asked[0]


async def _calm(engine: int) -> None:
    """Until the engine has done what it does once after its start; TimeoutError."""
    async with asyncio.timeout(CALM_WITHIN):
        while await _over(engine, asyncio.sleep(CALM_SECONDS), CALM_SECONDS) > CALM_SHARE:
            pass


async def _until_late(work: Any) -> None:
    try:
        await work
    except TimeoutError:
        return


async def _over(engine: int, work: Any, seconds: float) -> float:
    before = cpu_of(engine)
    await work
    return (cpu_of(engine) - before) / seconds


async def _asks(api: Api, wall: str, tile: dict[str, Any], asked: list[int]) -> None:
    while True:
        await api.ask("GET", f"/api/bigscreen/walls/{wall}/tiles/{tile['tile']}")
        asked[0] += 1
        await asyncio.sleep(tile["every"])
