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
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg
import pydantic
from setup.postgres_server import postgres_server
from sqlalchemy import ColumnElement, select

from bench.web_lib.citizens import BEGIN, FAMILY, GIVEN, REGIONS, CitizenRow, fill, number_of
from bench.web_lib.figures import Figures
from bench.web_lib.house import UNLIMITED, GivenSessions, headers_of
from cti.identity.visitor import Visitor
from cti.store.engine import Store
from cti.store.listing import listed, starts_with
from cti.web.host import Web
from cti.web.routes import SIGNED_IN, Page, Route

REQUESTS, LOOKUPS = 400, 2000
LIST_P95, LOOKUP_P99 = 0.050, 0.005


class CitizenView(pydantic.BaseModel):
    """A citizen as shown in the list."""

    model_config = pydantic.ConfigDict(from_attributes=True)

    id: str
    name: str
    number: str
    address: str
    region: str
    tags: list[str]
    vip: bool
    changed_at: datetime


class CitizenQuery(Page):
    """The list's filters."""

    number: str = ""
    name: str = ""
    region: str = ""
    vip: bool | None = None
    since: datetime | None = None


class CitizenPage(pydantic.BaseModel):
    """A page."""

    items: list[CitizenView]
    total: int


class Citizens:
    """The service, as a module would write it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def search(self, visitor: Visitor, query: CitizenQuery) -> CitizenPage:
        """A page of the list: by name when that is looked for, else the latest first."""
        limits: list[ColumnElement[bool]] = []
        order: list[ColumnElement[Any]] = [CitizenRow.changed_at.desc(), CitizenRow.id.desc()]
        if query.number:
            column = CitizenRow.number_last_four if len(query.number) == 4 else CitizenRow.number_index
            limits.append(column == query.number)
        if query.name:
            limits.append(starts_with(CitizenRow.name, query.name))
            order = [CitizenRow.name.asc()]
        if query.region:
            limits.append(CitizenRow.region == query.region)
        if query.vip is not None:
            limits.append(CitizenRow.vip.is_(query.vip))
        if query.since is not None:
            limits.append(CitizenRow.changed_at >= query.since)
        async with self._store.reading() as session:
            found = await listed(session, CitizenRow, limits, order, query.page, query.size)
        items = [CitizenView.model_validate(row) for row in found.rows]
        return CitizenPage(items=items, total=found.total)

    async def of_number(self, number: str) -> CitizenView | None:
        """Who calls."""
        wanted = select(CitizenRow).where(CitizenRow.number_index == number).limit(1)
        async with self._store.reading() as session:
            row = await session.scalar(wanted.order_by(CitizenRow.changed_at.desc()))
        return None if row is None else CitizenView.model_validate(row)


Ask = Callable[[random.Random], dict[str, str]]

QUERIES: dict[str, Ask] = {
    "all, some page": lambda dice: {"page": str(dice.randrange(1, 200))},
    "region": lambda dice: {"region": dice.choice(REGIONS), "page": str(dice.randrange(1, 20))},
    "VIP in region": lambda dice: {"region": dice.choice(REGIONS), "vip": "true"},
    "whole number": lambda dice: {"number": number_of(dice.randrange(1_000_000))},
    "last four": lambda dice: {"number": f"{dice.randrange(10_000):04d}"},
    "family name": lambda dice: {"name": dice.choice(FAMILY), "page": str(dice.randrange(1, 50))},
    "whole name": lambda dice: {"name": dice.choice(FAMILY) + dice.choice(GIVEN) + dice.choice(GIVEN)},
    "name in region": lambda dice: {"name": dice.choice(FAMILY) + dice.choice(GIVEN), "region": dice.choice(REGIONS)},
    "since, region": lambda dice: {
        "since": (BEGIN + timedelta(seconds=dice.randrange(20_000_000))).isoformat(),
        "region": dice.choice(REGIONS),
    },
    "found nothing": lambda dice: {"name": "无此人"},
}


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
    store = await _opened(url, folder)
    begun = time.perf_counter()
    await fill(store, count)
    print(f"{title}: {count} citizens made in {time.perf_counter() - begun:.0f} s", flush=True)
    citizens, dice = Citizens(store), random.Random(3)  # noqa: S311 # the same questions each time
    web = Web(GivenSessions(1), settings=UNLIMITED)
    web.add([Route("GET", "/api/citizens", citizens.search, SIGNED_IN, "市民")])
    await web.start("127.0.0.1", 0)
    every, good = Figures("all together"), True
    async with aiohttp.ClientSession(headers=headers_of(0)) as client:
        for name, ask in QUERIES.items():
            figures = Figures(name)
            for number in range(REQUESTS):
                begun = time.perf_counter()
                url_asked = f"http://127.0.0.1:{web.port}/api/citizens"
                async with client.get(url_asked, params=ask(dice)) as response:
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
    good &= await _look_up(citizens, dice, count)
    await store.close()
    return good


async def _look_up(citizens: Citizens, dice: random.Random, count: int) -> bool:
    figures = Figures("caller's record")
    for number in range(LOOKUPS):
        index = dice.randrange(count + count // 10)
        begun = time.perf_counter()
        found = await citizens.of_number(number_of(index))
        if number >= LOOKUPS // 20:
            figures.add(time.perf_counter() - begun)
        if (found is None) != (index >= count):
            raise SystemExit(f"citizen {index} of {count}: {found}")
    return figures.tell(p99=LOOKUP_P99)


async def _opened(url: str | None, folder: Path) -> Store:
    store = await Store.open(url, folder)
    if url is not None:
        await _ready(url)
    return store


async def _ready(url: str) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            connection = await asyncpg.connect(url)
            await connection.close()
            return
        except (OSError, asyncpg.CannotConnectNowError):
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(0.1)
