"""Timers on virtual time and each database: set, moved, dropped, gone off once, whatever fails."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from cti.base.bus import Bus
from cti.base.clock import VirtualClock
from cti.base.events import AlarmCleared, AlarmRaised, Event
from cti.base.http.routes import Page
from cti.base.refusal import Conflict, NotFound
from cti.office.identity.audit.trail import Audit
from cti.office.timers.api import TimersApi, in_words
from cti.office.timers.kinds import Due, TimerKind
from cti.office.timers.schedule import Schedule, next_moment
from cti.office.timers.service import LOOK_SECONDS, Timers
from cti.store.engine import Store
from tests.office import BOSS


class Room:
    """An engine's timers on a store and virtual time, and what went off when."""

    def __init__(self, store: Store, clock: VirtualClock | None = None) -> None:
        self.store, self.clock = store, clock or VirtualClock()
        self.went: list[tuple[float, str]] = []
        self.told: list[Event] = []
        self.broken: set[str] = set()
        bus = Bus()
        bus.subscribe(Event, self.told.append)
        self.timers = Timers(store, self.clock, bus)
        self.timers.register(TimerKind("bell", "响铃", self.ring, batch=3, tries=2))

    async def ring(self, session: AsyncSession, due: Sequence[Due]) -> None:
        if self.broken & {one.key for one in due}:
            raise RuntimeError("no bell")
        self.went += [(self.clock.now(), one.key) for one in due]

    async def set(self, key: str, seconds: float, kind: str = "bell") -> None:
        async with self.store.writing() as session:
            await self.timers.set(session, kind, key, self.clock.wall() + timedelta(seconds=seconds))
        self.timers.look()
        await self.settle()

    async def settle(self) -> None:
        """Let what is under way come to its end."""
        await asyncio.sleep(0)
        while (task := self.timers._lookout._looking) is not None:
            await asyncio.wait([task])
            await asyncio.sleep(0)

    async def wait(self, seconds: float) -> None:
        end = self.clock.now() + seconds
        while self.clock.now() < end:
            self.clock.advance(min(1.0, end - self.clock.now()))
            await self.settle()


@pytest.fixture
async def room(store: Store) -> Room:
    found = Room(store)
    await found.timers.start()
    return found


async def test_a_timer_goes_off_at_its_moment_and_once(room: Room) -> None:
    await room.set("a", 5)
    await room.wait(4)
    assert room.went == []
    await room.wait(60)
    assert room.went == [(5.0, "a")]


async def test_a_timer_that_is_set_again_goes_off_at_the_new_moment_only(room: Room) -> None:
    await room.set("a", 5)
    await room.set("a", 20)
    await room.wait(60)
    assert room.went == [(20.0, "a")]


async def test_a_dropped_timer_never_goes_off(room: Room) -> None:
    await room.set("a", 5)
    await room.set("b", 5)
    async with room.store.writing() as session:
        await room.timers.drop(session, "bell", "a", "unknown")
    await room.wait(60)
    assert room.went == [(5.0, "b")]


async def test_a_transaction_that_fails_has_set_no_timer(room: Room) -> None:
    with pytest.raises(RuntimeError, match="changed my mind"):
        async with room.store.writing() as session:
            await room.timers.set(session, "bell", "a", room.clock.wall())
            raise RuntimeError("changed my mind")
    await room.wait(60)
    assert room.went == []


async def test_timers_of_a_dead_engine_go_off_in_the_next(room: Room) -> None:
    await room.set("a", 5)
    await room.timers.stop()
    await room.wait(60)
    assert room.went == []
    later = Room(room.store, room.clock)
    await later.timers.start()
    await later.settle()
    assert [key for _, key in later.went] == ["a"]


async def test_one_that_fails_harms_no_other_and_is_tried_again(room: Room) -> None:
    room.broken = {"b"}
    for key in "abcd":
        await room.set(key, 5)
    await room.wait(6)
    assert sorted(key for _, key in room.went) == ["a", "c", "d"]
    assert room.told == []
    await room.wait(11)
    assert [type(one) for one in room.told] == [AlarmRaised]
    room.broken = set()
    await room.wait(60)
    assert sorted(key for _, key in room.went) == ["a", "b", "c", "d"]
    assert [type(one) for one in room.told] == [AlarmRaised, AlarmCleared]


async def test_what_was_done_is_undone_with_the_timer_that_failed_and_happens_once(room: Room) -> None:
    attempts = []

    async def chain(session: AsyncSession, due: Sequence[Due]) -> None:
        await room.timers.set(session, "bell", "chained", room.clock.wall())
        attempts.append(room.clock.now())
        if len(attempts) == 1:
            raise RuntimeError("power cut")

    room.timers.register(TimerKind("chain", "接力", chain))
    await room.set("x", 5, "chain")
    await room.wait(60)
    assert [key for _, key in room.went] == ["chained"]


async def test_timers_of_a_kind_that_nobody_serves_wait(room: Room) -> None:
    await room.set("a", 5, "unserved")
    await room.set("b", 6)
    await room.wait(20)
    assert room.went == [(6.0, "b")]
    served: list[str] = []

    async def serve(session: AsyncSession, due: Sequence[Due]) -> None:
        served.extend(one.key for one in due)

    room.timers.register(TimerKind("unserved", "无人", serve))
    await room.settle()
    assert served == ["a"]


async def test_two_engines_let_each_timer_go_off_in_one_of_them(store: Store) -> None:
    clock = VirtualClock()
    rooms = [Room(store, clock), Room(store, clock)]
    for number in range(40):
        async with store.writing() as session:
            await rooms[0].timers.set(session, "bell", str(number), clock.wall())
    for one in rooms:
        await one.timers.start()
    for one in rooms:
        await one.settle()
    clock.advance(LOOK_SECONDS)
    for one in rooms:
        await one.settle()
    assert sorted(int(key) for one in rooms for _, key in one.went) == list(range(40))


async def test_regular_work_is_done_at_its_moments_and_once_for_all_that_were_missed(store: Store) -> None:
    room = Room(store)
    await room.timers.start()
    schedule = Schedule(room.timers, store, room.clock)
    done: list[datetime] = []

    async def work(session: AsyncSession, at: datetime) -> None:
        done.append(room.clock.wall())

    await schedule.every("report", "日报", "*/10 * * * *", work)
    await room.wait(1260)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    assert done == [start + timedelta(minutes=10), start + timedelta(minutes=20)]
    schedule.stop("report")
    await room.wait(3600)
    assert len(done) == 2
    again = Schedule(room.timers, store, room.clock)
    await again.every("report", "日报", "*/10 * * * *", work)
    await room.settle()
    assert len(done) == 3
    await room.wait(600)
    assert len(done) == 4


async def test_another_line_of_moments_holds_at_once(store: Store) -> None:
    room = Room(store)
    await room.timers.start()
    done: list[float] = []

    async def work(session: AsyncSession, at: datetime) -> None:
        done.append(room.clock.now())

    schedule = Schedule(room.timers, store, room.clock)
    await schedule.every("report", "日报", "0 23 * * *", work)
    schedule.stop("report")
    await schedule.every("report", "日报", "* * * * *", work)
    await room.wait(61)
    assert done == [60.0]


def test_moments_go_by_the_clock_on_the_wall_of_the_house() -> None:
    assert next_moment("30 8 * * mon-fri", datetime(2026, 9, 26, tzinfo=UTC)) == datetime(
        2026, 9, 28, 0, 30, tzinfo=UTC
    )


@pytest.mark.parametrize("line", ["", "61 * * * *", "every day", "0 0 31 2 *"])
def test_a_line_that_means_nothing_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="no line of moments"):
        next_moment(line, datetime(2026, 9, 26, tzinfo=UTC))


async def test_the_page_tells_what_waits_and_fails_and_hurries_it(room: Room) -> None:
    done: list[datetime] = []

    async def sweep(session: AsyncSession, at: datetime) -> None:
        done.append(at)

    await Schedule(room.timers, room.store, room.clock).every("sweep", "清理", "30 3 * * *", sweep)
    page = TimersApi(room.timers, room.store, Audit(room.store, room.clock))
    room.broken.add("a")
    await room.set("a", 1)
    await room.set("b", 500)
    await room.set("c", 5, kind="stopped")
    await room.wait(3)
    bell, stopped, swept = (await page.all(BOSS, Page())).items
    assert (bell.title, bell.state, bell.count, bell.failing) == ("响铃", "failing", 2, 1)
    assert (bell.last_error, bell.can_hurry) == ("RuntimeError: no bell", True)
    assert (stopped.title, stopped.state, stopped.can_hurry) == ("stopped", "off", False)
    assert (swept.title, swept.state, swept.regular, swept.can_hurry) == ("清理", "waiting", "每天 03:30", True)
    room.broken.clear()
    await page.run(BOSS, "bell")
    await page.run(BOSS, "sweep")
    await room.settle()
    assert [key for _, key in room.went] == ["a"] and len(done) == 1, "b is not due"
    assert (await page.all(BOSS, Page())).items[-1].next_at == next_moment("30 3 * * *", room.clock.wall())
    with pytest.raises(Conflict):
        await page.run(BOSS, "bell")
    for unknown in ("stopped", "none"):
        with pytest.raises((Conflict, NotFound)):
            await page.run(BOSS, unknown)


@pytest.mark.parametrize(
    ("cron", "words"),
    [
        ("20 4 * * *", "每天 04:20"), ("0 8 * * 1", "每周一 08:00"), ("5 9 * * 0", "每周日 09:05"),
        ("0 6 1 * *", "每月 1 日 06:00"), ("*/5 * * * *", "每 5 分钟"), ("0 6 1 * 1", "0 6 1 * 1"), ("", ""),
    ],
)  # fmt: skip
def test_lines_of_moments_are_told_in_words(cron: str, words: str) -> None:
    assert in_words(cron) == words
