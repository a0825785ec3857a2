"""No engine for longer than the patience: the switch's own queue has the callers, and a returning engine takes them."""

import asyncio
import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from softphone.phones.phone_call import CallRefused
from softphone.phones.sip_stack import SipStack
from tests.running_hotline import Agent, RunningHotline, agent, citizen, kinds, skip_greeting, started

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
