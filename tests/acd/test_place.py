"""A place and its session: the session may run late, and what happened meanwhile must not leave the caller waiting."""

from __future__ import annotations

import asyncio

import pytest

from acd.matching.decisions import Decision
from acd.service import Acd, Offer, PlaceOver, WorkItem
from acd.settings.schema import AcdSettings
from cti.base.clock import VirtualClock

SETTINGS = AcdSettings.model_validate({"queues": {"general": {"ring": 15}}})
STANDSTILL = 25.0


async def settle() -> None:
    """Let every session run until it waits."""
    for _ in range(3):
        await asyncio.sleep(0)


@pytest.fixture
def clock() -> VirtualClock:
    """Time that goes on while no session runs, as when the loop stands still."""
    return VirtualClock()


@pytest.fixture
def acd(clock: VirtualClock) -> Acd:
    return Acd(clock, SETTINGS, lambda event: None)


async def test_an_offer_that_came_and_was_over_while_the_loop_stood_still_is_made_again(
    acd: Acd, clock: VirtualClock
) -> None:
    place = acd.enqueue(WorkItem("c1", "call", "general"))
    session = asyncio.create_task(place.next())
    await settle()
    acd.sign_in("8001")
    clock.advance(STANDSTILL)
    await settle()
    assert session.done()
    found = session.result()
    assert isinstance(found, Offer)
    assert not found.is_over
    assert found.answered()


async def test_the_same_with_nobody_left_keeps_the_place_for_the_next_who_is_ready(
    acd: Acd, clock: VirtualClock
) -> None:
    place = acd.enqueue(WorkItem("c1", "call", "general"))
    session = asyncio.create_task(place.next())
    await settle()
    acd.sign_in("8001")
    clock.advance(STANDSTILL)
    acd.request_state("8001", "signed_out")
    await settle()
    assert not session.done()
    clock.advance(300)
    await settle()
    assert not session.done()
    acd.sign_in("8002")
    await settle()
    assert isinstance(session.result(), Offer)


async def test_whose_switch_died_did_not_give_up_and_finds_his_place(acd: Acd, clock: VirtualClock) -> None:
    told: list[Decision] = []
    acd.on_decision(told.append)
    for name, reason in (("c1", "switch_lost"), ("c2", "abandoned")):
        acd.enqueue(WorkItem(name, "call", "general", caller=f"138000000{name[1]}"))
        acd.call_ended(name, 0.0, reason)
    assert [(one.event, one.why) for one in told if one.event in ("left", "abandoned")] == [
        ("left", "switch_lost"), ("abandoned", "abandoned"),
    ]  # fmt: skip
    clock.advance(30)
    acd.enqueue(WorkItem("c3", "call", "general", caller="1380000001"))
    assert clock.now() - acd.matching.works["c3"].since == 30


async def test_a_caller_who_hung_up_in_the_standstill_is_told_so(acd: Acd, clock: VirtualClock) -> None:
    place = acd.enqueue(WorkItem("c1", "call", "general"))
    session = asyncio.create_task(place.next())
    await settle()
    acd.sign_in("8001")
    clock.advance(STANDSTILL)
    acd.call_ended("c1")
    await settle()
    with pytest.raises(PlaceOver):
        session.result()
