"""What figures cost, counted raw from the books: calls of five years, read by month, quarter and year, split.

A value is what one asks for; a tile is three values, of today, this month and the last; a report is all figures
of calls over a period, with what they were before; the rows behind are a page of the calls that were counted, and
how many there are.
"""

from __future__ import annotations

import asyncio
import random
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Table, insert, text

from bench.database import opened
from bench.filling import without_indexes
from bench.office_lib.lists import database, measured
from bench.office_lib.multiply import copied_id, copies_of, multiply
from bench.office_lib.records import BATCH, COUNTIES
from cti.base.clock import VirtualClock
from cti.base.scope import EVERYTHING, Scope
from cti.base.visitor import Visitor
from cti.office.figures import Figures, Period
from cti.office.figures.library import FigureLibrary
from cti.office.figures.periods import Kind
from cti.office.figures.rights import FIGURES
from cti.office.figures.tiles import PERIODS
from cti.office.reports.table import table_of
from cti.office.workshop.owning import Owning
from cti.process.call_facts import call_facts
from cti.store.engine import Store
from cti.store.migration import migrate
from cti.store.models import CallRow
from cti.telephony.queue_titles import QueueTitles

KINDS: tuple[Kind, ...] = ("day", "month", "quarter", "year")
SPLITS = ("organisation", "queue", "month")
FIGURE = "answered_in_15"
REPORTS: tuple[tuple[Kind, str], ...] = (("month", "day"), ("month", "organisation"), ("year", "month"))
ROWS: tuple[tuple[Kind, int], ...] = (("month", 1), ("year", 1), ("year", 50))
PAGE = 20
BEGIN, YEARS = datetime(2021, 1, 1, tzinfo=UTC), 5
TODAY = BEGIN + timedelta(days=365 * (YEARS - 1) + 100)
DEFINITIONS = Path(__file__).resolve().parents[3] / "cti" / "process" / "figures"
SEALED = "x" * 1500
"""As long as what a call's row has sealed."""


def _visitor(scope: Scope) -> Visitor:
    return Visitor("v", "v", "v", "1", "city", "320400", permissions=frozenset({"calls.see"}), scope=scope)


def _calls(rows: int) -> Iterator[dict[str, Any]]:
    rng = random.Random(1)  # noqa: S311 # the same at each run
    step = timedelta(days=365 * YEARS) / max(rows, 1)
    for number in range(rows):
        at = BEGIN + step * number
        queue = rng.choice(("", "general", "general", "enterprise"))
        talked = bool(queue) and rng.random() < 0.93
        yield {
            "id": f"{number:026}", "organisation": rng.choice(COUNTIES), "region": "320404", "switch": "s",
            "trunk": "t", "caller": SEALED[:120], "caller_kind": "mobile", "caller_index": f"{number % 90001:032}",
            "caller_last_four": f"{number % 9973:032}", "called": "12345", "state": "ended", "arrived_at": at,
            "answered_at": at, "ended_at": at + timedelta(seconds=200), "reason": "completed", "queue": queue,
            "agents": ["1001"] if talked else [], "recordings": [], "wait_seconds": rng.random() * 40,
            "talk_seconds": 180.0 if talked else 0.0, "satisfaction": rng.choice(("", "", "1", "4")),
            "outgoing": False, "data": SEALED,
        }  # fmt: skip


async def _fill(store: Store, rows: int) -> None:
    copies = copies_of(rows)
    made = _calls(rows // (copies + 1))
    # The ciphers are not what is measured: what would be sealed is as long, and is never opened.
    table = cast("Table", CallRow.__table__)
    plain = {name: table.c[name].type for name in ("caller", "data", "caller_index", "caller_last_four")}
    for name in plain:
        table.c[name].type = table.c.called.type
    try:
        async with without_indexes(store, [CallRow.__tablename__]):
            while batch := [one for _, one in zip(range(BATCH), made, strict=False)]:
                async with store.writing() as session:
                    await session.execute(insert(table), batch)
            await multiply(store, copies, {CallRow.__tablename__: {"id": copied_id("id")}})
    finally:
        for name, kind in plain.items():
            table.c[name].type = kind


async def _bench(url: str | None, rows: int, times: int, data: Path) -> None:
    store = await opened(url, data)
    try:
        await migrate(store)
        begun = time.perf_counter()
        await _fill(store, rows)
        async with store.engine.connect() as connection:
            await connection.execute(text("ANALYZE"))
        print(f"{rows:,} calls of {YEARS} years in {time.perf_counter() - begun:.0f} s; milliseconds as above")
        library = FigureLibrary(None)
        library.offer(call_facts(QueueTitles()))
        library.deliver(DEFINITIONS)
        figures = Figures(store, VirtualClock(TODAY), library, Owning("city", "320400", FIGURES), {})
        day = figures.period("today").first
        county = _visitor(Scope(organisations=frozenset({COUNTIES[3]})))
        for title, visitor in (("all", _visitor(EVERYTHING)), ("a county", county)):
            for kind in KINDS:
                await _value(figures, visitor, Period.around(kind, day), (), times, title)
            await _value(figures, visitor, Period.around("year", day), SPLITS, times, title)
            await measured(f"tile of three values: {title}", times, partial(_tile, figures, visitor))
            for kind, by in REPORTS:
                over = Period.around(kind, day)
                name = f"report of {len(library.files)} figures, {kind} by {by}: {title}"
                table = partial(table_of, figures, visitor, sorted(library.files), (by,), over, compare=True)
                await measured(name, times, table)
            for kind, page in ROWS:
                over = Period.around(kind, day)
                behind = partial(figures.rows, visitor, FIGURE, "numerator", over, {}, page, PAGE)
                await measured(f"rows behind, {kind}, page {page}: {title}", times, behind)
    finally:
        await store.close()


async def _tile(figures: Figures, visitor: Visitor) -> None:
    for period in PERIODS:
        await figures.value(visitor, FIGURE, period)


async def _value(
    figures: Figures, visitor: Visitor, period: Period, by: tuple[str, ...], times: int, title: str
) -> None:
    name = f"figure, {period.kind}{' by three splits' if by else ''}: {title}"
    await measured(name, times, lambda: figures.value(visitor, FIGURE, period, by))


def figures(rows: int, times: int, *, postgresql: bool) -> None:
    """Fill and measure."""
    with tempfile.TemporaryDirectory() as folder, database(postgresql) as url:
        asyncio.run(_bench(url, rows, times, Path(folder)))
