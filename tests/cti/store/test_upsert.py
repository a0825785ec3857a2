"""Rows that may stand there already, on each database."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from cti.office.numbering.models import NumberSeriesRow
from cti.office.search.models import SearchEntry
from cti.office.timers.models import TimerRow
from cti.store.engine import Store
from cti.store.upsert import insert_or_change, insert_or_count, insert_or_leave
from cti.testing.tables import migrated

AT = datetime(2026, 3, 2, 8, tzinfo=UTC)


def a_timer(key: str, data: str = "{}") -> dict[str, Any]:
    return {"kind": "test", "key": key, "due_at": AT, "data": data, "tries": 0, "last_error": ""}


async def test_some_are_added_others_changed_in_one_statement(store: Store) -> None:
    await migrated(store)
    change = insert_or_change(TimerRow, ("kind", "key"), "data")
    async with store.writing() as session:
        await session.execute(change, [a_timer("a"), a_timer("b")])
        await session.execute(change, [{**a_timer("b", "new"), "tries": 7}, a_timer("c")])
    async with store.reading() as session:
        rows = (await session.scalars(select(TimerRow).where(TimerRow.kind == "test").order_by(TimerRow.key))).all()
    assert [(row.key, row.data, row.tries, row.due_at) for row in rows] == [
        ("a", "{}", 0, AT), ("b", "new", 0, AT), ("c", "{}", 0, AT),
    ]  # fmt: skip


async def test_a_taken_place_is_left_as_it_is(store: Store) -> None:
    await migrated(store)
    added = insert_or_leave(SearchEntry, "id", returning="id")
    row = {"id": 5, "kind": "test", "record": "r", "part": 0, "organisation": "city", "region": "1", "tokens": "a b"}
    async with store.writing() as session:
        assert await session.scalar(added, row) == 5
        assert await session.scalar(added, {**row, "record": "other"}) is None
        assert (await session.scalars(select(SearchEntry.record).where(SearchEntry.kind == "test"))).all() == ["r"]


async def test_each_who_counts_gets_his_own_number(store: Store) -> None:
    await migrated(store)
    counted = insert_or_count(NumberSeriesRow, ("kind", "series"), "last")
    found = []
    for _ in range(3):
        async with store.writing() as session:
            found.append(await session.scalar(counted, {"kind": "test", "series": "2026", "last": 1}))
        async with store.writing() as session:
            found.append(await session.scalar(counted, {"kind": "test", "series": "2026", "last": 4}))
    assert found == [1, 5, 6, 10, 11, 15]
