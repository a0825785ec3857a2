"""Keys of callers who send no sound: in the moment of the answer, between two verbs, quickly one after another."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from cti.base.call import Party
from cti.base.ids import new_id
from cti.telephony.switch.port import CallSession, Collected, Played
from tests.contract.switch.engine import BareEngine
from tests.contract.switch.world import HOTLINE, World, story
from tests.silent_caller import SilentCaller

GAP = 0.2
"""Seconds between two keys of somebody who knows the menus."""
MOMENTS = (0.0, 0.1, 0.25, 0.4, 0.45, 0.48, 0.5, 0.52, 0.55, 0.7)
"""Seconds after the answer: the switch waits half a second for a caller's first sound."""


async def each_alone(
    world: World, of: int, happens: Callable[[int, SilentCaller, CallSession], Awaitable[None]]
) -> None:
    """So many callers one after the other, each with his session."""
    server = getattr(world, "server", "")
    if not server:
        pytest.skip("needs real SIP")
    async with BareEngine(world) as engine:
        for number in range(of):
            async with SilentCaller(server, HOTLINE, f"1380000{number:04}") as caller:
                session = await engine.session()
                await session.claim(new_id(), Party.CALLER)
                await happens(number, caller, session)


async def nothing_is_left(session: CallSession) -> None:
    assert await session.collect([], longest=1, first=0.5) == Collected("", timed_out=True)


@story
async def test_a_key_in_the_moment_of_the_answer_counts_once(world: World) -> None:
    """It was told at once, and read as if it were pressed when the next prompt began: 1 and 1234 became 1 and 1123."""

    async def happens(number: int, caller: SilentCaller, session: CallSession) -> None:
        async def press() -> None:
            await caller.answered
            await asyncio.sleep(MOMENTS[number])
            caller.press("1")
            await asyncio.sleep(0.6)
            for key in "1234":
                caller.press(key)
                await asyncio.sleep(GAP)

        pressing = asyncio.create_task(press())
        await session.answer()
        assert await session.play(["greeting"], stop_on="1") == Played(digit="1"), MOMENTS[number]
        collected = await session.collect(["greeting"], longest=4)
        assert collected == Collected("1234", timed_out=False), MOMENTS[number]
        await pressing
        await nothing_is_left(session)

    await each_alone(world, len(MOMENTS), happens)


@story
async def test_keys_that_follow_quickly_count_once_each(world: World) -> None:
    """The switch holds back a key while the one before is still held, and tells it again afterwards."""
    milliseconds = (60, 100, 160, 250)

    async def happens(number: int, caller: SilentCaller, session: CallSession) -> None:
        async def press() -> None:
            await caller.answered
            await asyncio.sleep(0.1)
            for key in "112233":
                caller.press(key, milliseconds[number])
                await asyncio.sleep(0.15)

        pressing = asyncio.create_task(press())
        await session.answer()
        collected = await session.collect(["greeting"], longest=6)
        assert collected == Collected("112233", timed_out=False), milliseconds[number]
        await pressing
        await nothing_is_left(session)

    await each_alone(world, len(milliseconds), happens)


@story
async def test_keys_while_nothing_reads_count_once_each(world: World) -> None:
    """Between two verbs nothing of the switch reads: a key is known by its event alone."""

    async def happens(number: int, caller: SilentCaller, session: CallSession) -> None:
        await session.answer()
        for key in "5566":
            caller.press(key)
            await asyncio.sleep(0.15)
        await asyncio.sleep(0.05 * number)
        assert await session.collect(["greeting"], longest=4) == Collected("5566", timed_out=False)
        await nothing_is_left(session)

    await each_alone(world, 4, happens)
