"""A million citizens in a list over HTTP, filtered in each way and paged; and the look-up of a caller."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import aiohttp
from setup.postgres_server import postgres_server

from bench.database import opened
from bench.web_lib.citizens import FAMILY, GIVEN, REGIONS, fill, number_of
from bench.web_lib.figures import Figures
from bench.web_lib.house import UNLIMITED, GivenSessions, headers_of
from cti.base.bus import Bus
from cti.base.clock import LoopClock
from cti.base.numbers.number import Number
from cti.base.scope import Scope
from cti.office.identity.directory import Organisation
from cti.office.identity.service import Identity
from cti.office.records import Office
from cti.store.calls import StoredCalls
from cti.telephony.queue_titles import QueueTitles
from cti.web.host import Web
from workflow.citizens.api import routes
from workflow.citizens.service import Citizens

REQUESTS, LOOKUPS = 400, 2000
LIST_P95, LOOKUP_P99 = 0.050, 0.005


Ask = Callable[[random.Random], dict[str, str]]

QUERIES: dict[str, Ask] = {
    "all, some page": lambda dice: {"page": str(dice.randrange(1, 200))},
    "VIP": lambda dice: {"vip": "true", "page": str(dice.randrange(1, 20))},
    "organisation": lambda dice: {"organisation": "city", "page": str(dice.randrange(1, 20))},
    "whole number": lambda dice: {"search": Number.parse(number_of(dice.randrange(1_000_000))).national},
    "last four": lambda dice: {"search": f"{dice.randrange(10_000):04d}"},
    "family name": lambda dice: {"search": dice.choice(FAMILY), "page": str(dice.randrange(1, 50))},
    "whole name": lambda dice: {"search": dice.choice(FAMILY) + dice.choice(GIVEN) + dice.choice(GIVEN)},
    "VIP by name": lambda dice: {"search": dice.choice(FAMILY) + dice.choice(GIVEN), "vip": "true"},
    "found nothing": lambda dice: {"search": "无此人"},
}
COUNTY = "county"
"""The queries of somebody who sees one county only."""


async def run(count: int, databases: list[str]) -> bool:
    """Measure on each of the databases and print; whether all aims are met. What was made is removed again."""
    good = True
    for database in databases:
        with _scratch(count) as folder:
            if database == "sqlite":
                good &= await _measure("SQLite", None, folder, count)
            else:
                with postgres_server(Path(os.environ["HOTLINE_POSTGRES"]), {"shared_buffers": "512MB"}) as url:
                    good &= await _measure("PostgreSQL", url, folder, count)
    return good


@contextmanager
def _scratch(count: int) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="hotline-bench-"))
    try:
        if shutil.disk_usage(folder).free < count * 3000:
            raise SystemExit(f"not enough room in {folder.parent} for {count} rows")
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _measure(title: str, url: str | None, folder: Path, count: int) -> bool:
    store = await opened(url, folder)
    begun = time.perf_counter()
    await fill(store, count)
    print(f"{title}: {count} citizens made in {time.perf_counter() - begun:.0f} s", flush=True)
    clock = LoopClock()
    identity = await Identity.open(store, Bus(), clock, Organisation("city", "市热线", "320400", None))
    citizens = Citizens(
        Office(store, clock, identity.audit, "city", "320400", identity.lookups),
        StoredCalls(store),
        QueueTitles(),
        "0519",
    )
    dice = random.Random(3)  # noqa: S311 # the same questions each time
    sessions = GivenSessions(1, permissions={"citizens.see"})
    sessions.add(1, Scope(regions=frozenset({REGIONS[0]})), {"citizens.see"})
    web = Web(sessions, settings=UNLIMITED)
    web.add(routes(citizens))
    await web.start("127.0.0.1", 0)
    every, good = Figures("all together"), True
    asked = [(name, 0, ask) for name, ask in QUERIES.items()]
    asked += [(f"{COUNTY}: {name}", 1, QUERIES[name]) for name in ("all, some page", "whole number", "whole name")]
    async with aiohttp.ClientSession() as client:
        for name, who, ask in asked:
            figures = Figures(name)
            for number in range(REQUESTS):
                begun = time.perf_counter()
                url_asked = f"http://127.0.0.1:{web.port}/api/citizens"
                async with client.get(url_asked, params=ask(dice), headers=headers_of(who)) as response:
                    body = await response.json()
                    if response.status != 200:
                        raise SystemExit(f"{name}: {body}")
                if number >= REQUESTS // 20:
                    figures.add(time.perf_counter() - begun)
            good &= figures.tell(p95=LIST_P95)
            every.take(figures)
            await asyncio.sleep(0.5)
        good &= every.tell(p95=LIST_P95)
    await web.stop()
    identity.close()
    good &= await _look_up(citizens, dice, count)
    await store.close()
    return good


async def _look_up(citizens: Citizens, dice: random.Random, count: int) -> bool:
    figures = Figures("caller's record")
    for number in range(LOOKUPS):
        index = dice.randrange(count + count // 10)
        begun = time.perf_counter()
        found = await citizens.of_number(Number.parse(number_of(index)), "city")
        if number >= LOOKUPS // 20:
            figures.add(time.perf_counter() - begun)
        if bool(found) != (index < count):
            raise SystemExit(f"citizen {index} of {count}: {found}")
    return figures.tell(p99=LOOKUP_P99)
