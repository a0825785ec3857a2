"""Calls that come in the very moment in which the engine dies or comes back: taken up, or the emergency queue's."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import sys
from collections.abc import AsyncIterator

from cti.telephony.switch.port import Connected
from tests.contract.switch.engine import BareEngine
from tests.contract.switch.sip_world import SipWorld
from tests.contract.switch.world import HOTLINE, PATIENCE, World, story
from tests.silent_caller import SilentCaller

NEEDS_SIP = True
CALLS = 120
EVERY = 0.008
"""Seconds between two INVITEs."""
GUARD = 7.0
"""Seconds after which a leg in the hands of a dead engine has been taken from it."""


@contextlib.asynccontextmanager
async def mute_engine(port: int) -> AsyncIterator[asyncio.Event]:
    """It takes every leg, and dies before it has said a word: set when it took one."""
    took, dying = asyncio.Event(), asyncio.Event()

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        took.set()
        await dying.wait()
        # As the kernel ends what a killed process had open.
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    server = await asyncio.start_server(take, "127.0.0.1", port)
    try:
        yield took
    finally:
        server.close()
        dying.set()
        await asyncio.sleep(0.1)


@story
async def test_a_leg_whose_engine_died_without_a_word_is_taken_up_by_the_next(world: World) -> None:
    """On FreeSWITCH it hung for ever: 100 Trying only, no retry, no emergency queue, not in the books."""
    assert isinstance(world, SipWorld)
    async with mute_engine(world.session_port) as took:
        line = await world.citizen()
        await asyncio.wait_for(took.wait(), 5)
    async with BareEngine(world) as engine:
        session = await engine.session(3)
        await session.answer()
        await line.answered()


@story
async def test_a_leg_whose_engine_died_without_a_word_falls_to_the_emergency_queue(world: World) -> None:
    """Without another engine nobody ever heard of the caller."""
    assert isinstance(world, SipWorld)
    async with BareEngine(world) as engine:
        await engine.phones_there()
    async with mute_engine(world.session_port) as took:
        line = await world.citizen()
        await asyncio.wait_for(took.wait(), 5)
    desk = await world.next_ringing(GUARD + PATIENCE + 8)
    await desk.answer()
    await line.answered()


@story
async def test_a_session_that_lives_is_not_taken_from_its_engine(world: World) -> None:
    """What guards a leg against a dead engine is called off by a living one, also when the leg comes back."""
    async with BareEngine(world) as engine:
        line, session, _ = await engine.citizen_in()
        await session.wait()
        await asyncio.sleep(GUARD + 1)
        assert not session.over.done()  # type: ignore[attr-defined]  # a future with every driver
        assert not line.is_over
    async with BareEngine(world) as again:
        session = await again.session()
        await asyncio.sleep(GUARD + 1)
        assert not session.over.done()  # type: ignore[attr-defined]  # as above


@story
async def test_every_call_around_the_death_of_an_engine_is_taken_up(world: World) -> None:
    """INVITEs every few milliseconds while the engine is killed and the next one comes."""
    assert isinstance(world, SipWorld)
    command = [sys.executable, "-m", "tests.contract.switch.engine_process", *world.engine_words()]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    async with contextlib.AsyncExitStack() as stack:
        try:
            assert process.stdout is not None
            assert (await asyncio.wait_for(process.stdout.readline(), 20)).strip() == b"up"
            callers = []
            for number in range(CALLS):
                if number == CALLS // 3:
                    process.kill()
                callers.append(await stack.enter_async_context(SilentCaller(world.server, HOTLINE, f"138{number:08}")))
                await asyncio.sleep(EVERY)
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        engine = await stack.enter_async_context(BareEngine(world))
        told = await engine.told(Connected)
        assert {leg.place for leg in told.legs} <= {"session", "retry", "emergency"}
        for leg in told.legs:
            if leg.place == "emergency":
                await engine.switch.pull(leg.leg)
        served = set()
        async with asyncio.timeout(30):
            while len(served) < CALLS:
                session = await engine.session(15)
                served.add(session.arrival.caller.national)
                await session.answer()
        assert len(served) == CALLS
        async with asyncio.timeout(10):
            await asyncio.gather(*(caller.answered for caller in callers))
