"""What stands on the pages is kept before somebody opens them, as far as people who sign in reach; and whoever has to
wait is told how far it is."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from cti.base.refusal import NotFound
from cti.base.visitor import Visitor
from cti.office.figures.kept.keeper import Kept
from cti.office.figures.kept.models import FigureSpanRow
from cti.office.identity.models import PersonRow, RoleRow, SessionRow
from cti.office.identity.permissions import Reach
from cti.store.engine import Store
from tests.cti.office.figures.test_figures import measured
from tests.workflow.analysis.test_analysis import CHIEF, World, world_on
from workflow.analysis.beforehand import Beforehand
from workflow.analysis.description import LIVE
from workflow.analysis.patience import Patience
from workflow.analysis.service import BlockQuery, BlockShown

RIGHTS = ["reports.see", "calls.see", "tickets.see", "board.see"]


async def kept_world(store: Store, data: Path) -> tuple[World, Kept]:
    world = await world_on(store, data)
    await world.town.dispatched("water")
    kept = world.figures.kept = Kept(store, world.town.clock, world.figures.library.sources)
    await kept.round()
    return world, kept


async def opened(world: World, who: Visitor) -> None:
    for page in world.analysis.pages(who):
        for block in page.blocks:
            if block.chart not in LIVE:
                await world.analysis.block(who, page.page, block.block, BlockQuery())


async def test_what_is_foreseen_is_what_the_pages_ask_for(store: Store, tmp_path: Path) -> None:
    world, kept = await kept_world(store, tmp_path)
    world.analysis.foresee(CHIEF)
    foreseen = {key: (one.first, one.after) for key, one in kept.asked._asked.items()}
    assert len(foreseen) > 50
    await opened(world, CHIEF)
    assert {key: (one.first, one.after) for key, one in kept.asked._asked.items()} == foreseen
    kept.asked._asked.clear()
    await opened(world, CHIEF)
    assert {key: (one.first, one.after) for key, one in kept.asked._asked.items()} == foreseen


async def test_people_who_signed_in_lately_have_their_pages_kept(sqlite_store: Store, tmp_path: Path) -> None:
    world, kept = await kept_world(sqlite_store, tmp_path)
    now = world.town.clock.wall()
    people = {
        "first": ("hall", "city", timedelta(hours=1)),
        "second": ("hall", "city", timedelta(days=2)),
        "water": ("own", "water", timedelta(days=3)),
        "nobody": ("none", "city", timedelta(hours=1)),
        "long": ("own", "roads", timedelta(days=40)),
    }
    async with sqlite_store.writing() as session:
        for name, rights, reach in (
            ("hall", RIGHTS, Reach.ALL),
            ("own", RIGHTS, Reach.ORGANISATION),
            ("none", [], Reach.ALL),
        ):
            session.add(RoleRow(name=name, title=name, permissions=rights, reach=reach, version=1))
        await session.flush()
        for name, (role, organisation, ago) in people.items():
            session.add(PersonRow(
                id=f"p-{name}", login=f"p-{name}", name=name, organisation=organisation, roles=[role], version=1,
                password_hash="", created_at=now,
            ))  # fmt: skip
            await session.flush()
            session.add(SessionRow(
                id=f"s-{name}", token_hash=name, person=f"p-{name}", created_at=now - ago, seen_at=now - ago,
                address="", browser_hash="",
            ))  # fmt: skip
    world.analysis._pages = {"management": world.analysis._pages["management"]}  # one of a month, not of ten years
    beforehand = Beforehand(world.analysis, world.figures, world.town.clock)
    assert await beforehand.count() == 2, "the hall's two share all of it; of who was not here for long nothing is kept"
    async with sqlite_store.reading() as session:
        days = await session.scalar(select(func.count()).select_from(FigureSpanRow))
    assert days and days > 100
    asked = len(kept.asked)
    await opened(world, CHIEF)
    assert len(kept.asked) == asked, "who reaches all, too, finds them"
    async with sqlite_store.writing() as session:
        await session.execute(update(PersonRow).values(disabled_at=now))
    assert await beforehand.count() == 0


async def test_it_is_done_when_it_is_due_and_when_definitions_changed(
    sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, _ = await kept_world(sqlite_store, tmp_path)
    monkeypatch.setattr("workflow.analysis.beforehand.LOOK_SECONDS", 0.01)
    beforehand, counted = Beforehand(world.analysis, world.figures, world.town.clock), asyncio.Queue[int]()

    async def count() -> int:
        await counted.put(1)
        return 1

    monkeypatch.setattr(beforehand, "count", count)
    running = asyncio.create_task(beforehand.run())
    await asyncio.sleep(0.05)
    assert counted.empty()
    async with sqlite_store.writing() as session:
        await beforehand.due(session, world.town.clock.wall())
    await asyncio.wait_for(counted.get(), 5)
    await asyncio.sleep(0.05)
    assert counted.empty()
    measured(world.figures, "average: wait_seconds")
    await asyncio.wait_for(counted.get(), 5)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_whoever_waits_is_told_how_far_it_is(sqlite_store: Store, tmp_path: Path) -> None:
    world, _ = await kept_world(sqlite_store, tmp_path)
    patience, begun = Patience(world.analysis, world.town.clock, 0.01), 0
    reached, goes_on = asyncio.Event(), asyncio.Event()
    counted = world.figures.counted

    async def slowly(*asked: Any, **more: Any) -> Any:
        nonlocal begun
        begun += 1
        if begun == 3:
            reached.set()
            await goes_on.wait()
        return await counted(*asked, **more)

    world.figures.counted = slowly  # type: ignore[method-assign] # a database that takes long
    ask = "centre", "overview", BlockQuery()
    figures = next(one for one in world.analysis.pages(CHIEF)[1].blocks if one.block == "overview").figures
    assert (await patience.block(CHIEF, *ask)).table is None
    await asyncio.wait_for(reached.wait(), 30)
    answer = await patience.block(CHIEF, *ask)
    assert (answer.table, answer.done, answer.total) == (None, 2, len(figures))
    goes_on.set()
    patience._seconds = 30
    answer = await patience.block(CHIEF, *ask)
    assert answer.table is not None and len(answer.table.figures) == len(figures) == begun, "counted once"
    with pytest.raises(NotFound):
        await patience.block(CHIEF, "centre", "nothing", BlockQuery())
    assert not patience._waiting


async def test_what_was_counted_for_one_who_left_is_not_given_to_him_later(sqlite_store: Store, tmp_path: Path) -> None:
    world, _ = await kept_world(sqlite_store, tmp_path)
    patience, goes_on = Patience(world.analysis, world.town.clock, 0.01), asyncio.Event()
    block, times = world.analysis.block, 0

    async def slowly(*asked: Any) -> BlockShown:
        nonlocal times
        times += 1
        await goes_on.wait()
        return await block(*asked)

    world.analysis.block = slowly  # type: ignore[method-assign] # a database that takes long
    assert (await patience.block(CHIEF, "centre", "overview", BlockQuery())).table is None
    goes_on.set()
    await asyncio.gather(*(one.task for one in patience._waiting.values()))
    await asyncio.sleep(0)
    world.town.clock.advance(11)
    patience._seconds = 30
    assert (await patience.block(CHIEF, "centre", "overview", BlockQuery())).table is not None
    assert times == 2
    goes_on.clear()
    patience._seconds = 0.01
    await patience.block(CHIEF, "centre", "overview", BlockQuery(period="last_year"))
    (waiting,) = patience._waiting.values()
    patience.close()
    await asyncio.gather(waiting.task, return_exceptions=True)
    assert waiting.task.cancelled()
