"""What it costs to take in a merged hotline's table, and again: CPU and clock a row, and what callers notice.

On its way the engine ends once as it should, and once as if its power were cut: the import goes on by itself.
"""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from multiprocessing import get_context
from pathlib import Path

from openpyxl import Workbook
from sqlalchemy import func, select

from bench.knowledge_lib.house import EDITOR, House, opened_house
from bench.knowledge_lib.speed import articles
from cti.base import priority
from cti.office.files.service import Files
from cti.office.imports.views import BUSY
from cti.process.collector import Collector
from workflow.knowledge.hotlines.imports import HotlineImportFields, HotlineImportView
from workflow.knowledge.hotlines.service import HotlineFields
from workflow.knowledge.models import ArticleRow

HEADING = ("原编号", "标题", "内容", "原分类", "常见问法")
CHARACTERS, CATEGORIES = 400, 200
TOLD = 10
"""So many lines for a table, by its rows."""
LOOK_SECONDS, TICK = 0.5, 0.002
PIECE = 4_000_000


class Stalls:
    """The longest time in which the loop came to nothing else, by the clock and of its own CPU, in seconds."""

    def __init__(self) -> None:
        self.clock = self.cpu = 0.0

    async def watch(self) -> None:
        """Until it is cancelled: what comes late by so much is late for callers, too."""
        while True:
            began, used = time.perf_counter(), time.thread_time()
            await asyncio.sleep(TICK)
            self.clock = max(self.clock, time.perf_counter() - began - TICK)
            self.cpu = max(self.cpu, time.thread_time() - used)


def table(path: Path, rows: int) -> None:
    """A spreadsheet of as many articles, of so many categories."""
    book = Workbook(write_only=True)
    page = book.create_sheet()
    page.append(HEADING)
    for at, one in enumerate(articles(rows, CHARACTERS)):
        folder = f"业务{at % 10}/事项{at % CATEGORIES}"
        page.append((f"A-{at}", f"{one.title}{at}", one.text, folder, "、".join(one.wordings)))
    book.save(path)


async def _uploaded(house: House, file: Path) -> str:
    files, size = house.office.need(Files).uploads, file.stat().st_size
    token = f"bench-{time.time_ns():026}"

    async def pieces(offset: int) -> AsyncIterator[bytes]:
        with file.open("rb") as content:
            content.seek(offset)
            yield content.read(PIECE)

    await files.begin(EDITOR, token, file.name, size)
    for offset in range(0, size, PIECE):
        await files.receive(EDITOR, token, offset, pieces(offset))
    return token


async def _begun(house: House, hotline: str, file: Path, name: str) -> str:
    """An import at its beginning; returns its id."""
    body = HotlineImportFields(title=name, hotline=hotline)
    id = (await house.imports.create(EDITOR, body, {"files": {"files": [await _uploaded(house, file)]}})).id
    await house.imports.begin(EDITOR, id, "take")
    return id


async def _followed(house: House, id: str, rows: int, until: int = 0) -> HotlineImportView:
    """An import to its end, or to a row of its table, with its lines."""
    stalls = Stalls()
    watching = asyncio.create_task(stalls.watch())
    found = await house.imports.get(EDITOR, id)
    began, used, first, name = time.monotonic(), time.process_time(), found.place, found.title
    while (found := await house.imports.get(EDITOR, id)).state in BUSY and (not until or found.place < until):
        if found.place >= first + max(rows // TOLD, 1):
            print(_line(f"{name}, rows to {found.place:,}", found.place - first, began, used, stalls), flush=True)
            began, used, first = time.monotonic(), time.process_time(), found.place
            stalls.clock = stalls.cpu = 0.0
        await asyncio.sleep(LOOK_SECONDS)
    watching.cancel()
    with suppress(asyncio.CancelledError):
        await watching
    return found


async def _stopped(house: House, id: str) -> None:
    """Stopped by a person."""
    asked = time.monotonic()
    await house.imports.begin(EDITOR, id, "stop")
    while (await house.imports.get(EDITOR, id)).state in BUSY:
        await asyncio.sleep(0.02)
    print(f"stopped {time.monotonic() - asked:.1f} s after it was asked to", flush=True)


def _line(what: str, rows: int, began: float, used: float, stalls: Stalls) -> str:
    clock, cpu = (time.monotonic() - began) / rows, (time.process_time() - used) / rows
    return (
        f"{what}: {clock * 1e3:.1f} ms a row by the clock, CPU {cpu * 1e3:.1f} ms; the loop's longest stall "
        f"{stalls.clock * 1e3:.0f} ms, of CPU {stalls.cpu * 1e3:.0f} ms (aim 50 ms)"
    )


@asynccontextmanager
async def _engine(url: str | None, folder: Path, *, empty: bool = False) -> AsyncIterator[House]:
    """The services with what an engine has beside them."""
    collector = Collector(lambda: False)
    async with opened_house(url, folder, empty=empty) as house, asyncio.TaskGroup() as beside:
        # As the engine has it: a whole look at all objects would be a stall of its own.
        collector.begin()
        collecting = beside.create_task(collector.run())
        yield house
        collecting.cancel()


def _dies(url: str | None, folder: Path, id: str, rows: int, at: int) -> None:
    """An engine that goes on with an import and dies at a row."""

    async def until() -> None:
        async with _engine(url, folder) as house:
            found = await _followed(house, id, rows, at)
            print(f"the engine dies at row {found.place:,}", flush=True)
            os.kill(os.getpid(), signal.SIGKILL)

    asyncio.run(until())


async def _measured(url: str | None, folder: Path, rows: int) -> None:
    file = folder / "theirs.xlsx"
    await asyncio.to_thread(table, file, rows)
    async with _engine(url, folder, empty=True) as house:
        category = (await house.categories.create(EDITOR, house.categories.fields(name="人社"))).id
        said = {"name": "人社热线", "number": "12333", "category": category, "keep_tree": True, "audience": "public"}
        hotline = (await house.hotlines.create(EDITOR, HotlineFields.model_validate(said))).id
        stopped = await _begun(house, hotline, file, "stopped on its way")
        await _followed(house, stopped, rows, max(rows // 50, 1))
        await _stopped(house, stopped)
        began, used = time.monotonic(), time.process_time()
        first = await _begun(house, hotline, file, "first pass")
        found = await _followed(house, first, rows, max(rows // 10, 1))
        print(f"the engine ends as it should at row {found.place:,}", flush=True)
    cpu = time.process_time() - used
    child = get_context("spawn").Process(target=_dies, args=(url, folder, first, rows, max(rows // 5, 1)))
    child.start()
    await asyncio.to_thread(child.join)
    if child.exitcode != -signal.SIGKILL:
        raise SystemExit("the engine that was to die did not")
    async with _engine(url, folder) as house:
        left, opened = (await house.imports.get(EDITOR, first)).place, time.monotonic()
        while (await house.imports.get(EDITOR, first)).place == left and time.monotonic() < opened + MOST_DEAD:
            await asyncio.sleep(LOOK_SECONDS)
        print(f"taken up {time.monotonic() - opened:.0f} s after the next engine began (aim {MOST_DEAD})", flush=True)
        used = time.process_time() - cpu
        _told(await _followed(house, first, rows), rows, began, used)
        began, used = time.monotonic(), time.process_time()
        _told(await _followed(house, await _begun(house, hotline, file, "second pass"), rows), rows, began, used)
        async with house.office.store.reading() as session:
            total = await session.scalar(select(func.count()).select_from(ArticleRow))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{total:,} articles of {rows:,} rows; most memory {peak:,.0f} MB", flush=True)


def _told(found: HotlineImportView, rows: int, began: float, used: float) -> None:
    took, cpu = time.monotonic() - began, time.process_time() - used
    print(
        f"{found.title}: {found.state}, {found.good:,} new, {found.again:,} as before, {found.bad:,} wrong in "
        f"{took:.0f} s, CPU {cpu:.0f} s, {cpu / rows * 1e3:.1f} ms a row (aim {AIMS[found.title]} ms)", flush=True,
    )  # fmt: skip


AIMS = {"first pass": 8, "second pass": 2}
MOST_DEAD = 150
"""Seconds until an engine is taken for dead, and those after it look at what it left."""


def measured(url: str | None, folder: Path, rows: int) -> None:
    """Take a table in, and again, behind all others on the machine."""
    priority.take(priority.LATER)
    folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(_measured(url, folder, rows))
