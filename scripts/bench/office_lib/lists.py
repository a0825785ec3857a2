"""Milliseconds of pages: by the clock, of this process's CPU, and of a PostgreSQL's beside it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

from setup.postgres_server import postgres_server

from bench.database import opened
from bench.office_lib.records import COMMON, COUNTIES, RARE, SlipQuery, Slips, fill
from cti.base.bus import Bus
from cti.base.clock import LoopClock
from cti.base.scope import EVERYTHING, Scope
from cti.base.visitor import Visitor
from cti.office.identity.directory import Organisation
from cti.office.identity.service import Identity
from cti.office.records.finding import SearchQuery, found_in
from cti.office.records.office import Office
from cti.store.migration import migrate

CONDITIONS = {
    "all": [
        {"key": "state", "op": "is", "value": "open"},
        {"key": "sort", "op": "is", "value": "c"},
        {"key": "urgency", "op": "is", "value": 1},
    ]
}
"""The three filters as people build them."""
RIGHTS = frozenset({"slips.see"})


def _visitor(name: str, scope: Scope, organisation: str = "city") -> Visitor:
    return Visitor(name, name, name, "1", organisation, "320404", permissions=RIGHTS, scope=scope)


VISITORS = {
    "who sees all": _visitor("all", EVERYTHING),
    "a county": _visitor("c", Scope(organisations=frozenset({COUNTIES[3]})), COUNTIES[3]),
    "a county, a few more shared": _visitor("one", Scope(organisations=frozenset({COUNTIES[3]})), COUNTIES[3]),
    "a small department by shares": _visitor("s", Scope(organisations=frozenset({"small"})), "small"),
    "a large department by shares": _visitor("l", Scope(organisations=frozenset({"large"})), "large"),
    "his own only": _visitor("p7", Scope(organisations=frozenset({COUNTIES[3]}), agent="1"), COUNTIES[3]),
}


async def measured(
    title: str,
    times: int,
    work: Callable[[], Awaitable[object]],
    *,
    warm: bool = True,
    first: Callable[[], Awaitable[object]] | None = None,
) -> float:
    """Do it so many times, `warm` once more before, and print the line: p50 and p95 by the clock, p50 and p95 of CPU,
    in milliseconds. What is done `first` each time is not measured.

    Behind them stands what a PostgreSQL used of CPU, in the middle and at p95: where the machine is busy, the clock
    says little. Returns the p95 of both together.
    """
    clock, cpu, server, both = [], [], [], []
    if warm:
        await work()
    for _ in range(times):
        if first is not None:
            await first()
        begun, used, served = time.perf_counter(), time.process_time(), server_seconds()
        await work()
        clock.append((time.perf_counter() - begun) * 1000)
        cpu.append((time.process_time() - used) * 1000)
        server.append((server_seconds() - served) * 1000)
        both.append(cpu[-1] + server[-1])
    for one in (clock, cpu, server, both):
        one.sort()
    half, most = times // 2, int(times * 0.95)
    beside = f" + {server[half]:.1f} (p95 {server[most]:.1f})" if any(server) else ""
    print(f"{title:<58} {clock[half]:8.1f} {clock[most]:8.1f} {cpu[half]:8.1f} {cpu[most]:8.1f}{beside}", flush=True)
    return both[most]


def server_seconds(parent: int | None = None) -> float:
    """Seconds of CPU that processes below this one have used: a PostgreSQL is the only one, and of one thread each."""
    parent, found = parent or os.getpid(), 0.0
    for task in Path(f"/proc/{parent}/task").iterdir():
        for child in (task / "children").read_text("ascii").split():
            try:
                found += int(Path(f"/proc/{child}/schedstat").read_text("ascii").split()[0]) / 1e9
                found += server_seconds(int(child))
            except OSError:
                continue
    return found


async def _bench(url: str | None, rows: int, times: int, data: Path) -> None:
    store = await opened(url, data)
    await migrate(store)
    identity = await Identity.open(store, Bus(), LoopClock(), Organisation("city", "市热线", "320400", None))
    office = Office(store, LoopClock(), identity.audit, "city", "320400", identity.lookups)
    slips = Slips(office)
    begun = time.monotonic()
    await fill(store, rows)
    print(f"{rows:,} records in {time.monotonic() - begun:.0f} s; milliseconds: p50, p95 by the clock, p50, p95 of CPU")
    filters = SlipQuery(state="open", sort_of_slip="c", urgency=1)
    for title, visitor in VISITORS.items():
        await measured(f"list, three filters: {title}", times, lambda one=visitor: slips.find(one, filters))  # type: ignore[misc] # bound now
    built = SlipQuery(where=json.dumps(CONDITIONS))
    for title in ("who sees all", "a county", "a large department by shares"):
        visitor = VISITORS[title]
        await measured(f"list, three conditions: {title}", times, lambda one=visitor: slips.find(one, built))  # type: ignore[misc] # bound now
    for words, name in ((RARE, "a rare word"), (COMMON, "a word of most"), (WORDS_OF_BOTH, "both")):
        for title in ("who sees all", "a county", "a large department by shares"):
            query, visitor = SearchQuery(words=words), VISITORS[title]
            await measured(f"search, {name}: {title}", times, lambda v=visitor, q=query: found_in(office, v, q))  # type: ignore[misc] # bound now
    identity.close()
    await store.close()


WORDS_OF_BOTH = f"{RARE} {COMMON}"


@contextlib.contextmanager
def database(postgresql: bool, kept: Path | None = None) -> Iterator[str | None]:
    """The URL of a PostgreSQL, in a folder that may be `kept`; None for SQLite."""
    if not postgresql:
        yield None
        return
    with postgres_server(Path(os.environ["HOTLINE_POSTGRES"]), kept=kept) as url:
        yield url


def lists(rows: int, times: int, *, postgresql: bool) -> None:
    """Fill a database in a scratch folder, and measure."""
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as folder, database(postgresql) as url:
        asyncio.run(_bench(url, rows, times, Path(folder)))
