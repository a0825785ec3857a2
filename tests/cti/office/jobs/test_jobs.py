"""Durable jobs on virtual time: tried again with longer and longer waits, taken up after a death, and visible."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from cti.base.bus import Bus
from cti.base.clock import VirtualClock
from cti.base.events import AlarmCleared, AlarmRaised, Event
from cti.base.refusal import Conflict, NotFound
from cti.base.visitor import system
from cti.office.identity.audit.trail import Audit
from cti.office.jobs.api import JobQuery, JobsApi
from cti.office.jobs.kinds import Hopeless, JobKind, JobState
from cti.office.jobs.service import HELD_SECONDS, KEPT, SWEEP_SECONDS, Jobs
from cti.store.engine import Store

BOSS = system("test")


class Room:
    """Jobs on a store and virtual time, and what was done when."""

    def __init__(self, store: Store, clock: VirtualClock) -> None:
        self.store, self.clock = store, clock
        self.done: list[tuple[float, Any]] = []
        self.told: list[Event] = []
        self.failures = 0
        self.stuck = 0
        bus = Bus()
        bus.subscribe(Event, self.told.append)
        self.jobs = Jobs(store, clock, bus)
        self.api = JobsApi(self.jobs, store, Audit(store, clock))

    async def work(self, data: dict[str, Any]) -> None:
        self.done.append((self.clock.now(), data))
        if self.failures:
            self.failures -= 1
            raise RuntimeError("no paper")

    async def never_done(self, data: dict[str, Any]) -> None:
        self.stuck += 1
        try:
            await asyncio.Event().wait()
        finally:
            self.stuck -= 1
            self.done.append((self.clock.now(), "ended"))

    def kind(self, **values: Any) -> JobKind:
        return JobKind("print", "打印", values.pop("work", self.work), **{"first": 30.0, "most": 100.0, **values})

    async def one(self) -> Any:
        return (await self.api.jobs(BOSS, JobQuery())).items[0]

    async def settle(self) -> None:
        async with asyncio.timeout(30):
            while self.jobs.busy > self.stuck:
                await asyncio.sleep(0.001)

    async def wait(self, seconds: float, step: float = 5.0) -> None:
        """Let time pass in steps, and let what is due be done in each."""
        await self.settle()
        until = self.clock.now() + seconds
        while self.clock.now() < until:
            self.clock.advance(min(step, until - self.clock.now()))
            await self.settle()


@pytest.fixture
async def room(sqlite_store: Store) -> AsyncIterator[Room]:
    made = Room(sqlite_store, VirtualClock())
    await made.jobs.start()
    yield made
    await made.jobs.stop()


async def test_it_is_done_once_when_it_is_due(room: Room) -> None:
    room.jobs.register(room.kind())
    await room.jobs.do("print", {"page": 1})
    await room.jobs.do("print", {"page": 2}, after=100.0)
    await room.wait(50)
    assert room.done == [(0.0, {"page": 1})]
    await room.wait(100)
    assert [data for _, data in room.done] == [{"page": 1}, {"page": 2}]
    assert 100 <= room.done[1][0] <= 105
    await room.wait(1000, 50)
    assert len(room.done) == 2
    assert (await room.one()).state == "done"


async def test_failures_wait_longer_and_longer_and_end_in_an_alarm_and_a_person_can_try_again(room: Room) -> None:
    room.jobs.register(room.kind(tries=5))
    room.failures = 6
    id = await room.jobs.do("print", {}) or ""
    await room.wait(40)
    found = await room.one()
    assert (found.state, found.tries, found.last_error) == ("waiting", 2, "RuntimeError: no paper")
    await room.wait(600)
    waits = [later - earlier for (earlier, _), (later, _) in pairwise(room.done)]
    assert len(waits) == 4
    for wait, least in zip(waits, (30, 60, 100, 100), strict=True):
        assert least <= wait <= least + 10
    found = await room.one()
    assert (found.state, found.tries, found.title) == ("failed", 5, "打印")
    assert [type(one) for one in room.told] == [AlarmRaised] and "打印" in str(room.told[0])
    await room.api.retry(BOSS, id)
    await room.wait(100)
    assert (await room.one()).state == "done" and len(room.done) == 7
    assert [type(one) for one in room.told] == [AlarmRaised, AlarmCleared]
    with pytest.raises(Conflict):
        await room.api.retry(BOSS, id)


async def test_hopeless_work_is_not_tried_again_and_slow_work_is_ended(room: Room) -> None:
    async def hopeless(_: dict[str, Any]) -> None:
        raise Hopeless("no such number")

    undo = room.jobs.register(room.kind(work=hopeless))
    await room.jobs.do("print", {})
    await room.wait(5)
    found = await room.one()
    assert (found.state, found.tries, found.last_error) == ("failed", 1, "no such number")
    undo()
    room.jobs.register(room.kind(work=room.never_done, timeout=20.0, tries=1))
    await room.jobs.do("print", {})
    await room.wait(15)
    assert room.stuck == 1
    await room.wait(15)
    assert room.stuck == 0
    assert (await room.one()).last_error == "not done within 20 s"


async def test_cancelled_work_ends_and_is_done_no_more(room: Room) -> None:
    room.jobs.register(room.kind(work=room.never_done))
    running, waiting = await room.jobs.do("print", {}) or "", await room.jobs.do("print", {}, after=50) or ""
    await room.wait(5)
    assert room.stuck == 1
    for id in (running, waiting):
        assert (await room.api.cancel(BOSS, id)).state == "cancelled"
    await room.wait(200)
    assert [data for _, data in room.done] == ["ended"]
    with pytest.raises(Conflict):
        await room.api.cancel(BOSS, running)
    with pytest.raises(NotFound):
        await room.api.cancel(BOSS, "01NOSUCHJOB")
    states = [one.state for one in (await room.api.jobs(BOSS, JobQuery(state=JobState.CANCELLED))).items]
    assert states == ["cancelled", "cancelled"]


async def test_who_waits_for_a_job_hears_that_nobody_does_it_any_more(store: Store) -> None:
    heard: list[tuple[Any, str]] = []

    async def given_up(_session: Any, data: dict[str, Any], reason: str) -> None:
        heard.append((data, reason))

    room = Room(store, VirtualClock())
    room.failures = 1
    room.jobs.register(room.kind(tries=1, given_up=given_up))
    await room.jobs.start()
    cancelled = await room.jobs.do("print", {"page": 1}, after=50) or ""
    async with store.reading() as session:
        assert await room.jobs.open(session, "print") == [{"page": 1}]
    await room.api.cancel(BOSS, cancelled)
    assert heard == [({"page": 1}, "后台任务已被取消")]
    await room.jobs.do("print", {"page": 2})
    async with asyncio.timeout(10):
        while len(heard) < 2:
            await asyncio.sleep(0.01)
    assert heard[1] == ({"page": 2}, "后台任务多次未成功：RuntimeError: no paper")
    await room.jobs.do("print", {"page": 3})
    await room.settle()
    assert len(heard) == 2, "what is done is not given up"
    await room.jobs.stop()


async def test_work_that_an_engine_left_when_it_died_is_taken_up(room: Room) -> None:
    room.jobs.register(room.kind(work=room.never_done, timeout=40_000.0))
    await room.jobs.do("print", {"page": 1})
    await room.wait(5)
    other = Room(room.store, room.clock)
    other.jobs.register(other.kind())
    await other.jobs.start()
    for _ in range(60):
        await room.wait(10)
        await other.settle()
    assert other.done == [], "the first is at it, and says so"
    await room.jobs._lookout.stop()  # As when the power is cut.
    await other.wait(50)
    assert other.done == [], "the first may be at it still"
    await other.wait(100)
    assert [data for _, data in other.done] == [{"page": 1}]
    await other.jobs.stop()


async def test_work_that_an_engine_hands_back_when_it_stops_is_taken_up_at_once(room: Room) -> None:
    room.jobs.register(room.kind(work=room.never_done, timeout=40_000.0))
    await room.jobs.do("print", {"page": 1})
    await room.wait(5)
    await room.jobs.stop()
    assert room.stuck == 0
    handed = await room.one()
    assert (handed.state, handed.tries) == ("waiting", 0)
    other = Room(room.store, room.clock)
    other.jobs.register(other.kind())
    await other.jobs.start()
    await other.settle()
    assert [data for _, data in other.done] == [{"page": 1}]
    await other.jobs.stop()


async def test_work_that_another_engine_has_taken_over_is_left_to_it(room: Room) -> None:
    room.jobs.register(room.kind(work=room.never_done, timeout=40_000.0))
    await room.jobs.do("print", {"page": 1})
    await room.wait(5)
    other = Room(room.store, room.clock)
    other.jobs.register(other.kind(work=other.never_done, timeout=40_000.0))
    room.clock.advance(HELD_SECONDS + 1)  # The first came to nothing for so long.
    await room.jobs._lookout.stop()
    await other.jobs.start()
    await other.wait(5)
    assert (room.stuck, other.stuck) == (1, 1)
    await room.jobs.start()
    await room.wait(40)
    await other.settle()
    assert (room.stuck, other.stuck) == (0, 1)
    assert ((await room.one()).state, (await room.one()).tries) == ("running", 2)
    await other.jobs.stop()


async def test_two_engines_do_each_job_once(room: Room) -> None:
    other = Room(room.store, room.clock)
    for one in (room, other):
        one.jobs.register(one.kind())
    await other.jobs.start()
    for page in range(40):
        await room.jobs.do("print", {"page": page})
        other.jobs.look()
    await room.wait(10)
    await other.settle()
    assert sorted(data["page"] for _, data in [*room.done, *other.done]) == list(range(40))
    await other.jobs.stop()


async def test_jobs_of_a_plugin_that_does_not_run_wait_for_it(room: Room) -> None:
    await room.jobs.do("print", {})
    await room.wait(100, 50)
    assert (await room.one()).state == "waiting"
    undo = room.jobs.register(room.kind())
    with pytest.raises(ValueError, match="two kinds"):
        room.jobs.register(room.kind())
    await room.settle()
    assert len(room.done) == 1
    undo()


async def test_a_database_that_is_gone_for_a_while_delays_jobs_and_no_more(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone() -> None:
        raise ConnectionRefusedError

    room.jobs.register(room.kind())
    await room.jobs.do("print", {}, after=20.0)
    await room.settle()
    monkeypatch.setattr(room.store, "reading", gone)
    await room.wait(100)
    assert room.done == []
    monkeypatch.undo()
    await room.wait(40)
    assert len(room.done) == 1


async def test_a_job_is_made_with_the_change_that_it_follows_from_or_not_at_all_and_once_a_key(store: Store) -> None:
    room = Room(store, VirtualClock())
    with pytest.raises(RuntimeError):
        async with store.writing() as session:
            await room.jobs.add(session, "print", {})
            raise RuntimeError("the change failed")
    assert (await room.api.jobs(BOSS, JobQuery())).total == 0
    assert await room.jobs.do("print", {}, key="today") is not None
    assert await room.jobs.do("print", {}, key="today") is None
    assert await room.jobs.do("mail", {}, key="today") is not None
    assert (await room.api.jobs(BOSS, JobQuery(kind="print"))).total == 1


async def test_on_each_database_jobs_are_claimed_done_and_forgotten(store: Store) -> None:
    clock = VirtualClock()
    room = Room(store, clock)
    room.jobs.register(room.kind())
    await room.jobs.start()
    await room.jobs.do("print", {"page": "第一页"})
    for _ in range(500):
        if (await room.one()).state == "done":
            break
        await asyncio.sleep(0.01)
    assert [data for _, data in room.done] == [{"page": "第一页"}]
    clock.advance(KEPT / timedelta(seconds=1) + SWEEP_SECONDS)
    room.jobs.look()
    for _ in range(500):
        if (await room.api.jobs(BOSS, JobQuery())).total == 0:
            break
        await asyncio.sleep(0.01)
    assert (await room.api.jobs(BOSS, JobQuery())).total == 0
    await room.jobs.stop()
