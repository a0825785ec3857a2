"""Asks for each page, wall and question as people do, and prints what it cost."""

from __future__ import annotations

import asyncio
import gc
import sys
import tempfile
import time
from argparse import Namespace
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bench.analysis_lib.crowded import change, crowd
from bench.analysis_lib.options import arguments
from bench.analysis_lib.rows import UNITS, fill
from bench.database import opened
from bench.office_lib.lists import database, measured, server_seconds
from cti.base.bus import Bus
from cti.base.clock import VirtualClock
from cti.base.scope import EVERYTHING, Scope
from cti.base.visitor import Visitor
from cti.office.figures import Figures, Period
from cti.office.figures.kept.cuts import Cut
from cti.office.figures.kept.keeper import Kept, Looked
from cti.office.figures.library import FigureLibrary
from cti.office.figures.rights import FIGURES
from cti.office.identity.directory import Organisation
from cti.office.identity.service import Identity
from cti.office.records import Office
from cti.office.reports.table import table_of
from cti.office.workshop.owning import Owning
from cti.process.call_facts import call_facts
from cti.store.engine import Store
from cti.store.migration import migrate
from cti.telephony.queue_titles import QueueTitles
from workflow.analysis.description import LIVE
from workflow.analysis.service import Analysis, BlockQuery
from workflow.bigscreen.walls import Walls
from workflow.floor.books.facts import sources as floor_sources
from workflow.tickets.facts import sources
from workflow.tickets.models import TicketRow

ROOT = Path(__file__).resolve().parents[3]
NOW = datetime(2026, 3, 20, 2, 3, 20, tzinfo=UTC)
RIGHTS = frozenset({"reports.see", "calls.see", "tickets.see", "board.see", "bigscreen.see"})

ROLES = ("supervisor",)


def _visitor(name: str, organisation: str, scope: Scope) -> Visitor:
    return Visitor(name, name, name, None, organisation, "320400", permissions=RIGHTS, roles=ROLES, scope=scope)


VISITORS = {
    "the city": _visitor("chief", "city", EVERYTHING),
    f"a department ({UNITS[0]})": _visitor("unit", "unit0", Scope(organisations=frozenset({"unit0"}))),
    "a region without data": _visitor("empty", "none", Scope(regions=frozenset({"320499"}))),
}


class OnlyAsking(Kept):
    """Hears what is asked for, and lets nothing be counted for it until it `counts`: five years of rows are counted in
    the background alone."""

    counts = False

    async def look(self, session: AsyncSession, cut: Cut, periods: Sequence[Period]) -> list[Looked]:
        """What is kept, or nothing at all."""
        found = await super().look(session, cut, periods)
        return found if self.counts else [Looked([], []) for _ in found]


async def _figures(store: Store, clock: VirtualClock, services: dict[str, Any]) -> Figures:
    library = FigureLibrary(None)
    for source in (
        *sources(sqlite=store.is_sqlite), call_facts(QueueTitles()), *floor_sources(QueueTitles(), {})
    ):  # fmt: skip
        library.offer(source)
    for folder in ("cti/process", "workflow/tickets", "workflow/floor"):
        library.deliver(ROOT / folder / "figures")
    return Figures(store, clock, library, Owning("city", "320400", FIGURES), services)


async def _page(analysis: Analysis, visitor: Visitor, page: str) -> None:
    for described in analysis.pages(visitor):
        if described.page == page:
            for block in described.blocks:
                if block.chart not in LIVE:
                    await analysis.block(visitor, page, block.block, BlockQuery())


async def _wall(walls: Walls, visitor: Visitor, wall: str) -> None:
    walls.close()
    for tile in walls.wall(visitor, wall).tiles:
        await walls.tile(visitor, wall, tile.tile, "")


async def _all(options: Namespace, store: Store, folder: Path) -> None:
    folders = [ROOT / "workflow" / one for one in ("tickets", "floor", "bigscreen")]
    await migrate(store, folders)
    clock = VirtualClock(NOW)
    identity = await Identity.open(store, Bus(), clock, Organisation("city", "市热线", "320400", None))
    office = Office(store, clock, identity.audit, "city", "320400", identity.lookups)
    async with store.reading() as session:
        full = await session.scalar(select(func.count()).select_from(TicketRow))
    if not full:
        began, used = time.monotonic(), time.process_time() + server_seconds()
        await fill(store, options.tickets, options.calls, NOW, options.years)
        used = time.process_time() + server_seconds() - used
        print(f"filled in {time.monotonic() - began:.0f} s, {used:.0f} s of CPU", flush=True)
    figures = await _figures(store, clock, office.services)
    analysis, walls = Analysis(figures, clock, folder), Walls(figures, clock, folder)
    await analysis.read()
    await walls.read()
    print(f"{options.tickets:,} tickets, {options.calls:,} calls, {options.years:g} years; aim 300 ms of CPU a page")
    print(f"{'':<58} {'p50 ms':>8} {'p95':>8} {'CPU p50':>8} {'CPU p95':>8} + database's")
    asked = partial(_everything, figures, analysis, walls)
    if options.first:
        print("each number counted from its rows, as when a page is opened for the first time")
        await asked(1, warm=False)
    kept = figures.kept = OnlyAsking(store, clock, figures.library.sources)
    await kept.round()
    await _once(figures, analysis, walls)
    kept.counts = True
    began, used = time.monotonic(), time.process_time() + server_seconds()
    cuts = await kept.rebuild()
    used = time.process_time() + server_seconds() - used
    print(f"rebuilt {cuts} cuts in {time.monotonic() - began:.1f} s, {used:.1f} s of CPU (aim 600)")
    print("with the days that are over kept")
    await asked(options.times)
    await _late_fact(store, figures)
    await _crowded(store, figures, options.crowd)
    began = time.monotonic()
    await kept.round()
    print(f"a round that keeps the days that changed took {time.monotonic() - began:.1f} s")
    await asked(options.times)
    print(f"before each page {options.changes} of the tickets of that day change")
    await asked(options.times, first=partial(change, store, options.changes, NOW))
    walls.close()
    identity.close()


async def _everything(
    figures: Figures,
    analysis: Analysis,
    walls: Walls,
    times: int,
    *,
    warm: bool = True,
    first: Callable[[], Awaitable[object]] | None = None,
) -> None:
    # As the engine does when it is at rest.
    gc.collect()
    gc.freeze()
    pages, own = [], []
    ask = partial(measured, warm=warm, first=first)
    for who, visitor in VISITORS.items():
        print(who)
        for page in analysis.pages(visitor):
            pages.append(await ask(f"  {page.title}", times, partial(_page, analysis, visitor, page.page)))
        for wall in walls.all(visitor):
            pages.append(await ask(f"  大屏 {wall.title}", times, partial(_wall, walls, visitor, wall.wall)))
        own.append(await ask("  自助分析，本年，三项分组", times, partial(_own, figures, visitor)))
    print(
        f"p95 of CPU, the database's included: the dearest page {max(pages):.0f} ms (aim 300), "
        f"the dearest question with three splits {max(own):.0f} ms (aim 1000)",
        flush=True,
    )


async def _once(figures: Figures, analysis: Analysis, walls: Walls) -> None:
    for visitor in VISITORS.values():
        for page in analysis.pages(visitor):
            await _page(analysis, visitor, page.page)
        for wall in walls.all(visitor):
            await _wall(walls, visitor, wall.wall)
        await _own(figures, visitor)


async def _own(figures: Figures, visitor: Visitor) -> None:
    names, period = ["tickets_registered", "satisfaction"], figures.period("this_year")
    await table_of(figures, visitor, names, ["type", "channel", "place"], period)


async def _late_fact(store: Store, figures: Figures) -> None:
    """Change a ticket of last year, and ask for last year's figure at once."""
    city, period = next(iter(VISITORS.values())), figures.period("last_year")
    before = (await figures.value(city, "complaints_registered", period)).total.now.value or 0
    found = select(TicketRow.id).where(TicketRow.type == "praise", TicketRow.created_at < period.until)
    async with store.reading() as session:
        id = await session.scalar(found.where(TicketRow.created_at >= period.since).limit(1))
    began = time.monotonic()
    async with store.writing() as session:
        await session.execute(update(TicketRow).where(TicketRow.id == id).values(type="complaint"))
    after = (await figures.value(city, "complaints_registered", period)).total.now.value or 0
    said = "stands in" if after == before + 1 else "is missing from"
    print(f"a late fact {said} last year's figure after {1000 * (time.monotonic() - began):.0f} ms (aim 2000)")


async def _crowded(store: Store, figures: Figures, count: int) -> None:
    """Let a crowd of tickets come today, and ask for today's figure at once."""
    city = next(iter(VISITORS.values()))
    before = (await figures.value(city, "tickets_registered", "today")).total.now.value or 0
    began = time.monotonic()
    await crowd(store, count, NOW)
    print(f"a day with {count:,} tickets: {time.monotonic() - began:.0f} s until all were written")
    began = time.monotonic()
    after = (await figures.value(city, "tickets_registered", "today")).total.now.value or 0
    said = "stand in" if after == before + count else "are missing from"
    print(f"all {said} today's figure after {1000 * (time.monotonic() - began):.0f} ms (aim 2000)")


async def _run(options: Namespace, url: str | None, folder: Path) -> None:
    store = await opened(url, folder)
    await _all(options, store, folder)
    await store.close()


def main() -> None:
    """Measure."""
    options = arguments(sys.argv[1:])
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as temporary:
        folder: Path = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        with database(options.postgresql, options.keep) as url:
            asyncio.run(_run(options, url, folder))


if __name__ == "__main__":
    main()
