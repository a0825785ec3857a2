"""The list of recordings on each database: by what is known of the call, by columns of plugins, within one's reach."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from cti.base.clock import VirtualClock
from cti.base.scope import EVERYTHING, NOTHING, Scope
from cti.store.calls import BAD, QUALITY, StoredCalls
from cti.store.engine import Store
from cti.store.models import CallRow, RecordingFact, RecordingRow
from cti.store.recordings.filter import RecordingFilter
from cti.store.recordings.recordings import Recording, RecordingStore
from cti.store.recordings.search import FEW, RecordingSearch
from cti.testing.statements import trips
from recorder.finding import RecordingColumns, index

AT = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
THREE = (
    ("city", "1001", "13800000001", "general"),
    ("city", "1002", "13900000002", "tax"),
    ("east", "3001", "13800000001", "general"),
)
"""Organisation, agent, caller and queue."""


class Place:
    """Three recordings of two organisations."""

    def __init__(self, store: Store) -> None:
        self.store, self.search = store, RecordingSearch(store)

    async def fill(self) -> None:
        rows = RecordingStore(self.store)
        for place, (organisation, agent, number, queue) in enumerate(THREE):
            at = AT + timedelta(minutes=place)
            row = Recording(f"r{place}", f"c{place}", organisation, "320400", agent, "", "", at, "stored")
            await rows.add(replace(row, seconds=10.0 * place))
            needed = [one for one in CallRow.__table__.columns if not one.nullable and one.server_default is None]
            call = {
                **{one.key: "" for one in needed}, "id": f"c{place}", "caller": f"{number} {number}",
                "caller_kind": "mobile", "caller_index": number, "caller_last_four": number,
                "arrived_at": at, "ended_at": at, "agents": [agent], "recordings": [],
                "state": "ended", "called": "12345", "region": "320400", "organisation": organisation, "data": "",
                "queue": queue, "satisfaction": "1" if place == 0 else "",
            }  # fmt: skip
            async with self.store.writing() as session:
                session.add(CallRow(**call))
        assert await index(self.search, StoredCalls(self.store), VirtualClock(AT + timedelta(hours=1))) == 3
        assert await index(self.search, StoredCalls(self.store), VirtualClock(AT + timedelta(hours=1))) == 0

    async def ids(self, scope: Scope = EVERYTHING, /, **wanted: object) -> list[str]:
        page = await self.search.page(RecordingFilter(**wanted), scope)  # type: ignore[arg-type]
        assert page.total == len(page.items)
        return [one.id for one in page.items]


@pytest.fixture
async def place(store: Store) -> AsyncIterator[Place]:
    found = Place(store)
    await found.fill()
    yield found


async def test_what_is_said_of_many_replaces_what_stood_there_in_one_go(place: Place) -> None:
    """A statement for each recording was a trip to the database a call."""
    facts = {f"r{number}": {"queue": "tax", "reason": ["one", "two"]} for number in range(3)}
    with trips(place.store) as told:
        await place.search.say(facts)
    assert [statement.split()[0] for statement in told] == ["DELETE", "INSERT"]
    assert await place.ids(facts={"queue": "tax", "reason": "two"}) == ["r2", "r1", "r0"]
    assert await place.ids(facts={"queue": "general"}) == []
    assert await place.ids(facts={"number": "13900000002"}) == ["r1"], "what was not said again stands"


@pytest.mark.parametrize("few_calls", [0, 100])
@pytest.mark.parametrize("few", [0, 100])
async def test_what_sounded_badly_is_found_together_with_what_else_is_known(
    place: Place, few: int, few_calls: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of few calls that sounded so, what many have was not asked: their recordings of other queues came along."""
    monkeypatch.setattr("cti.store.recordings.search.FEW_CALLS", few_calls)
    monkeypatch.setattr("cti.store.recordings.search.FEW", few)
    for _ in range(2):
        async with place.store.writing() as session:
            await StoredCalls.mark(session, {"c1", "c2"}, QUALITY, BAD)
    assert await place.ids(quality="bad") == ["r2", "r1"]
    assert await place.ids(quality="bad", facts={"queue": "general"}) == ["r2"]
    assert await place.ids(Scope(organisations=frozenset({"city"})), quality="bad") == ["r1"]
    assert await place.ids(quality="bad", agent="1001") == []


@pytest.mark.parametrize("few", [0, 1, 100])
async def test_the_few_that_are_long_or_at_fault_are_found_as_many_are(
    place: Place, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cti.store.recordings.search.FEW_ROWS", few)
    monkeypatch.setattr("cti.store.recordings.search.FEW", 0)
    async with place.store.writing() as session:
        await StoredCalls.mark(session, {"c0", "c2"}, QUALITY, BAD)
        await session.execute(update(RecordingRow).where(RecordingRow.id != "r1").values(fault="short"))
    assert await place.ids(fault="short") == ["r2", "r0"]
    assert await place.ids(fault="short", longer_than=10) == ["r2"]
    assert await place.ids(Scope(organisations=frozenset({"city"})), fault="short") == ["r0"]
    assert await place.ids(fault="missing") == []
    assert await place.ids(longer_than=10) == ["r2", "r1"]
    assert await place.ids(longer_than=20) == ["r2"]
    assert await place.ids(longer_than=1_000) == []
    assert await place.ids(longer_than=10, quality="bad") == ["r2"]
    assert await place.ids(longer_than=10, facts={"queue": "general"}) == ["r2"]
    assert await place.ids(longer_than=10, agent="1002") == ["r1"]
    assert await place.ids(Scope(organisations=frozenset({"city"})), longer_than=10) == ["r1"]


async def test_by_everything_known_of_the_call(place: Place) -> None:
    assert await place.ids() == ["r2", "r1", "r0"]
    assert await place.ids(facts={"number": "13800000001"}) == ["r2", "r0"]
    assert await place.ids(facts={"last_four": "0002"}) == ["r1"]
    assert await place.ids(facts={"queue": "general", "satisfaction": "1"}) == ["r0"]
    assert await place.ids(agent="1002") == ["r1"]
    assert await place.ids(longer_than=10) == ["r2", "r1"]
    assert await place.ids(since=AT + timedelta(minutes=1), until=AT + timedelta(minutes=2)) == ["r1"]
    assert await place.ids(kind="voicemail") == []


async def test_numbers_stand_nowhere_in_clear(place: Place) -> None:
    async with place.store.reading() as session:
        values = set(await session.scalars(select(RecordingFact.value)))
    assert not any("0000001" in one or one in ("0001", "0002") for one in values)


async def test_within_reach_only(place: Place) -> None:
    assert await place.ids(Scope(organisations=frozenset({"east"}))) == ["r2"]
    assert await place.ids(Scope(organisations=frozenset({"east", "city"})), agent="1001") == ["r0"]
    assert await place.ids(Scope(agent="1002")) == ["r1"]
    assert await place.ids(NOTHING) == []


async def test_columns_of_plugins(place: Place) -> None:
    columns = RecordingColumns(place.search)
    columns.offer("ticket_type", "工单类型")
    with pytest.raises(ValueError, match="two columns"):
        columns.offer("queue", "队列")
    await columns.say("r1", {"ticket_type": ["投诉", "咨询"]})
    await columns.say("r2", {"ticket_type": "投诉"})
    assert await place.ids(facts={"ticket_type": "投诉"}) == ["r2", "r1"]
    await columns.say("r2", {"ticket_type": ""})
    assert await place.ids(facts={"ticket_type": "投诉", "queue": "tax"}) == ["r1"]
    with pytest.raises(KeyError):
        await columns.say("r1", {"other": "x"})


async def test_what_most_have_is_found_as_what_few_have(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cti.store.recordings.search.FEW", 0)
    for some in (100, 0):
        monkeypatch.setattr("cti.store.recordings.search.SOME", some)
        assert await place.ids(facts={"queue": "general"}) == ["r2", "r0"]
        assert await place.ids(facts={"queue": "general", "satisfaction": "1"}) == ["r0"]
        assert await place.ids(facts={"queue": "general"}, since=AT + timedelta(minutes=1)) == ["r2"]
        assert await place.ids(Scope(organisations=frozenset({"east"})), facts={"queue": "general"}) == ["r2"]
        assert await place.ids(Scope(agent="1001"), facts={"queue": "general"}) == ["r0"]
    async with place.store.reading() as session:
        assert await session.scalar(select(func.count()).select_from(RecordingFact)) < FEW  # type: ignore[operator]


async def test_what_most_have_is_counted_once_in_a_while(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counting a large queue with each page cost the database more than reading the page."""
    monkeypatch.setattr("cti.store.recordings.search.SOME", 1)
    with trips(place.store) as said:
        for _ in range(3):
            assert await place.ids(facts={"queue": "general"}) == ["r2", "r0"]
        assert counted(said) == 2, "how many have it, and how many of the newest"
        monkeypatch.setattr("cti.store.recordings.search.COMMON_SECONDS", 0.0)
        assert await place.ids(facts={"queue": "general"}) == ["r2", "r0"]
    assert counted(said) == 4


def counted(said: list[str]) -> int:
    return sum("count(*)" in one for one in said)
