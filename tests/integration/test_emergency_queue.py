"""No engine for longer than the patience: the switch's own queue has the callers, and a returning engine takes them."""

import asyncio
import os
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from softphone.phones.phone_call import CallRefused
from softphone.phones.sip_stack import SipStack
from softphone.phones.sound import RATE, Samples, tone_level
from tests.running_hotline import (
    Agent,
    Api,
    RunningHotline,
    agent,
    citizen,
    hear_each_other,
    kinds,
    skip_greeting,
    started,
)

pytestmark = pytest.mark.asterisk
PATIENCE = 3


@pytest.fixture(scope="module")
def impatient_hotline() -> Iterator[RunningHotline]:
    with tempfile.TemporaryDirectory(prefix="hotline-emergency-") as folder:
        yield from started(Path(folder), patience=PATIENCE)


async def test_callers_fall_into_the_emergency_queue_and_are_taken_back(impatient_hotline: RunningHotline) -> None:
    hotline = impatient_hotline
    assert hotline.process is not None
    async with SipStack("127.0.0.1") as stack, agent(hotline, stack, "1001", answer_after=None) as one:
        async with (
            citizen(hotline, stack, "13800000061") as first,
            citizen(hotline, stack, "13800000062") as second,
        ):
            await one.api.ask("PUT", "/api/agent/state", {"state": "break", "reason": "rest"})
            for call in (first, second):
                await skip_greeting(call)
            await asyncio.sleep(1)
            # The supervisor stands still, so that nobody starts the next engine.
            os.kill(hotline.process.pid, signal.SIGSTOP)
            try:
                hotline.kill("cti.process.app")
                await asyncio.sleep(PATIENCE + 4)
                channels = hotline.switch_command("core show channels verbose")
                assert channels.count("emergency") >= 2, channels
                third_phone = await asyncio.wait_for(_dial_without_engine(hotline, stack), 15)
            finally:
                os.kill(hotline.process.pid, signal.SIGCONT)
            await asyncio.to_thread(hotline.wait_healthy, 60)
            await asyncio.sleep(3)
            assert not first.is_over and not second.is_over
            async with hotline.signed_in("8001") as supervisor:
                board = await supervisor.ask("GET", "/api/board")
                assert [one["state"] for one in board["calls"]["open"]].count("queued") == 2
                one.phone.answer_after = 0.1
                await one.ready()
                desk_calls = []
                for call in (first, second):
                    await answered_call(one)
                    desk_calls.append((await one.api.ask("GET", "/api/agent"))["call"]["caller"])
                    await call.hang_up()
                assert desk_calls == ["13800000061", "13800000062"]
                await one.until("ready", 10)
                stories = {story["caller"]: story for story in await supervisor.ended(3, 20)}
        assert stories["13800000063"]["reason"] == "emergency_queue"
        assert kinds(stories["13800000061"]).count("TalkStarted") == 1
        assert third_phone


async def answered_call(one: Agent) -> None:
    """The next call that is still there: the emergency queue rang this phone before, and gave up."""
    while True:
        try:
            await (await one.phone.next_call(20)).answered()
        except CallRefused:
            continue
        return


async def _dial_without_engine(hotline: RunningHotline, stack: SipStack) -> bool:
    """A citizen who never met an engine, and hangs up before one is back."""
    async with citizen(hotline, stack, "13800000063") as call:
        await asyncio.sleep(PATIENCE + 2)
        assert not call.is_over
        await call.hang_up()
    return True


async def test_who_talks_by_the_emergency_queue_talks_on_and_is_recorded(impatient_hotline: RunningHotline) -> None:
    """No engine: the switch's own queue brings them together. One that returns does not cut them off."""
    hotline = impatient_hotline
    assert hotline.process is not None
    async with SipStack("127.0.0.1") as stack, agent(hotline, stack, "1001", answer_after=0.2) as one:
        os.kill(hotline.process.pid, signal.SIGSTOP)
        try:
            hotline.kill("cti.process.app")
            async with citizen(hotline, stack, "13800000064") as call:
                desk = await one.phone.next_call(PATIENCE + 20)
                await desk.answered()
                await hear_each_other(call, desk)
                os.kill(hotline.process.pid, signal.SIGCONT)
                await asyncio.to_thread(hotline.wait_healthy, 60)
                await asyncio.sleep(2)
                await hear_each_other(call, desk)
                await call.hang_up()
                await desk.ended()
        finally:
            os.kill(hotline.process.pid, signal.SIGCONT)
        async with hotline.signed_in("8001") as supervisor:
            parts = await _recorded(supervisor, "13800000064")
            assert [part["kind"] for part in parts] == ["emergency"]
            path = f"{hotline.url}/api/recordings/{parts[0]['recording']}/audio"
            async with supervisor.http.get(path) as answer:
                assert answer.status == 200
                wav = await answer.read()
        sides = np.frombuffer(wav[wav.index(b"data") + 8 :], "<i2").reshape(-1, 2)
        # Each side speaks in a tone of its own: the citizen at 700 Hz, the agent at 1100.
        assert _loudest(sides[:, 0], 700) > -30 and _loudest(sides[:, 1], 1100) > -30
        assert _loudest(sides[:, 0], 1100) < -40 and _loudest(sides[:, 1], 700) < -40


async def _recorded(supervisor: Api, caller: str) -> list[Any]:
    """The sounds of this caller's call, once it has ended and they are taken in: every minute the recorder looks."""
    deadline = time.monotonic() + 120
    while True:
        found = [story for story in await supervisor.newest(5) if story["caller"] == caller]
        if found and found[0]["ended_at"] is not None:
            parts = (await supervisor.ask("GET", f"/api/calls/{found[0]['id']}/timeline"))["parts"]
            if parts:
                return list(parts)
        assert time.monotonic() < deadline, found
        await asyncio.sleep(0.5)


def _loudest(side: Samples, frequency: float) -> float:
    """How loud a tone is in the half second in which it is loudest."""
    pieces = [side[at : at + RATE // 2].copy() for at in range(0, max(side.size - RATE // 2, 1), RATE // 2)]
    return max(tone_level(piece, frequency) for piece in pieces)
