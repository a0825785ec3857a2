"""Virtual clocks and loops."""

import asyncio
import time
from datetime import timedelta

import pytest

from cti.base.clock import EPOCH, LoopClock, VirtualClock, run_virtual


def test_timers_run_in_order_of_time_then_of_setting() -> None:
    clock, ran = VirtualClock(), []
    for name, delay in (("late", 5), ("early", 1), ("early too", 1), ("now", -3)):
        clock.call_later(delay, lambda name=name: ran.append((name, clock.now())))  # type: ignore[misc]
    clock.run()
    assert ran == [("now", 0), ("early", 1), ("early too", 1), ("late", 5)]


def test_advance_runs_what_falls_due_also_when_set_on_the_way() -> None:
    clock, ran = VirtualClock(), []

    def tick() -> None:
        ran.append(clock.now())
        clock.call_later(10, tick)

    clock.call_later(10, tick)
    clock.advance(35)
    assert ran == [10, 20, 30]
    assert clock.now() == 35
    assert clock.wall() == EPOCH + timedelta(seconds=35)


def test_a_cancelled_timer_does_not_run_and_cancelling_twice_is_fine() -> None:
    clock, ran = VirtualClock(), []
    timer = clock.call_later(1, lambda: ran.append(1))
    timer.cancel()
    timer.cancel()
    clock.run()
    assert ran == []


def test_time_does_not_go_back() -> None:
    clock = VirtualClock()
    clock.advance(10)
    clock.run_until(5)
    assert clock.now() == 10


def test_an_hour_on_a_virtual_loop_takes_no_time() -> None:
    began = time.monotonic()

    async def wait() -> tuple[float, timedelta]:
        clock = LoopClock()
        done = asyncio.Event()
        clock.call_later(3600, done.set)
        await done.wait()
        return clock.now(), clock.wall() - EPOCH

    assert run_virtual(wait()) == (pytest.approx(3600), timedelta(hours=1))
    assert time.monotonic() - began < 2


def test_threads_still_wake_a_virtual_loop() -> None:
    async def read() -> str:
        return await asyncio.to_thread(lambda: "read")

    assert run_virtual(read()) == "read"


async def test_the_real_clock_stamps_in_utc() -> None:
    clock = LoopClock()
    assert clock.wall().utcoffset() == timedelta(0)
    before = clock.now()
    await asyncio.sleep(0.01)
    assert clock.now() > before


def test_a_wait_lost_in_rounding_ends_on_virtual_time() -> None:
    async def wait() -> float:
        loop = asyncio.get_running_loop()
        await asyncio.sleep(1e6)
        due = loop.time() + 1e-15
        await asyncio.sleep(1e-15)
        assert loop.time() > due
        return loop.time()

    assert run_virtual(wait()) == pytest.approx(1e6)
