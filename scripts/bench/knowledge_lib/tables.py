"""What finding costs through the whole service: rights and rows of the tables, the index, what is shown of each."""

from __future__ import annotations

import asyncio
import resource
import shutil
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path

from sqlalchemy import insert

from bench.filling import without_indexes
from bench.knowledge_lib.house import EDITOR, REVIEWER, House, opened_house
from bench.knowledge_lib.speed import articles, questions
from cti.base.ids import new_id
from cti.base.scope import Scope
from cti.base.visitor import Visitor
from cti.process.collector import Collector
from workflow.knowledge.events import ArticlePublished
from workflow.knowledge.finding.articles import PublishedArticles
from workflow.knowledge.finding.asked import AskedQuestions
from workflow.knowledge.finding.filling import make
from workflow.knowledge.finding.keeper import Keeper
from workflow.knowledge.finding.ranking import RankingLibrary
from workflow.knowledge.finding.room import SHIPPED
from workflow.knowledge.finding.service import Finding
from workflow.knowledge.finding.views import FoundPage, SearchQuery
from workflow.knowledge.models import CategoryRow, GrantRow, PublishedRow
from workflow.knowledge.views import ArticleFields

BEGUN = datetime(2020, 1, 1, tzinfo=UTC)
CATEGORIES, SHARED = 200, 50
BATCH = 2_000
FILLED = "filled"
"""Stands in the folder of a database that has its articles."""
TOLD = 10_000
"""So many articles are put between two lines."""
PUBLICATIONS = 10
COUNTY = Visitor(
    "01AGENT", "agent", "agent", "1001", "unit3", "320404", permissions=frozenset({"knowledge.see"}),
    scope=Scope(organisations=frozenset({"unit3"})),
)  # fmt: skip
"""An agent of a county: he reads what is his unit's, his region's and those' above, and what is shared with it."""


async def fill(house: House, count: int, characters: int) -> None:
    """Published articles of the speed bench, filed in a tree of two levels, some of them shared with a county."""
    store, made = house.office.store, articles(count, characters)
    async with store.writing() as session:
        await session.execute(insert(CategoryRow), [_category(at) for at in range(CATEGORIES)])
    async with without_indexes(store, [PublishedRow.__tablename__]):
        at = 0
        while some := list(islice(made, BATCH)):
            rows = []
            for one in some:
                when = BEGUN + timedelta(minutes=at)
                rows.append(
                    {
                        "id": one.id, "organisation": f"unit{at % 300}", "region": one.region, "version": 1,
                        "created_by": EDITOR.person, "created_at": when, "updated_at": when, "number": f"Z{at:012}",
                        "type": "knowledge_text", "title": one.title, "summary": "", "body": f"<p>{one.text}</p>",
                        "details": {}, "category": f"c{at % CATEGORIES:025}", "industry": "", "unit": f"unit{at % 300}",
                        "audience": one.audience, "contact": "", "keywords": [], "questions": list(one.wordings),
                        "edition": 1, "publisher": REVIEWER.person, "published_at": when, "files": [],
                        "overdue": False,
                    }
                )  # fmt: skip
                at += 1
            async with store.writing() as session:
                await session.execute(insert(PublishedRow), rows)
    async with store.writing() as session:
        session.add_all(
            GrantRow(
                id=new_id(), organisation="city", region="320400", created_by=EDITOR.person, created_at=BEGUN,
                updated_at=BEGUN, version=1,
                article=f"{at * 7:026}", category="", sort="region", whom="320404", paused=False,
            )
            for at in range(SHARED)
        )  # fmt: skip


def _category(at: int) -> dict[str, object]:
    """The first twenty are the tops of the others."""
    top = f"c{at % 20:025}"
    return {
        "id": f"c{at:025}", "organisation": "city", "region": "320400", "version": 1, "created_by": EDITOR.person,
        "created_at": BEGUN, "updated_at": BEGUN, "parent": None if at < 20 else top, "place": at, "name": f"归口{at}",
        "initials": "gk", "path": f"归口{at}" if at < 20 else f"归口{at % 20}/归口{at}",
        "line": "" if at < 20 else f"/{top}",
        "off": False,
    }  # fmt: skip


async def _measured(url: str | None, folder: Path, kept: Path, count: int, characters: int, searches: int) -> None:
    name = "SQLite" if url is None else "PostgreSQL"
    index, collector, filled = folder / "index", Collector(lambda: False), folder / FILLED
    async with opened_house(url, folder, empty=not filled.exists()) as house, asyncio.TaskGroup() as beside:
        if not filled.exists():
            await fill(house, count, characters)
            filled.touch()
        collector.begin()
        collecting = beside.create_task(collector.run())
        found = PublishedArticles(house.office.store, house.types)

        async def here(place: Path, told: Callable[[int], None]) -> None:
            """As `hotline knowledge index` does it, in this process, whose CPU is measured."""
            began = time.process_time()

            def telling(done: int) -> None:
                told(done)
                if not done % TOLD:
                    print(f"{name}: {done:,} put, CPU {time.process_time() - began:.0f} s", flush=True)

            await make(found.every(), place, telling)

        keeper = Keeper(index, found, here, few=0)
        asked = AskedQuestions(house.office.store, house.office.clock)
        finding = Finding(house.office, keeper, found, house.types, RankingLibrary(shipped=[SHIPPED]), asked)
        was_there, began, used = index.exists(), time.monotonic(), time.process_time()
        await keeper.start()
        await keeper.settled()
        took, cpu = time.monotonic() - began, time.process_time() - used
        what = "compared with their index" if was_there else "indexed"
        print(f"{name}: {count:,} articles {what} in {took:.0f} s, CPU {cpu:.0f} s (aim 300 s)", flush=True)
        words = questions(searches)
        typed = [one[: 1 + at % len(one)] for at, one in enumerate(words)]
        if not was_there and not kept.exists():
            # What is published below stands in no other database.
            await asyncio.to_thread(shutil.copytree, index, kept)
        for who, visitor in (("who reads all", EDITOR), ("an agent of a county", COUNTY)):
            await _line(f"{name}, a search with facets, {who}", 50, words, partial(_search, finding, visitor))
            await _line(f"{name}, a suggestion, {who}", 20, typed, partial(finding.suggest, visitor))
        await _published(name, house, finding)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{name}: most memory {peak:,.0f} MB", flush=True)
        collecting.cancel()
        await finding.stop()


async def _search(finding: Finding, visitor: Visitor, words: str) -> FoundPage:
    return await finding.search(visitor, SearchQuery(words=words))


async def _line(name: str, aim: int, asked: list[str], ask: Callable[[str], Awaitable[object]]) -> None:
    """Ask each: p50 and p95 by the clock, and of this process's CPU, all its threads together."""
    for one in asked[:20]:
        await ask(one)
    clock, cpu = [], []
    for one in asked:
        began, used = time.perf_counter(), time.process_time()
        await ask(one)
        clock.append((time.perf_counter() - began) * 1e3)
        cpu.append((time.process_time() - used) * 1e3)
    clock.sort()
    cpu.sort()
    half, most = len(clock) // 2, int(len(clock) * 0.95)
    print(
        f"{name}: p50 {clock[half]:.1f} ms, p95 {clock[most]:.1f} ms; CPU p50 {cpu[half]:.1f}, p95 {cpu[most]:.1f} "
        f"(aim p95 {aim} ms)", flush=True,
    )  # fmt: skip


async def _published(name: str, house: House, finding: Finding) -> None:
    """From the reviewer's act until a search has it."""
    house.bus.subscribe(ArticlePublished, lambda event: finding.keeper.changed([event.record]))
    times, run = [], new_id()[-6:]
    for at in range(PUBLICATIONS):
        # A kept database has those of the runs before.
        said = {"title": f"低空经济扶持办法{run}第{at}版", "body": f"<p>低空经济第{at}版</p>", "category": f"c{at:025}"}
        made = await house.articles.create(EDITOR, ArticleFields.model_validate(said))
        await house.articles.act(EDITOR, made.id, "submit", {})
        began = time.monotonic()
        await house.articles.act(REVIEWER, made.id, "approve", {})
        while made.id not in await finding.ids(EDITOR, said["title"], 1):
            await asyncio.sleep(0.01)
        times.append(time.monotonic() - began)
    print(f"{name}: published until found: most {max(times) * 1e3:.0f} ms (aim 1 s)", flush=True)


def measured(url: str | None, folder: Path, kept: Path, count: int, characters: int, searches: int) -> None:
    """Fill a database and measure; the index of another database with the same articles serves again."""
    folder.mkdir(parents=True, exist_ok=True)
    if kept.exists() and not (folder / "index").exists():
        shutil.copytree(kept, folder / "index")
    asyncio.run(_measured(url, folder, kept, count, characters, searches))
