"""Consoles on a live board: what they cost the engine, how late changes come, how many frames each gets."""

from __future__ import annotations

import asyncio
import time

import aiohttp
import msgspec

from bench.callpath_lib.processes import Cost
from bench.web_lib.figures import Figures
from bench.web_lib.house import headers_of
from bench.web_lib.servers import serving

CORE_SHARE, DELIVERY_P99, FRAMES_A_SECOND = 0.20, 0.200, 10.5
WARM_SECONDS = 3.0


class Console:
    """One browser's socket."""

    def __init__(self, number: int) -> None:
        self._number = number
        self.delays: list[float] = []
        self.frames = 0
        self.counting = False

    async def watch(self, client: aiohttp.ClientSession, url: str, ready: asyncio.Semaphore) -> None:
        """Subscribe and read until cancelled."""
        async with ready:
            socket = await client.ws_connect(url, headers=headers_of(self._number), max_msg_size=0)
            await socket.send_str('{"subscribe": "board"}')
            await socket.receive()
        async with socket:
            async for frame in socket:
                if not self.counting:
                    continue
                self.frames += 1
                now = time.monotonic()
                found = msgspec.json.decode(frame.data)
                for message in found if isinstance(found, list) else [found]:
                    if "change" in message:
                        self.delays.append(now - message["change"]["sent"])


async def run(consoles: int, changes: int, seconds: float, most: float) -> bool:
    """Measure and print; whether the aims are met: the engine may take `most` of a core."""
    async with serving("bench.web_lib.board_server", str(consoles), str(changes)) as server:
        return await _watched(server.process.pid, server.port, consoles, changes, seconds, most)


async def _watched(pid: int, port: int, count: int, changes: int, seconds: float, allowed: float) -> bool:
    consoles = [Console(number) for number in range(count)]
    ready = asyncio.Semaphore(20)
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as client:
        url = f"ws://127.0.0.1:{port}/ws"
        watching = [asyncio.create_task(one.watch(client, url, ready)) for one in consoles]
        await asyncio.sleep(WARM_SECONDS + count / 200)
        for one in consoles:
            one.counting = True
        before, begun = Cost.of(pid), time.monotonic()
        await asyncio.sleep(seconds)
        cost, took = Cost.of(pid).since(before), time.monotonic() - begun
        for task in watching:
            task.cancel()
        await asyncio.gather(*watching, return_exceptions=True)
    delays = Figures("delivery")
    for one in consoles:
        for delay in one.delays:
            delays.add(delay)
    most = max(one.frames for one in consoles) / took
    heard = sum(len(one.delays) for one in consoles) / took / count
    share = cost.own / took
    good = share < allowed and most <= FRAMES_A_SECOND and heard > changes * 0.95
    print(f"{count} consoles, {changes} changes/s, {took:.0f} s")
    print(f"  engine: {share:.1%} of a core, {cost.memory / 1e6:.0f} MB (aim < {allowed:.0%})")
    print(f"  frames a client: at most {most:.1f}/s; changes that each heard: {heard:.1f}/s: {'yes' if good else 'NO'}")
    return delays.tell(p99=DELIVERY_P99) and good
