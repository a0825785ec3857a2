"""Answers of a moment ago: made once for many, anew after their time, and never kept when they failed."""

from __future__ import annotations

import asyncio

import pytest

from cti.base.clock import LoopClock, run_virtual
from cti.base.recent import Recent


class Asked:
    """Counts how often something was made."""

    def __init__(self) -> None:
        self.times = 0
        self.fails = False

    async def make(self) -> int:
        self.times += 1
        made = self.times
        await asyncio.sleep(0.5)
        if self.fails:
            raise OSError("away")
        return made


def test_many_who_ask_at_once_cost_one() -> None:
    async def story() -> None:
        asked, recent = Asked(), Recent[str, int](LoopClock(), 3.0)
        assert await asyncio.gather(*(recent.of("a", asked.make) for _ in range(20))) == [1] * 20
        assert await recent.of("b", asked.make) == 2

    run_virtual(story())


def test_it_is_made_anew_after_its_time_which_begins_before_it_is_made() -> None:
    async def story() -> None:
        asked, recent = Asked(), Recent[str, int](LoopClock(), 3.0)
        await recent.of("a", asked.make)
        await asyncio.sleep(2.4)
        assert await recent.of("a", asked.make) == 1
        await asyncio.sleep(0.1)
        assert await recent.of("a", asked.make) == 2
        recent.forget()
        assert await recent.of("a", asked.make) == 3

    run_virtual(story())


def test_who_goes_away_takes_nothing_from_those_who_wait() -> None:
    async def story() -> None:
        asked, recent = Asked(), Recent[str, int](LoopClock(), 3.0)
        first = asyncio.ensure_future(recent.of("a", asked.make))
        await asyncio.sleep(0.1)
        second = asyncio.ensure_future(recent.of("a", asked.make))
        await asyncio.sleep(0.1)
        first.cancel()
        assert await second == 1

    run_virtual(story())


def test_a_failure_is_told_to_all_who_waited_and_not_kept() -> None:
    async def story() -> None:
        asked, recent = Asked(), Recent[str, int](LoopClock(), 3.0)
        asked.fails = True
        found = await asyncio.gather(*(recent.of("a", asked.make) for _ in range(3)), return_exceptions=True)
        assert [type(one) for one in found] == [OSError] * 3
        asked.fails = False
        assert await recent.of("a", asked.make) == 2

    run_virtual(story())


def test_no_more_keys_are_kept_than_were_allowed() -> None:
    async def story() -> None:
        asked, recent = Asked(), Recent[int, int](LoopClock(), 60.0, most=10)
        for key in range(30):
            await recent.of(key, asked.make)
        assert await recent.of(29, asked.make) == 30
        assert await recent.of(0, asked.make) == 31
        with pytest.raises(OSError, match="away"):
            asked.fails = True
            await recent.of(1, asked.make)

    run_virtual(story())
