"""Pauses of the collector are short whatever comes and goes, and nothing is lost that way."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import Iterator

import pytest

from cti.base.clock import run_virtual
from cti.process.collector import QUIET_SECONDS, YOUNG_SECONDS, Collector


class Thing:
    """Keeps itself alive."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    thresholds = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)
    gc.enable()


def test_new_objects_do_not_pile_up_while_old_ones_go() -> None:
    """Python counts those made less those gone: with as many of both it never looked, then at 40,000 at once."""
    collector, seen = Collector(lambda: False), list[int]()

    def heard(phase: str, about: dict[str, int]) -> None:
        if phase == "start" and about["generation"] == 0:
            seen.append(len(gc.get_objects(generation=0)))

    async def come_and_go() -> None:
        old = [[Thing()] for _ in range(30_000)]
        collector.begin()
        gc.callbacks.append(heard)
        looking = asyncio.create_task(collector.run())
        new: list[list[Thing]] = []
        for _ in range(30):
            for _ in range(1000):
                old.pop()[0].itself = None  # type: ignore[assignment]  # it lets go of itself
                new.append([Thing()])
            await asyncio.sleep(YOUNG_SECONDS)
        gc.callbacks.remove(heard)
        looking.cancel()

    run_virtual(come_and_go())
    assert len(seen) >= 29
    assert max(seen) < 6000


def test_what_keeps_itself_alive_for_long_goes_in_a_quiet_moment() -> None:
    busy = [True]
    collector = Collector(lambda: not busy[0])

    async def live() -> None:
        collector.begin()
        looking = asyncio.create_task(collector.run())
        young, old = Thing(), Thing()
        gone = [weakref.ref(young), weakref.ref(old)]
        del young
        await asyncio.sleep(2 * YOUNG_SECONDS)
        assert [one() is None for one in gone] == [True, False]
        del old
        await asyncio.sleep(2 * QUIET_SECONDS)
        assert gone[1]() is not None
        busy[0] = False
        await asyncio.sleep(2 * YOUNG_SECONDS)
        assert gone[1]() is None
        looking.cancel()

    run_virtual(live())
