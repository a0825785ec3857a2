"""A year and more of recordings, and pages of their list: milliseconds by the clock and of CPU."""

from __future__ import annotations

import asyncio
import gc
import random
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Column, MetaData, String, Table, insert, select

from bench.database import opened
from bench.filling import room, without_indexes
from bench.office_lib.lists import database, measured
from bench.recordings_lib.options import arguments
from bench.recordings_lib.said import COMMON, RARE, USUAL, Call, fill
from cti.base.bus import Bus
from cti.base.clock import LoopClock
from cti.base.scope import EVERYTHING, Scope
from cti.base.visitor import Visitor
from cti.office.identity.directory import Organisation
from cti.office.identity.service import Identity
from cti.office.records import Office
from cti.process.collector import Collector
from cti.store.calls import BAD, QUALITY, StoredCalls
from cti.store.engine import Store
from cti.store.listing import MOST
from cti.store.migration import migrate
from cti.store.models import RecordingFact, RecordingRow
from cti.store.recordings.filter import RecordingFilter
from cti.store.recordings.recordings import HELD
from cti.store.recordings.search import RecordingSearch
from cti.telephony.queue_titles import QueueTitles
from workflow.transcripts.found_calls import FoundCalls
from workflow.transcripts.service import Transcripts

BEGIN = datetime(2025, 1, 1, tzinfo=UTC)
COUNTIES = [f"county{one}" for one in range(12)]
AT_ONCE = 20_000
SOUNDS_BADLY, AT_FAULT = 0.015, 0.0005
READING = frozenset({Transcripts.see})
ROOT = Path(__file__).resolve().parents[3]
FOUND = Table("found", MetaData(), *(Column(name, String) for name in ("key", "value", "recording")))
"""Facts as they are made, without any order."""
KINDS = ("投诉", "咨询", "求助", "建议", "举报")
CALLED = ("12345", "051912345", "4008112345")
REASONS = ("caller", "agent", "abandoned", "transferred")
DEEP = MOST // 50
"""The last page that is turned to."""


async def _fill(store: Store, rows: int) -> None:
    async with without_indexes(store, [RecordingRow.__tablename__, RecordingFact.__tablename__]):
        async with store.engine.begin() as connection:
            await connection.run_sync(FOUND.create)
        await _fill_rows(store, rows)
        async with store.engine.begin() as connection:
            # In the order of the table itself: one that grows everywhere at once takes many times as long.
            await room(store, connection)
            ordered = select(FOUND).order_by(*FOUND.columns)
            await connection.execute(insert(RecordingFact).from_select(list(FOUND.columns.keys()), ordered))
            await connection.run_sync(FOUND.drop)


async def _fill_rows(store: Store, rows: int) -> None:
    rng = random.Random(1)  # noqa: S311 # rows to look at
    indexed = store.cipher.index
    for start in range(0, rows, AT_ONCE):
        made, facts, bad = list[dict[str, Any]](), list[dict[str, Any]](), set[str]()
        for place in range(start, min(start + AT_ONCE, rows)):
            id = f"R{place:025d}"
            made.append(
                {
                    "id": id, "call": f"C{place:025d}", "organisation": rng.choice(COUNTIES), "region": "320400",
                    "agent": str(1000 + rng.randrange(500)), "leg": "", "path": f"2025/{id}.wav",
                    "kind": "voicemail" if rng.random() < 0.03 else "talk", "state": "stored", "key": "k" * 90,
                    "started_at": BEGIN + timedelta(seconds=place * 40), "seconds": rng.random() * 600,
                    "sha256": "0" * 64, "detail": {}, "fault": "short" if rng.random() < AT_FAULT else "",
                }
            )  # fmt: skip
            digits = f"138{rng.randrange(100_000):08d}"
            said = {
                "queue": "general" if rng.random() < 0.7 else f"queue{rng.randrange(20)}",
                "number": indexed("number", digits), "last_four": indexed("number last four", digits[-4:]),
                "satisfaction": str(rng.randrange(1, 6)), "ticket_type": rng.choice(KINDS),
                "call": f"C{place:025d}", "called": rng.choices(CALLED, (90, 9, 1))[0],
                "reason": rng.choices(REASONS, (60, 30, 8, 2))[0],
            }  # fmt: skip
            if rng.random() < SOUNDS_BADLY:
                bad.add(f"C{place:025d}")
            if rng.random() < 0.001:
                said[HELD] = "1"
            facts += [{"key": key, "value": value, "recording": id} for key, value in said.items()]
        async with store.writing() as session:
            await session.execute(insert(RecordingRow), made)
            await StoredCalls.mark(session, bad, QUALITY, BAD)
            await session.execute(insert(FOUND), facts)


async def _calls(store: Store, count: int) -> AsyncIterator[Call]:
    """The newest so many talks, the oldest of them first."""
    newest = select(RecordingRow).order_by(RecordingRow.started_at.desc()).limit(count).subquery()
    columns = newest.c.call, newest.c.organisation, newest.c.agent, newest.c.started_at
    async with store.reading() as session:
        async for row in await session.stream(select(*columns).order_by(newest.c.started_at)):
            yield row[0], row[1], row[2], row[3]


async def _bench(url: str | None, rows: int, talks: int, times: int, data: Path) -> None:
    store = await opened(url, data)
    await migrate(store, [ROOT / "workflow" / "transcripts"])
    begun = time.monotonic()
    async with store.reading() as session:
        is_full = await session.scalar(select(RecordingRow.id).limit(1)) is not None
    if not is_full:
        await _fill(store, rows)
        await fill(store, [one async for one in _calls(store, talks)])
        if store.is_sqlite:
            async with store.engine.connect() as connection:
                # As it is after any minute without such a flood of rows.
                await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    identity = await Identity.open(store, Bus(), LoopClock(), Organisation("city", "市热线", "320400", None))
    office = Office(store, LoopClock(), identity.audit, "city", "320400", identity.lookups)
    said = FoundCalls(Transcripts(office, QueueTitles(dict), "0519")).saying
    print(f"{rows:,} recordings in {time.monotonic() - begun:.0f} s; ms: p50, p95 by the clock, p50, p95 of CPU")
    # As in the engine, which looks through everything when it has nothing to do.
    usual = gc.get_threshold()
    Collector(lambda: False).begin()
    search, rng = RecordingSearch(store), random.Random(2)  # noqa: S311 # pages to look at

    def number() -> str:
        return f"138{rng.randrange(100_000):08d}"

    day = BEGIN + timedelta(seconds=rows * 40 // 2)
    last = BEGIN + timedelta(seconds=rows * 40) - timedelta(days=3)
    wanted = {
        "the newest": lambda: RecordingFilter(),
        "a day": lambda: RecordingFilter(since=day, until=day + timedelta(days=1)),
        "an agent": lambda: RecordingFilter(agent=str(1000 + rng.randrange(500))),
        "a number": lambda: RecordingFilter(facts={"number": number()}),
        "last four digits": lambda: RecordingFilter(facts={"last_four": number()}),
        "a large queue": lambda: RecordingFilter(facts={"queue": "general"}),
        "a large queue and satisfaction": lambda: RecordingFilter(facts={"queue": "general", "satisfaction": "5"}),
        "a large queue, satisfaction, a plugin's column": lambda: RecordingFilter(
            facts={"queue": "general", "satisfaction": "1", "ticket_type": "举报"}
        ),
        "a queue, satisfaction, a plugin's column": lambda: RecordingFilter(
            facts={"queue": "queue7", "satisfaction": "1", "ticket_type": "举报"}
        ),
        "what sounded badly": lambda: RecordingFilter(quality=BAD),
        "what sounded badly, a large queue, satisfaction": lambda: RecordingFilter(
            quality=BAD, facts={"queue": "general", "satisfaction": "1"}
        ),
        "what is held": lambda: RecordingFilter(facts={HELD: "1"}),
        "messages longer than a minute": lambda: RecordingFilter(kind="voicemail", longer_than=60.0),
        "longer than nine minutes": lambda: RecordingFilter(longer_than=540.0),
        "longer than any": lambda: RecordingFilter(longer_than=3_600.0),
        "at fault": lambda: RecordingFilter(fault="short"),
        "a call": lambda: RecordingFilter(facts={"call": f"C{rng.randrange(rows):025d}"}),
        "the number called": lambda: RecordingFilter(facts={"called": CALLED[0]}),
        "a reason": lambda: RecordingFilter(facts={"reason": REASONS[3]}),
    }
    turned = {
        "the newest": RecordingFilter(),
        "a month": RecordingFilter(since=day, until=day + timedelta(days=30)),
        "an agent": RecordingFilter(agent="1007"),
        "a large queue": RecordingFilter(facts={"queue": "general"}),
        "what sounded badly": RecordingFilter(quality=BAD),
    }
    for who, scope in (("all", EVERYTHING), ("a county", Scope(organisations=frozenset({COUNTIES[3]})))):
        for title, make in wanted.items():
            await measured(f"{who}: {title}", times, lambda s=scope, m=make: search.page(m(), s))  # type: ignore[misc] # bound now
        for title, limits in turned.items():
            deep = partial(search.page, limits, scope, page=DEEP)
            await measured(f"{who}: {title}, page {DEEP}", times, deep)
        visitor = Visitor(who, who, who, "1", "city", "320400", permissions=READING, scope=scope)
        for title, words, wanted_too in (
            ("a word of half of all talks", COMMON, RecordingFilter()),
            ("a usual word", USUAL, RecordingFilter()),
            ("a rare word", RARE, RecordingFilter()),
            ("two words", f"{COMMON} {USUAL}", RecordingFilter()),
            ("a usual word on a day", USUAL, RecordingFilter(since=last, until=last + timedelta(days=1))),
            ("a usual word, satisfaction", USUAL, RecordingFilter(facts={"satisfaction": "1"})),
            ("a usual word, an agent", USUAL, RecordingFilter(agent="1007")),
        ):
            calls = partial(said, visitor, words, wanted_too.since, wanted_too.until)
            await measured(
                f"{who}: {title}",
                times,
                lambda s=scope, w=wanted_too, c=calls: search.page(w, s, calls=c),  # type: ignore[misc] # bound now
            )
    gc.set_threshold(*usual)
    gc.unfreeze()
    identity.close()
    await store.close()


def main() -> None:
    """Fill a database in a scratch folder, and measure."""
    options = arguments(sys.argv[1:])
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as folder, database(options.postgresql) as url:
        here = options.keep or Path(folder)
        here.mkdir(parents=True, exist_ok=True)
        asyncio.run(_bench(url, options.rows, options.talks, options.times, here))


if __name__ == "__main__":
    main()
