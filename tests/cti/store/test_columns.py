from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import StatementError

from cti.store.models import CallRow, RecordingRow
from tests.cti.store.stories import NOON


@pytest.fixture(params=["international", "sm"])
def suite(request):
    return request.param


def call_row(id: str, number: str, **values: object) -> CallRow:
    given = {
        "id": id, "organisation": "city", "region": "320400", "switch": "s", "trunk": "t", "caller": number,
        "caller_kind": "mobile", "caller_index": number, "caller_last_four": number, "called": "12345",
        "state": "ended", "arrived_at": NOON, "reason": "", "queue": "", "agents": ["1001"], "recordings": [],
        "satisfaction": "", "data": "",
    }  # fmt: skip
    return CallRow(**{**given, **values})


async def test_numbers_are_found_by_whole_and_last_four_but_do_not_stand_in_the_table(store):
    async with store.writing() as session:
        session.add_all([call_row("1", "+8613800000001"), call_row("2", "+8613900000001"), call_row("3", "")])
    async with store.reading() as session:
        whole = select(CallRow).where(CallRow.caller_index == "+8613800000001")
        last = select(CallRow.id).where(CallRow.caller_last_four == "0001").order_by(CallRow.id)
        found = (await session.scalars(whole)).one()
        assert found.id == "1" and found.caller == "+8613800000001" and found.agents == ["1001"]
        assert (await session.scalars(last)).all() == ["1", "2"]
        rows = (await session.execute(text("SELECT * FROM calls"))).all()
    assert "800000001" not in str(rows)


async def test_times_are_utc_whatever_zone_they_came_in(store):
    shanghai = timezone(timedelta(hours=8))
    async with store.writing() as session:
        session.add(call_row("1", "", arrived_at=datetime(2026, 5, 6, 12, 0, 0, 5, tzinfo=shanghai)))
    async with store.reading() as session:
        row = await session.get_one(CallRow, "1")
    assert row.arrived_at == datetime(2026, 5, 6, 4, 0, 0, 5, tzinfo=UTC)
    assert row.arrived_at.tzinfo is UTC


async def test_a_time_without_zone_is_refused_and_nothing_is_stored(store):
    with pytest.raises(StatementError, match="without its zone"):
        async with store.writing() as session:
            session.add(call_row("1", "", arrived_at=datetime(2026, 5, 6, 12)))
    async with store.reading() as session:
        assert (await session.scalars(select(CallRow))).all() == []


async def test_an_error_rolls_all_back(store):
    with pytest.raises(RuntimeError):
        async with store.writing() as session:
            session.add(call_row("1", ""))
            await session.flush()
            raise RuntimeError
    async with store.reading() as session:
        assert await session.get(CallRow, "1") is None


async def test_defaults_of_the_table_hold(store):
    async with store.writing() as session:
        session.add(
            RecordingRow(
                id="r",
                call="c",
                organisation="city",
                region="320400",
                agent="1001",
                leg="1",
                path="a.wav",
                started_at=NOON,
                state="recording",
            )
        )
    async with store.reading() as session:
        row = await session.get_one(RecordingRow, "r")
    assert (row.channels, row.repaired, row.detail, row.seconds) == (2, False, {}, None)


async def test_the_database_is_readable_by_us_alone(sqlite_store):
    async with sqlite_store.reading() as session:
        await session.get(RecordingRow, "r")
    files = list(sqlite_store.path.parent.glob("hotline.db*"))
    assert len(files) >= 2 and all(path.stat().st_mode & 0o077 == 0 for path in files)
