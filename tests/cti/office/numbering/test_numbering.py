"""Numbers on each database: in order, each once, whoever comes together; each gap with its reason."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select

from cti.base.refusal import Conflict
from cti.office.numbering import Facts, Numbered
from cti.office.numbering.models import TakenNumberRow
from cti.office.numbering.service import Hole, drawn, give, holes, take, take_all, withdraw
from cti.store.engine import Store

NOW = datetime(2026, 11, 27, 2, tzinfo=UTC)
CITY, EAST = Facts("city", "320400", NOW), Facts("east", "320404", NOW)
RULE = Numbered("number", "{region}{day}{serial:03}")
LOOSE = Numbered("number", "{region}{day}{serial:03}", gapless=False)


async def taken(store: Store, facts: Facts = CITY, record: str = "r") -> str:
    async with store.writing() as session:
        return (await take(session, "ticket", RULE, facts, "王芳", record)).number


async def book(store: Store) -> list[tuple[str, str, str]]:
    async with store.reading() as session:
        rows = await session.scalars(select(TakenNumberRow).order_by(TakenNumberRow.number))
        return [(row.number, row.record, row.reason) for row in rows]


async def test_serials_begin_anew_by_region_and_day(store: Store) -> None:
    tomorrow = Facts("city", "320400", NOW + timedelta(days=1))
    numbers = [await taken(store, facts) for facts in (CITY, CITY, EAST, tomorrow, CITY)]
    assert numbers == [
        "32040020261127001", "32040020261127002", "32040420261127001", "32040020261128001", "32040020261127003"
    ]  # fmt: skip


async def test_many_take_theirs_at_once_each_of_its_own_series(store: Store) -> None:
    await taken(store)
    async with store.writing() as session:
        many = await take_all(session, "ticket", RULE, [(CITY, "a"), (EAST, "b"), (CITY, "c")], "王芳")
    assert [one.serial for one in many] == [2, 1, 3]
    assert await taken(store, EAST) == "32040420261127002"
    assert [record for _, record, _ in await book(store)] == ["r", "a", "c", "b", "r"]
    async with store.reading() as session:
        assert await holes(session, "ticket") == []


async def test_a_transaction_that_fails_gives_its_number_back(store: Store) -> None:
    await taken(store)
    with pytest.raises(RuntimeError):
        async with store.writing() as session:
            await take(session, "ticket", RULE, CITY, "王芳", "lost")
            raise RuntimeError("power cut")
    assert await taken(store) == "32040020261127002"
    async with store.reading() as session:
        assert await holes(session, "ticket") == []


async def test_of_many_at_once_each_has_its_own_and_none_is_missing(store: Store) -> None:
    async def one(index: int) -> str | None:
        try:
            async with store.writing() as session:
                found = await take(session, "ticket", RULE, CITY, "王芳", f"r{index}")
                await asyncio.sleep(0.001)
                if index % 5 == 0:
                    raise Conflict("taken", "已有")
                return found.number
        except Conflict:
            return None

    numbers = sorted(number for number in await asyncio.gather(*map(one, range(30))) if number)
    assert numbers == [f"32040020261127{serial:03}" for serial in range(1, 25)]


async def test_a_drawn_number_waits_for_nobody_and_its_loss_says_why(store: Store) -> None:
    async with drawn(store, "ticket", LOOSE, CITY, "王芳") as first:
        # On PostgreSQL too, where the row of the series would be locked by a transaction that is still open.
        async with drawn(store, "ticket", LOOSE, CITY, "李强") as second, store.writing() as session:
            await give(session, second, "r2")
        async with store.writing() as session:
            await give(session, first, "r1")
    with pytest.raises(Conflict):
        async with drawn(store, "ticket", LOOSE, CITY, "王芳"), store.writing():
            raise Conflict("taken", "同一来电已登记")
    with pytest.raises(asyncio.CancelledError):
        async with drawn(store, "ticket", LOOSE, CITY, "王芳"):
            raise asyncio.CancelledError
    assert await book(store) == [
        ("32040020261127001", "r1", ""),
        ("32040020261127002", "r2", ""),
        ("32040020261127003", "", "同一来电已登记"),
        ("32040020261127004", "", "登记失败，已撤销"),
    ]


async def test_a_number_whose_record_is_no_more_stays_in_the_book(store: Store) -> None:
    await taken(store, record="r1")
    await taken(store, record="r2")
    async with store.writing() as session:
        await withdraw(session, "ticket", "r1", "测试工单，按规定清除")
    assert await book(store) == [
        ("32040020261127001", "", "测试工单，按规定清除"), ("32040020261127002", "r2", "")
    ]  # fmt: skip
    assert await taken(store) == "32040020261127003"


async def test_what_somebody_took_out_of_the_book_is_found(store: Store) -> None:
    for _ in range(3):
        await taken(store)
    async with store.writing() as session:
        await session.execute(delete(TakenNumberRow).where(TakenNumberRow.serial == 2))
    async with store.reading() as session:
        assert await holes(session, "ticket") == [Hole("320400/20261127", 3, 2)]
