"""A storm of logins at the start of a shift: how late the engine's loop, on which calls live, becomes."""

from __future__ import annotations

import asyncio
import json
import tempfile
import time

import aiohttp

from bench.web_lib.figures import Figures
from bench.web_lib.servers import serving
from bench.web_lib.storm_server import PASSWORD

LAG_P99 = 0.020


async def run(people: int) -> bool:
    """Measure and print; whether the aim is met."""
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as folder:
        async with serving("bench.web_lib.storm_server", folder, str(people)) as server:
            logins, took = await _storm(server.port, people)
            late: dict[str, float] = json.loads(await server.end())
    good = late["p99"] < LAG_P99
    print(f"{people} logins at once, done in {took:.1f} s")
    logins.tell(p99=60.0)
    told = "  ".join(f"{name} {seconds * 1000:.2f}" for name, seconds in late.items())
    print(f"  loop late: {told} ms, p99 < {LAG_P99 * 1000:g} ms: {'yes' if good else 'NO'}")
    return good


async def _storm(port: int, people: int) -> tuple[Figures, float]:
    figures, begun = Figures("login"), time.monotonic()
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as client:

        async def sign_in(number: int) -> None:
            began = time.monotonic()
            said = {"login": f"agent{number:04d}", "password": PASSWORD}
            async with client.post(f"http://127.0.0.1:{port}/api/session", json=said) as response:
                if response.status != 200:
                    raise SystemExit(await response.text())
            figures.add(time.monotonic() - began)

        await asyncio.gather(*(sign_in(number) for number in range(people)))
    return figures, time.monotonic() - begun
